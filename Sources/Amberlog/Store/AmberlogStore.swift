public import AgentMemory
package import LogFiles
internal import LogFormat
internal import Synchronization

/// A store of conversations in a directory: durable, crash-safe, embedded.
///
/// ```swift
/// let store = try await AmberlogStore.open("agent-memory")
/// try await store.save([Message(role: .user, content: "My name is Alice")], to: "user_123")
/// let recent = try await store.load("user_123", limit: 50)
/// try await store.close()
/// ```
///
/// A save returns when its messages are on the medium (or as ``StoreOptions/Durability`` says), and is atomic: after
/// any crash all of its messages are there or none. Loading the newest n messages costs O(n), however long the
/// session and however large the store. One process writes; others may read at the same time
/// (``StoreOptions/Access/readOnly``).
///
/// A store that is let go without ``close()`` loses nothing; the next opening replays its journal.
public final class AmberlogStore: MemoryBackend {
    /// Replaced by ``refresh()`` only, which is for readers.
    private let current: Mutex<Engine>
    private let options: StoreOptions

    var engine: Engine { current.withLock { $0 } }

    private init(_ engine: Engine, _ options: StoreOptions) {
        current = Mutex(engine)
        self.options = options
    }

    deinit {
        engine.abandon()
    }

    /// Opens the store in a directory, recovering what a crash has left.
    ///
    /// O(sessions): reads the manifest and the journals, and no segment.
    ///
    /// - Throws: `MemoryError`: `locked` when another process has it open for writing, `notAStore`,
    ///   `unsupportedFormat`, `damaged` when the manifest can't be read, `invalidArgument` for options.
    public static func open(_ path: String, options: StoreOptions = StoreOptions()) async throws -> AmberlogStore {
        let files: PosixFileSystem
        do throws(FileError) {
            files = try PosixFileSystem(root: path, create: options.access == .createIfMissing)
        } catch  where error.isNotFound {
            throw MemoryError(
                .notAStore, "No such directory", at: .init(backend: path), systemErrorNumber: error.number)
        } catch {
            throw MemoryError(error, "Opening the directory")
        }
        return try await open(files, options: options)
    }

    /// Opens a store on a file system of one's own.
    package static func open(_ files: any FileSystem, options: StoreOptions) async throws -> AmberlogStore {
        let engine = try await IOThreads.runOnce(isInline: options.scheduling == .inline) { () throws(MemoryError) in
            try Engine.open(files, options)
        }
        return AmberlogStore(engine, options)
    }

    /// Moves a read-only store on to the newest consistent state.
    ///
    /// Until then it sees the state of the moment of opening, whatever the writer does, and the writer keeps the files
    /// that this state needs. Does nothing for a store that is open for writing. O(sessions), like opening.
    public func refresh() async throws {
        let old = engine
        guard old.isReadOnly else { return }
        if old.state.withLock({ $0.isClosed }) { throw MemoryError.closedStore }
        let options = options
        let new = try await IOThreads.runOnce(isInline: options.scheduling == .inline) { () throws(MemoryError) in
            try Engine.open(old.files, options)
        }
        current.withLock { $0 = new }
        // Reads that have begun go on: they hold what they need. Ones that have not look at the new state.
        old.catalog.withLock { $0.release() }
    }

    // MARK: Saving

