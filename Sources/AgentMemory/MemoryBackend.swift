/// A place to keep conversations: sessions of messages, appended in order.
///
/// ```swift
/// let memory: any MemoryBackend = InMemoryBackend()
/// try await memory.save([Message(role: .user, content: "Hello")], to: "user_123")
/// let recent = try await memory.load("user_123", limit: 50)
/// ```
///
/// A backend of your own needs four methods: ``save(_:to:expecting:)``, ``load(_:limit:before:)``, ``clear(_:)`` and
/// ``sessions(by:after:limit:)``. The rest has default implementations on top of those; override what your backend
/// can do better.
public protocol MemoryBackend: Sendable {
    /// Appends messages to a session, atomically and in order.
    ///
    /// - Parameters:
    ///   - messages: An empty array changes nothing.
    ///   - session: 1 byte to 1 KiB of UTF-8. A session comes into being with its first message.
    ///   - expecting: The session's last sequence as the caller knows it (0 for a session that doesn't exist). When
    ///     it is another, nothing is appended and the error's code is ``MemoryError/Code/conflict``.
    /// - Returns: The sequences the messages got. A message whose ``Message/id`` is among the newest 1,000 ids of the
    ///   session is not appended again and counts as a duplicate; a save of nothing else leaves the session as it is.
    /// - Throws: ``MemoryError/Code/unsupported`` for a message with an id, from a backend that remembers none.
    @discardableResult
    func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt

    /// Appends messages, and records in the same atomic step where they came from: how far an import or a migration has
    /// come.
    ///
    /// - Parameters:
    ///   - origin: What ``origin(of:)`` gives from then on, also when every message was a duplicate; `nil` leaves what
    ///     is there. JSON of at most ``MemoryLimits/metadataBytes``. Not recorded without any message.
    /// - Throws: ``MemoryError/Code/unsupported`` for an origin, from a backend that keeps none.
    @discardableResult
    func save(_ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?) async throws
        -> SaveReceipt

    /// What a save has last recorded of where the session's messages came from; `nil` for nothing.
    ///
    /// - Throws: ``MemoryError/Code/unsupported`` from a backend that keeps none.
    func origin(of session: String) async throws -> JSONValue?

    /// The newest messages of a session, the oldest of them first.
    ///
    /// - Parameters:
    ///   - session: An unknown session is empty, not an error.
    ///   - limit: At most so many; `nil` for all.
    ///   - before: Only messages with a smaller sequence: for paging backwards, pass the first sequence of the page
    ///     before.
    func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message]

    /// The oldest messages of a session from a sequence on, the oldest first: for reading forwards.
    ///
    /// - Parameters:
    ///   - session: An unknown session is empty, not an error.
    ///   - sequence: Only messages with this sequence or a larger one.
    ///   - limit: At most so many.
    func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message]

    /// Removes a session and everything in it. An unknown session is no error.
    func clear(_ session: String) async throws

    /// One page of the sessions.
    ///
    /// - Parameters:
    ///   - after: ``SessionPage/next`` of the page before; `nil` for the first.
    ///   - limit: At least 1.
    func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage

    /// What is known about a session; `nil` when there is none of that id.
    func info(_ session: String) async throws -> SessionInfo?

    /// Removes every session.
    func clearAll() async throws

    /// Removes the sessions that were last saved to before `time`. Returns what was (or, in a dry run, would be)
    /// removed.
    @discardableResult
    func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo]

    /// Removes the newest messages of a session, atomically, and returns them, the oldest of them first.
    ///
    /// Their sequences are not given again: ``SessionInfo/lastSequence`` stays, and the next save leaves a gap. Their
    /// ids are free again. The session stays, even without any message. An unknown session gives an empty array.
    ///
    /// - Throws: ``MemoryError/Code/unsupported`` from a backend that can't.
    @discardableResult
    func removeLast(_ count: Int, from session: String) async throws -> [Message]

    /// Removes all but the newest messages of a session. Their ids stay known. An unknown session is no error.
    ///
    /// - Throws: ``MemoryError/Code/unsupported`` from a backend that can't.
    func trim(_ session: String, toLast count: Int) async throws

    /// Makes a session without any message: what a migration does before it copies one.
    ///
    /// - Parameters:
    ///   - createdAt: When it was made.
    ///   - timeToLive: How long it stays after its last save, whatever the backend gives other sessions; `nil` for ever.
    /// - Throws: ``MemoryError/Code/conflict`` for a session that exists, ``MemoryError/Code/unsupported`` from a backend
    ///   whose sessions have no time of their own.
    func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws

    /// Replaces a session's own metadata. The time of the last save stays.
    ///
    /// - Throws: ``MemoryError/Code/invalidArgument`` for a session that doesn't exist, ``MemoryError/Code/tooLarge``
    ///   over ``MemoryLimits/metadataBytes``, ``MemoryError/Code/unsupported`` from a backend that can't.
    func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws

    /// The messages that match a query best, best first.
    ///
    /// - Parameters:
    ///   - query: Words; any string is a valid query. What else it can say is up to the backend.
    ///   - session: Only this session; `nil` for all.
    func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit]

    /// Makes what was saved durable and releases what the backend holds. Every later call fails with
    /// ``MemoryError/Code/closed``, except from a backend that holds nothing. Closing again does nothing.
    func close() async throws
}
