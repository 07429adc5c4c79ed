/// What a program's memory is to be, as a file can say it.
///
/// ```json
/// {"backend": "redis://localhost:6379", "max_messages": 5000, "context_window": 50, "compression": true}
/// ```
///
/// ```swift
/// let config = try JSONDecoder().decode(MemoryConfig.self, from: data)
/// let memory = try await createMemory(config, registry: registry)
/// let context = try await memory.context(of: "user_123")
/// ```
///
/// Every field does what it says, or making the memory fails: none is passed over in silence. A key that doesn't exist
/// is an error, too.
public struct MemoryConfig: Sendable, Hashable {
    /// A name or a URL: see ``createMemory(_:_:registry:)``.
    public var backend: String
    /// How many messages a session keeps, the newest; `nil` for all.
    public var maxMessages: Int?
    /// How many of the newest messages ``ConfiguredMemory/context(of:)`` gives.
    public var contextWindow: Int
    /// Whether the context begins with a summary of what is older than the window. Needs a ``Summarizer``.
    public var summarization: Bool
    /// Whether messages are compressed where they are kept.
    public var compression: Bool
    /// Whether messages are encrypted before the backend gets them. Needs a ``MessageCipher``. Searches read and decrypt
    /// all messages then.
    public var encryption: Bool
    /// Whether messages can be searched. Without, no backend builds an index, and searching is an error.
    public var searchEnabled: Bool
    /// Other options of the backend.
    public var options: [String: JSONValue]

    /// A configuration; without arguments, what an empty JSON object says.
    public init(
        backend: String = "memory", maxMessages: Int? = 1000, contextWindow: Int = 20, summarization: Bool = false,
        compression: Bool = false, encryption: Bool = false, searchEnabled: Bool = true,
        options: [String: JSONValue] = [:]
    ) {
        self.backend = backend
        self.maxMessages = maxMessages
        self.contextWindow = contextWindow
        self.summarization = summarization
        self.compression = compression
        self.encryption = encryption
        self.searchEnabled = searchEnabled
        self.options = options
    }
}

extension MemoryConfig: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case backend
        case maxMessages = "max_messages"
        case contextWindow = "context_window"
        case summarization
        case compression
        case encryption
        case searchEnabled = "search_enabled"
        case options
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads what a file says; what it leaves out has its default.
    ///
    /// - Throws: `DecodingError` for a key that doesn't exist and a value of another type.
    public init(from decoder: any Decoder) throws {
        let known = Set(CodingKeys.allCases.map(\.rawValue))
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription:
                        "A memory has no \"\(key.stringValue)\"; it has \(known.sorted().joined(separator: ", "))"
                ))
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        backend = try container.decodeIfPresent(String.self, forKey: .backend) ?? backend
        if container.contains(.maxMessages) { maxMessages = try container.decode(Int?.self, forKey: .maxMessages) }
        contextWindow = try container.decodeIfPresent(Int.self, forKey: .contextWindow) ?? contextWindow
        summarization = try container.decodeIfPresent(Bool.self, forKey: .summarization) ?? summarization
        compression = try container.decodeIfPresent(Bool.self, forKey: .compression) ?? compression
        encryption = try container.decodeIfPresent(Bool.self, forKey: .encryption) ?? encryption
        searchEnabled = try container.decodeIfPresent(Bool.self, forKey: .searchEnabled) ?? searchEnabled
        options = try container.decodeIfPresent([String: JSONValue].self, forKey: .options) ?? options
    }

    /// Writes every field.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(backend, forKey: .backend)
        try container.encode(maxMessages, forKey: .maxMessages)
        try container.encode(contextWindow, forKey: .contextWindow)
        try container.encode(summarization, forKey: .summarization)
        try container.encode(compression, forKey: .compression)
        try container.encode(encryption, forKey: .encryption)
        try container.encode(searchEnabled, forKey: .searchEnabled)
        try container.encode(options, forKey: .options)
    }
}