    /// O(*m*) for *m* bytes. Returns when the messages are as durable as ``StoreOptions/durability`` says.
    @discardableResult
    public func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
        try await save(messages, to: session, expecting: expecting, origin: nil)
    }

    /// Saves, and records in the same atomic step how far an import or a migration has come.
    ///
    /// - Parameter origin: JSON, at most 1 MiB; see ``origin(of:)``.
    @discardableResult
    public func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        try Self.check(session)
        if messages.isEmpty {
            let next = try await engine.info(session)?.lastSequence ?? 0
            if let expecting, expecting != next {
                throw MemoryError(
                    .conflict, "Expected last sequence \(expecting), but it is \(next)", at: .init(session: session))
            }
            return SaveReceipt(sequences: (next + 1)..<(next + 1))
        }
        let encoded = try MessageEncoder.encode(messages, idKey: engine.identity.id)
        let request = SaveRequest(
            session: session, messages: encoded, expecting: expecting,
            origin: try origin.map {
                try MemoryLimits.validate(origin: $0)
                return try Self.chunk($0, "An origin")
            })
        while true {
            let hasIDs = !encoded.ids.isEmpty
            if hasIDs { try await engine.loadIDs(session) }
            defer { if hasIDs { engine.releaseIDs(session) } }
            switch try await engine.submit(.save(request)) {
            case .saved(let receipt): return receipt
            case .lacksIDs: continue
            case .ended, .done:
                throw MemoryError(.inputOutput, "A save had no outcome", at: .init(session: session))
            }
        }
    }

    /// Removes the newest messages of a session and returns them, oldest first. Their sequences are not given again.
    ///
    /// Atomic: when the session changes between looking and removing, it looks again.
    @discardableResult
    public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
        try Self.check(session)
        try MemoryLimits.validate(limit: count)
        guard count > 0 else { return [] }
        while true {
            guard let extent = try engine.extent(of: session), extent.liveCount > 0 else { return [] }
            let messages = try await engine.load(session, limit: count, before: extent.nextSequence)
            guard let first = messages.first?.sequence else { return [] }
            do {
                _ = try await engine.submit(.remove(session: session, from: first, expecting: extent))
                return messages
            } catch let error as MemoryError where error.code == .conflict {
                continue
            }
        }
    }

    /// Keeps only the newest `count` messages of a session.
    public func trim(_ session: String, toLast count: Int) async throws {
        try Self.check(session)
        guard count >= 0 else { throw MemoryError(.invalidArgument, "A negative number of messages to keep") }
        _ = try await engine.submit(.trim(session: session, keep: count))
    }

    /// Replaces a session's own metadata.
    ///
    /// - Throws: `MemoryError` with `invalidArgument` for a session that doesn't exist.
    public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
        try Self.check(session)
        try MemoryLimits.validate(metadata: metadata)
        let json = metadata.isEmpty ? Chunk(ByteWriter()) : try Self.chunk(.object(metadata), "Session metadata")
        _ = try await engine.submit(.setMetadata(session: session, json: json))
    }

    /// A batch of its own in the journal, durable as the options say.
    public func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws {
        try Self.check(session)
        try MemoryLimits.validate(createdAt: createdAt, timeToLive: timeToLive)
        _ = try await engine.submit(
            .begin(
                session: session, created_µs: createdAt.microseconds, timeToLive_µs: timeToLive?.microseconds ?? 0))
    }

    private static func chunk(_ value: JSONValue, _ what: String) throws(MemoryError) -> Chunk {
        let bytes = value.serialized()
        guard bytes.count <= Limits.metadataBytesMax else {
            throw MemoryError(
                .tooLarge, "\(what) of \(bytes.count) bytes; the limit is \(Limits.metadataBytesMax)")
        }
        var writer = ByteWriter(capacity: bytes.count)
        bytes.withUnsafeBytes { writer.append($0) }
        return Chunk(writer)
    }

    static func check(_ session: String) throws(MemoryError) {
        try MemoryLimits.validate(sessionID: session)
    }

    // MARK: Loading

    /// The newest `limit` messages of a session below the sequence `before`, the oldest of them first; all for `nil`.
    ///
    /// O(*n*) for *n* messages, whatever the length of the session and the size of the store. What was loaded lately
    /// comes from memory.
    ///
    /// - Throws: `MemoryError`: `damaged` when messages in the range can't be read, `invalidSessionID`,
    ///   `invalidArgument` for a negative limit, `closed`.
    public func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try Self.check(session)
        try MemoryLimits.validate(limit: limit)
        return try await engine.load(session, limit: limit, before: before)
    }

    /// The oldest `limit` messages with a sequence of at least `from`: for reading a session from the beginning, page
    /// by page.
    public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
        try Self.check(session)
        try MemoryLimits.validate(limit: limit)
        return try await engine.load(session, from: sequence, limit: limit)
    }

    /// What is known about a session; `nil` when there is none. O(1); one read more for a session with metadata.
    public func info(_ session: String) async throws -> SessionInfo? {
        try Self.check(session)
        return try await engine.info(session)
    }

    /// What a save recorded of the import that it belonged to; `nil` for none.
    public func origin(of session: String) async throws -> JSONValue? {
        try Self.check(session)
        return try await engine.origin(of: session)
    }

    /// One page of the sessions. O(sessions): the index is in no order.
    public func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        try await engine.sessions(by: order, after: after, limit: limit)
    }

    // MARK: Forgetting

    /// O(1). The bytes go at the next checkpoint or compaction; ``erase(_:)`` waits until none is left.
    public func clear(_ session: String) async throws {
        try Self.check(session)
        _ = try await engine.end(.session(session), .cleared)
    }

    /// O(*n*) for *n* sessions, one batch of the journal up to a million of them.
    public func clearAll() async throws {
        _ = try await engine.end(.all, .cleared)
    }

    /// O(*n*) for *n* sessions, those that stay included.
    @discardableResult
    public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
        if dryRun { return try await engine.sessions(updatedBefore: time) }
        return try await engine.end(.updatedBefore(time.microseconds), .cleared)
    }

    // MARK: Closing

    /// Commits what is queued, writes everything into segments, and releases the directory. Calling it again does
    /// nothing.
    public func close() async throws {
        let engine = engine
        // Not on the engine's own threads: it waits for them.
        try await IOThreads.runOnce(isInline: options.scheduling == .inline) { () throws(MemoryError) in
            try engine.close()
        }
    }
}
