/// Encrypts content and metadata of messages, and metadata of sessions, before a backend gets them.
///
/// ```swift
/// let memory = EncryptedMemory(base: redis, cipher: try AESGCMCipher(key: key))
/// ```
///
/// What stays readable: ids of sessions and messages, roles, times, numbers and sizes of messages, and origins. A search
/// reads and decrypts every message that it looks at: O(*n*) for *n* messages, whatever the backend. Messages that were
/// saved before are given back as they are.
public struct EncryptedMemory: MemoryWrapper {
    /// Where the sealed messages are.
    public let base: any MemoryBackend
    private let cipher: any MessageCipher

    /// A backend with a cipher before it.
    public init(base: any MemoryBackend, cipher: any MessageCipher) {
        self.base = base
        self.cipher = cipher
    }

    /// The largest message that fits into ``MemoryLimits/messageBytes`` when it is sealed, in bytes of its content and
    /// metadata as JSON: sealing adds a third, and JSON what it escapes. Larger ones are refused as too large.
    public static let messageBytes = MemoryLimits.messageBytes / 4 * 3 - 4096

    /// Content begins so when it is sealed; what follows is base64.
    private static let mark = "amberlog-sealed:1:"

    /// Seals each message. O(*n*) for *n* bytes.
    ///
    /// - Throws: ``MemoryError/Code/tooLarge`` for a message that is too large once it is sealed: see ``messageBytes``.
    @discardableResult
    public func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(messages)
        return try await base.save(
            try messages.map { try seal($0, session) }, to: session, expecting: expecting, origin: origin)
    }

    /// Opens what the backend gives.
    ///
    /// - Throws: ``MemoryError/Code/damaged`` for a message that was changed, or sealed with a key that the cipher hasn't.
    public func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try await base.load(session, limit: limit, before: before).map { try open($0, session) }
    }

    /// Opens what the backend gives, with the same errors.
    public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
        try await base.load(session, from: sequence, limit: limit).map { try open($0, session) }
    }

    /// Opens what the backend has removed.
    @discardableResult
    public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
        try await base.removeLast(count, from: session).map { try open($0, session) }
    }

    /// Seals all of the metadata as one text.
    public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
        try MemoryLimits.validate(metadata: metadata)
        if metadata.isEmpty { return try await base.setMetadata([:], for: session) }
        let sealed = try cipher.seal(JSONValue.object(metadata).serialized(), in: Array("session\0\(session)".utf8))
        try await base.setMetadata(["sealed": .string(Self.mark + Base64.encode(sealed))], for: session)
    }

    /// What the backend knows, with the metadata opened.
    public func info(_ session: String) async throws -> SessionInfo? {
        try await base.info(session).map(open)
    }

    /// A page of the backend's, with the metadata opened.
    public func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        var page = try await base.sessions(by: order, after: after, limit: limit)
        page.sessions = try page.sessions.map(open)
        return page
    }

    /// What the backend has cleared, with the metadata opened.
    @discardableResult
    public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
        try await base.clearSessions(olderThan: time, dryRun: dryRun).map(open)
    }

    /// Reads and opens every message: the backend's index knows none of the words.
    public func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        try await scannedHits(query, in: session, options: options)
    }

    // MARK: Sealing

    /// The role and the time are bound to the text, so that neither can be changed beside it.
    private func context(_ message: Message, _ session: String) -> [UInt8] {
        Array("message\0\(message.role.name)\0\(message.timestamp.microseconds)\0\(session)".utf8)
    }

    private func seal(_ message: Message, _ session: String) throws -> Message {
        let plain: JSONValue = ["c": .string(message.content), "m": .object(message.metadata)]
        let sealed = try cipher.seal(plain.serialized(), in: context(message, session))
        var result = message
        result.content = Self.mark + Base64.encode(sealed)
        result.metadata = [:]
        return result
    }

    private func open(_ message: Message, _ session: String) throws -> Message {
        guard message.content.hasPrefix(Self.mark) else { return message }
        let plain = try cipher.open(try bytes(message.content, session), in: context(message, session))
        // The metadata may be as deep as metadata may be, and stand in an object here.
        let json = plain.withUnsafeBytes { try? JSONValue(parsing: $0, moreLevels: 1) }
        guard case .object(let object)? = json, case .string(let content) = object["c"],
            case .object(let metadata) = object["m"]
        else { throw Self.damaged(session) }
        var result = message
        result.content = content
        result.metadata = metadata
        return result
    }

    private func open(_ info: SessionInfo) throws -> SessionInfo {
        guard info.metadata.count == 1, case .string(let text) = info.metadata["sealed"], text.hasPrefix(Self.mark)
        else { return info }
        let plain = try cipher.open(try bytes(text, info.id), in: Array("session\0\(info.id)".utf8))
        guard case .object(let metadata)? = try? JSONValue(parsing: plain) else { throw Self.damaged(info.id) }
        var result = info
        result.metadata = metadata
        return result
    }

    private func bytes(_ text: String, _ session: String) throws -> [UInt8] {
        guard let bytes = Base64.decode(text.dropFirst(Self.mark.count)) else { throw Self.damaged(session) }
        return bytes
    }

    private static func damaged(_ session: String) -> MemoryError {
        MemoryError(.damaged, "What was sealed doesn't say what it should", at: .init(session: session))
    }
}
