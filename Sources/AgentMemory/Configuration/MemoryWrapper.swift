/// A backend on top of another one: everything goes through, but for what the wrapper does itself.
///
/// ```swift
/// struct Shouting: MemoryWrapper {
///     let base: any MemoryBackend
///
///     func save(
///         _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
///     ) async throws -> SaveReceipt {
///         var loud = messages
///         for index in loud.indices { loud[index].content = loud[index].content.uppercased() }
///         return try await base.save(loud, to: session, expecting: expecting, origin: origin)
///     }
/// }
/// ```
///
/// A wrapper is a backend, so wrappers stack. All saves come through
/// ``MemoryBackend/save(_:to:expecting:origin:)``.
public protocol MemoryWrapper: MemoryBackend {
    var base: any MemoryBackend { get }
}

extension MemoryWrapper {
    /// Through the save with an origin, so that a wrapper has one to override.
    @discardableResult
    public func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
        try await save(messages, to: session, expecting: expecting, origin: nil)
    }

    /// Passes the save on.
    @discardableResult
    public func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        try await base.save(messages, to: session, expecting: expecting, origin: origin)
    }

    /// Asks the base.
    public func origin(of session: String) async throws -> JSONValue? { try await base.origin(of: session) }

    /// Asks the base.
    public func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try await base.load(session, limit: limit, before: before)
    }

    /// Asks the base.
    public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
        try await base.load(session, from: sequence, limit: limit)
    }

    /// Passes it on.
    public func clear(_ session: String) async throws { try await base.clear(session) }

    /// Asks the base.
    public func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        try await base.sessions(by: order, after: after, limit: limit)
    }

    /// Asks the base.
    public func info(_ session: String) async throws -> SessionInfo? { try await base.info(session) }

    /// Passes it on.
    public func clearAll() async throws { try await base.clearAll() }

    /// Passes it on.
    @discardableResult
    public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
        try await base.clearSessions(olderThan: time, dryRun: dryRun)
    }

    /// Passes it on.
    @discardableResult
    public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
        try await base.removeLast(count, from: session)
    }

    /// Passes it on.
    public func trim(_ session: String, toLast count: Int) async throws {
        try await base.trim(session, toLast: count)
    }

    /// Passes it on.
    public func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws {
        try await base.begin(session, createdAt: createdAt, timeToLive: timeToLive)
    }

    /// Passes it on.
    public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
        try await base.setMetadata(metadata, for: session)
    }

    /// Asks the base.
    public func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        try await base.searchHits(query, in: session, options: options)
    }

    /// Closes the base.
    public func close() async throws { try await base.close() }
}
