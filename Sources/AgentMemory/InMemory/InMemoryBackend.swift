import Synchronization

/// Messages in memory: for development, for tests, and as a cache. Nothing survives the process.
///
/// ```swift
/// let memory = InMemoryBackend(maxSessions: 500, maxMessagesPerSession: 200, timeToLive: .seconds(3600))
/// ```
///
/// - A save that makes a session too many removes the least recently used one; a session is used when it is saved to
///   and when it is loaded.
/// - A save that makes a session too long removes its oldest messages.
/// - A session expires when it hasn't been saved to for the time to live. It is gone from that moment on, also if the
///   clock jumps back after someone looked.
///
/// Safe to use from any number of tasks; a save is atomic. A save or load costs O(*m*) for *m* messages, eviction O(1).
public final class InMemoryBackend: MemoryBackend {
    private let state: Mutex<InMemoryState>
    private let clock: @Sendable () -> Timestamp

    /// Makes an empty backend.
    ///
    /// - Parameters:
    ///   - maxSessions: At least 1; less is taken as 1.
    ///   - maxMessagesPerSession: At least 1; less is taken as 1.
    ///   - timeToLive: How long a session stays after its last save; `nil` for ever.
    ///   - clock: Tells the time of saves, and when a session has expired.
    public init(
        maxSessions: Int = 1000, maxMessagesPerSession: Int = 1000, timeToLive: Duration? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        state = Mutex(
            InMemoryState(
                maxSessions: max(1, maxSessions), maxMessages: max(1, maxMessagesPerSession), timeToLive: timeToLive))
        self.clock = clock
    }

    /// O(*m*) for *m* messages.
    @discardableResult
    public func save(
        _ messages: [Message], to session: String, expecting: UInt64?
    ) async throws -> SaveReceipt {
        try await save(messages, to: session, expecting: expecting, origin: nil)
    }

    /// O(*m*) for *m* messages.
    @discardableResult
    public func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(messages)
        if let origin { try MemoryLimits.validate(origin: origin) }
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            return try state.save(messages, to: session, expecting: expecting, origin: origin, now: now)
        }
    }

    /// O(1). Counts as no use of the session.
    public func origin(of session: String) async throws -> JSONValue? {
        try MemoryLimits.validate(sessionID: session)
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            return state.look(at: session, now: now)?.origin
        }
    }

    /// O(log *n* + *m*) for *m* messages out of *n*.
    public func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(limit: limit)
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            return state.use(session, now: now)?.newest(limit, before: before) ?? []
        }
    }

    /// O(log *n* + *m*) for *m* messages out of *n*.
    public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(limit: limit)
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            return state.use(session, now: now)?.oldest(limit, from: sequence) ?? []
        }
    }

    /// O(*n*) for the *n* messages that it releases.
    public func clear(_ session: String) async throws {
        try MemoryLimits.validate(sessionID: session)
        try state.withLock { state in
            try state.checkOpen()
            state.remove(session)
        }
    }

    /// Sorts all sessions for each page: O(*n* log *n*) for *n* sessions.
    public func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        try SessionListing.page(of: try allInfos(), by: order, after: after, limit: limit)
    }

    /// O(1). Counts as no use of the session.
    public func info(_ session: String) async throws -> SessionInfo? {
        try MemoryLimits.validate(sessionID: session)
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            return state.look(at: session, now: now)?.info(session)
        }
    }

    /// O(*n*) for everything that it releases.
    public func clearAll() async throws {
        try state.withLock { state in
            try state.checkOpen()
            state.removeAll()
        }
    }

    /// Atomic, in O(*n*) for *n* sessions; the result is sorted by id.
    @discardableResult
    public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            let old = state.infos(now: now).filter { $0.updatedAt < time }
            if !dryRun {
                for info in old { state.remove(info.id) }
            }
            return old.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        }
    }

    /// O(*m*) for *m* removed messages. Counts as no use of the session.
    @discardableResult
    public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(limit: count)
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            return state.modify(session, now: now) { $0.removeLast(count) } ?? []
        }
    }

    /// O(*m*) for *m* removed messages. Counts as no use of the session.
    public func trim(_ session: String, toLast count: Int) async throws {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(limit: count)
        let now = clock()
        try state.withLock { state in
            try state.checkOpen()
            _ = state.modify(session, now: now) { $0.trim(toLast: count) }
        }
    }

    /// O(*m*) for the size of the metadata. Counts as no use of the session.
    /// O(1).
    public func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(createdAt: createdAt, timeToLive: timeToLive)
        let now = clock()
        try state.withLock { state in
            try state.checkOpen()
            try state.begin(session, createdAt: createdAt, timeToLive: timeToLive, now: now)
        }
    }

    /// O(1). Counts as no use of the session.
    public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(metadata: metadata)
        let now = clock()
        try state.withLock { state in
            try state.checkOpen()
            let done: Void? = state.modify(session, now: now) { $0.metadata = metadata }
            guard done != nil else {
                throw MemoryError(.invalidArgument, "There is no such session", at: MemoryError.Place(session: session))
            }
        }
    }

    /// Scans all messages of the session, or of all sessions, outside of the lock and as they were when the search
    /// began: see ``RankedScan``. Counts as no use of any session.
    public func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        if let session { try MemoryLimits.validate(sessionID: session) }
        var scan = try RankedScan(query, options: options)
        let now = clock()
        let snapshot: [ExactString: InMemorySession] = try state.withLock { state in
            try state.checkOpen()
            guard let session else { return state.all(now: now) }
            return state.look(at: session, now: now).map { [ExactString(session): $0] } ?? [:]
        }
        guard !scan.isEmpty else { return [] }
        for (id, record) in snapshot { scan.add(record.messages, of: id.string) }
        return scan.matches().compactMap { match in
            guard let record = snapshot[ExactString(match.session)] else { return nil }
            var before = record.newest(scan.options.context + 1, before: match.sequence + 1)
            guard let message = before.popLast() else { return nil }
            let after = record.oldest(scan.options.context, from: match.sequence + 1)
            return scan.hit(for: match, message: message, before: before, after: after)
        }
    }

    /// Forgets everything.
    public func close() async throws {
        state.withLock { state in
            state.isClosed = true
            state.removeAll()
        }
    }

    private func allInfos() throws -> [SessionInfo] {
        let now = clock()
        return try state.withLock { state in
            try state.checkOpen()
            return state.infos(now: now)
        }
    }
}
