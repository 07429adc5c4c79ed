public import AgentMemory

extension BackendProvider {
    /// ``AmberlogStore``, as `log` and `log:DIRECTORY`.
    public static let log = log(StoreOptions())

    /// ``AmberlogStore`` with other options where neither a URL nor a caller names them.
    ///
    /// ```swift
    /// var options = StoreOptions()
    /// options.maximumJournalBytes = 8 << 20
    /// registry.register(.log(options))
    /// ```
    public static func log(_ defaults: StoreOptions) -> BackendProvider {
        BackendProvider(
            names: ["log", "amberlog"], schemes: ["log"],
            location: BackendOption("path", .text, aliases: ["directory"], "The directory (agent-memory)."),
            isPath: true,
            options: [
                BackendOption(
                    "ttl", .duration, aliases: ["time_to_live"], "How long a session stays after its last save."),
                BackendOption(
                    "max_messages", .count, aliases: ["maximum_messages"], "How many messages of a session are kept."),
                BackendOption(
                    "durability", .text,
                    "When a save returns: synced (it is on the medium), buffered (the system has it), or an interval such as 5s at which it is synchronized."
                ),
                BackendOption(
                    "search", .flag, aliases: ["search_enabled", "enable_search"], "Whether there is an index."),
                BackendOption("read_only", .flag, "Reads, while another process may write."),
                BackendOption("create", .flag, "Whether a missing store is made (true)."),
            ],
            traits: .compresses
        ) { settings in
            var options = defaults
            if let timeToLive = try settings.duration("ttl") { options.timeToLive = timeToLive }
            if let maximum = try settings.limit("max_messages") { options.maximumMessages = maximum }
            if let search = try settings.flag("search") { options.searchEnabled = search }
            if try settings.flag("create") == false { options.access = .readWrite }
            if try settings.flag("read_only") == true { options.access = .readOnly }
            switch try settings.text("durability") {
            case nil: break
            case "synced": options.durability = .synced
            case "buffered": options.durability = .buffered
            default:
                guard case .some(.some(let interval)) = try settings.duration("durability") else {
                    throw MemoryError(
                        .invalidArgument, "log: durability must be synced, buffered, or a time such as 5s")
                }
                options.durability = .interval(interval)
            }
            return try await AmberlogStore.open(settings.location ?? "agent-memory", options: options)
        }
    }
}

extension BackendRegistry {
    /// The backends that need no database: `log` and `memory`.
    public static let local: BackendRegistry = {
        var registry = BackendRegistry()
        registry.register(.log)
        registry.register(.memory)
        return registry
    }()
}

/// Makes a local backend by its name or its URL: `log`, `log:DIRECTORY`, `memory`.
///
/// ```swift
/// let memory = try await createMemory("log", ["path": "agent-memory", "ttl": "30d"])
/// ```
///
/// For others, pass a registry that has them.
public func createMemory(_ source: String, _ options: [String: JSONValue] = [:]) async throws -> any MemoryBackend {
    try await createMemory(source, options, registry: .local)
}

/// Makes a local memory as a configuration says.
public func createMemory(
    _ config: MemoryConfig, cipher: (any MessageCipher)? = nil, summarizer: (any Summarizer)? = nil
) async throws -> ConfiguredMemory {
    try await createMemory(config, registry: .local, cipher: cipher, summarizer: summarizer)
}
