/// A memory that was made by a ``MemoryConfig``.
///
/// ```swift
/// let memory = try await createMemory(config, registry: registry)
/// try await memory.save(turn, to: "user_123")
/// let context = try await memory.context(of: "user_123")
/// ```
public struct ConfiguredMemory: MemoryWrapper {
    /// The backend, encrypted where the configuration says so.
    public let base: any MemoryBackend
    /// What it was made by.
    public let config: MemoryConfig
    private let summarizer: (any Summarizer)?

    init(base: any MemoryBackend, config: MemoryConfig, summarizer: (any Summarizer)?) {
        self.base = base
        self.config = config
        self.summarizer = summarizer
    }

    /// What the backend finds.
    ///
    /// - Throws: ``MemoryError/Code/unsupported`` where the configuration switches searching off.
    public func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        guard config.searchEnabled else {
            throw MemoryError(.unsupported, "Searching is switched off in this memory's configuration")
        }
        return try await base.searchHits(query, in: session, options: options)
    }

    /// What a model is to know of a session: the newest messages, as many as the configuration says, the oldest of them
    /// first; with summarization, a message of the role `system` before them that says in short what came before.
    ///
    /// A summary is made when messages have left the window since the last one, from those and the last one alone, and
    /// kept in the session's metadata under `summary`.
    ///
    /// - Throws: What the backend throws, and what the summarizer throws.
    public func context(of session: String) async throws -> [Message] {
        let window = try await base.load(session, limit: config.contextWindow, before: nil)
        guard let summarizer, let first = window.first, let start = first.sequence else { return window }
        guard let summary = try await summary(of: session, before: start, summarizer) else { return window }
        return [Message(role: .system, content: summary, timestamp: first.timestamp)] + window
    }

    private static let key = "summary"
    /// What a summarizer gets at once.
    private static let stretch = 200

    /// A summary of everything before a sequence; `nil` when there is nothing.
    private func summary(of session: String, before start: UInt64, _ summarizer: any Summarizer) async throws -> String?
    {
        guard let info = try await base.info(session) else { return nil }
        var text: String?
        var next: UInt64 = 1
        if case .object(let known) = info.metadata[Self.key], case .string(let known_text) = known["text"],
            let through = known["through"]?.integerValue, through >= 0
        {
            text = known_text
            next = UInt64(through) + 1
        }
        if next > start {
            // Messages were removed since: the summary speaks of some that are in the window.
            text = nil
            next = 1
        }
        var isNew = false
        while next < start {
            let messages = try await base.load(session, from: next, limit: Self.stretch).filter {
                $0.sequence.map { $0 < start } ?? false
            }
            guard let last = messages.last?.sequence else { break }
            text = try await summarizer.summarize(messages, after: text)
            next = last + 1
            isNew = true
        }
        if isNew, let text {
            var metadata = try await base.info(session)?.metadata ?? [:]
            metadata[Self.key] = ["text": .string(text), "through": .integer(Int64(clamping: start - 1))]
            try await base.setMetadata(metadata, for: session)
        }
        return text
    }
}

/// Makes a memory as a configuration says.
///
/// - Parameters:
///   - cipher: For ``MemoryConfig/encryption``.
///   - summarizer: For ``MemoryConfig/summarization``.
/// - Throws: `MemoryError`: ``MemoryError/Code/unsupported`` for a field that the backend can't fulfil;
///   ``MemoryError/Code/invalidArgument`` for a field that lacks what it needs, or has no sense; and whatever
///   ``createMemory(_:_:registry:)`` throws.
public func createMemory(
    _ config: MemoryConfig, registry: BackendRegistry, cipher: (any MessageCipher)? = nil,
    summarizer: (any Summarizer)? = nil
) async throws -> ConfiguredMemory {
    guard config.contextWindow > 0 else {
        throw MemoryError(.invalidArgument, "A context window holds at least one message")
    }
    if let maximum = config.maxMessages, maximum < 1 {
        throw MemoryError(.invalidArgument, "max_messages must be at least 1, or null for no limit")
    }
    if config.summarization, summarizer == nil {
        throw MemoryError(.invalidArgument, "summarization needs a summarizer: pass one to createMemory")
    }
    if config.encryption, cipher == nil {
        throw MemoryError(
            .invalidArgument,
            "encryption needs a cipher: pass one to createMemory; the product AmberlogEncryption has one"
        )
    }
    let (provider, _) = try registry.resolve(config.backend)
    var options = config.options
    func set(_ name: String, _ value: JSONValue, _ field: String, isNeeded: Bool) throws(MemoryError) {
        guard let option = provider.option(named: name) else {
            if isNeeded { throw MemoryError(.unsupported, "\(provider.name) can't do what \(field) asks for") }
            return
        }
        guard !options.keys.contains(where: { option.answers(to: $0) }) else {
            throw MemoryError(.invalidArgument, "\(option.name) is in the options, and \(field) says the same")
        }
        options[option.name] = value
    }
    try set(
        "max_messages", config.maxMessages.map { .integer(Int64($0)) } ?? .null, "max_messages",
        isNeeded: config.maxMessages != nil)
    if !provider.traits.contains(.compresses) {
        try set("compression", .bool(config.compression), "compression", isNeeded: config.compression)
    }
    // Where words are encrypted, an index of them is of no use. Without the option there is nothing to switch off.
    try set("search", .bool(config.searchEnabled && !config.encryption), "search_enabled", isNeeded: false)
    var memory = try await createMemory(config.backend, options, registry: registry)
    if config.encryption, let cipher { memory = EncryptedMemory(base: memory, cipher: cipher) }
    return ConfiguredMemory(base: memory, config: config, summarizer: config.summarization ? summarizer : nil)
}
