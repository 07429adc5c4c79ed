// What a backend of four methods gets. Each of these is a requirement or built on requirements alone, so that a
// backend which overrides one of them makes the others faster as well.

extension MemoryBackend {
    /// Appends messages to a session, whatever it holds: ``save(_:to:expecting:)`` without a condition.
    @discardableResult
    public func save(_ messages: [Message], to session: String) async throws -> SaveReceipt {
        try await save(messages, to: session, expecting: nil)
    }

    /// All messages of a session, the oldest first.
    public func load(_ session: String) async throws -> [Message] {
        try await load(session, limit: nil, before: nil)
    }

    /// The newest messages of a session, the oldest of them first.
    public func load(_ session: String, limit: Int?) async throws -> [Message] {
        try await load(session, limit: limit, before: nil)
    }

    /// The texts of the messages that match a query best, best first: ``searchHits(_:in:options:)`` without what it
    /// tells about each.
    public func search(_ query: String, in session: String? = nil, limit: Int = 10) async throws -> [Message] {
        try await searchHits(query, in: session, options: SearchOptions(limit: limit)).map(\.message)
    }

    /// Removes the sessions that were last saved to before `time` and returns what was removed.
    @discardableResult
    public func clearSessions(olderThan time: Timestamp) async throws -> [SessionInfo] {
        try await clearSessions(olderThan: time, dryRun: false)
    }
}

// MARK: - Requirements with a default

extension MemoryBackend {
    /// Pages backwards from where the answer must end: one ``load(_:limit:before:)`` of `limit` messages where the
    /// session has no gap, and O(log *gap*) more of one message for each gap.
    public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(limit: limit)
        guard limit > 0 else { return [] }
        var found: [Message] = []
        var start = sequence
        while found.count < limit {
            // As many sequences as messages are missing can't hold too many of them.
            let (end, isLast) = start.addingReportingOverflow(UInt64(limit - found.count))
            let page = try await load(session, limit: limit - found.count, before: isLast ? nil : end)
            for message in page where try message.knownSequence() >= start { found.append(message) }
            guard found.count < limit, !isLast, let next = try await firstSequence(of: session, from: end) else {
                break
            }
            start = next
        }
        return found
    }

    /// The smallest sequence of a message from `start` on, or `nil` if there is none.
    private func firstSequence(of session: String, from start: UInt64) async throws -> UInt64? {
        guard var known = try await load(session, limit: 1, before: nil).last?.knownSequence(), known >= start else {
            return nil
        }
        // There is a message at `known` and none in start..<low.
        var low = start
        var step: UInt64 = 1
        while low < known {
            // Steps that double find the end of a short gap without halving the whole session first.
            let half = (known - low) / 2 + (known - low) % 2
            let probe = low + min(step, half) - 1
            let newest = try await load(session, limit: 1, before: probe + 1).last?.knownSequence() ?? 0
            if newest >= low {
                known = newest
            } else {
                low = probe + 1
            }
            step = step.multipliedReportingOverflow(by: 2).overflow ? step : step * 2
        }
        return known
    }

    /// Looks through the listing: O(*n*) for *n* sessions.
    public func info(_ session: String) async throws -> SessionInfo? {
        try MemoryLimits.validate(sessionID: session)
        for try await info in allSessions() where ExactString(info.id) == ExactString(session) { return info }
        return nil
    }

    /// Lists all sessions, then clears one after another: not atomic, and O(*n*) memory for *n* ids. A session that
    /// comes into being meanwhile may stay.
    public func clearAll() async throws {
        var ids: [String] = []
        for try await info in allSessions() { ids.append(info.id) }
        for id in ids { try await clear(id) }
    }

    /// Looks through the listing and clears one session after another: not atomic. A session that is saved to between
    /// the two is cleared with the rest.
    @discardableResult
    public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
        var old: [SessionInfo] = []
        for try await info in allSessions() where info.updatedAt < time { old.append(info) }
        if !dryRun {
            for info in old { try await clear(info.id) }
        }
        return old
    }

    /// Throws ``MemoryError/Code/unsupported``.
    @discardableResult
    public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
        throw MemoryError(
            .unsupported, "This backend can't remove the newest messages", at: MemoryError.Place(session: session))
    }

    /// Throws ``MemoryError/Code/unsupported``.
    public func trim(_ session: String, toLast count: Int) async throws {
        throw MemoryError(
            .unsupported, "This backend can't remove the oldest messages", at: MemoryError.Place(session: session))
    }

    /// Throws ``MemoryError/Code/unsupported`` for an origin; else ``save(_:to:expecting:)``.
    @discardableResult
    public func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        guard origin == nil else { throw MemoryError.noOrigins(session) }
        return try await save(messages, to: session, expecting: expecting)
    }

    /// Throws ``MemoryError/Code/unsupported``.
    public func origin(of session: String) async throws -> JSONValue? {
        throw MemoryError.noOrigins(session)
    }

    /// Throws ``MemoryError/Code/unsupported``.
    public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
        throw MemoryError(
            .unsupported, "This backend keeps no metadata of sessions", at: MemoryError.Place(session: session))
    }

    /// Throws ``MemoryError/Code/unsupported``.
    public func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws {
        throw MemoryError(
            .unsupported, "This backend begins sessions with their first message",
            at: MemoryError.Place(session: session))
    }

    /// Reads every message of the session, or of all sessions, and ranks them: see ``RankedScan``. Costs O(*n*) loads
    /// and time for *n* messages; memory stays bounded. Knows words only, no operators.
    @concurrent
    public func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        try await scannedHits(query, in: session, options: options)
    }

    /// What ``searchHits(_:in:options:)`` does by default, for backends that fall back on it.
    @concurrent
    public func scannedHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        try await hits(of: RankedScan(query, options: options), in: session)
    }

    /// Does nothing.
    public func close() async throws {}
}

extension MemoryError {
    fileprivate static func noOrigins(_ session: String) -> MemoryError {
        MemoryError(
            .unsupported, "This backend doesn't keep where messages came from", at: MemoryError.Place(session: session))
    }
}

extension Message {
    /// The sequence, which every backend must give to what it loads.
    func knownSequence() throws(MemoryError) -> UInt64 {
        guard let sequence else {
            throw MemoryError(.unsupported, "The backend returned a message without a sequence")
        }
        return sequence
    }
}
