public import AgentMemory
internal import AmberlogAllBackends
public import AmberlogTestKit
internal import TestServers

/// The backends that there are, each made by its URL where nothing else is: in a temporary directory, or on a server that
/// was started for it.
public enum BackendKind: String, Sendable, CaseIterable {
    case memory
    case log
    case sqlite
    case redis
    case postgresql

    /// Makes one.
    ///
    /// - Parameters:
    ///   - place: The same for two backends that are to share their data; lower-case letters, digits and `_`.
    ///   - directory: For those that are files.
    ///   - options: As for `createMemory`.
    public func make(
        at place: String, in directory: TemporaryDirectory, _ options: [String: JSONValue] = [:]
    ) async throws -> any MemoryBackend {
        var options = options
        let source: String
        switch self {
        case .memory:
            source = "memory:"
            options["max_sessions"] = options["max_sessions"] ?? 1_000_000
            options["max_messages"] = options["max_messages"] ?? "none"
        case .log: source = "log:\(directory.path)/\(place)"
        case .sqlite: source = "sqlite:\(directory.path)/\(place).db"
        case .redis:
            source = try await RedisServer.shared().url
            options["prefix"] = .string(place + ":")
            options["max_messages"] = options["max_messages"] ?? "none"
            options["ttl"] = options["ttl"] ?? "none"
        case .postgresql:
            source = try await PostgreSQLServer.shared().url
            options["table_name"] = .string(place)
            options["pool_size"] = options["pool_size"] ?? 4
        }
        return try await createMemory(source, options, registry: .all)
    }

    /// What it can do beyond what every backend must.
    public var capabilities: BackendCapabilities {
        switch self {
        case .memory: BackendCapabilities.all.subtracting([.queryLanguage, .persistence])
        case .redis: BackendCapabilities.all
        case .log, .sqlite, .postgresql: .all
        }
    }

    /// Checks it as any backend is checked.
    public func conformance(in directory: TemporaryDirectory) -> BackendConformance {
        BackendConformance(capabilities: capabilities) { setup in
            var options: [String: JSONValue] = [:]
            if let time = setup.timeToLive { options["ttl"] = .double(time / .seconds(1)) }
            if let maximum = setup.maximumMessages { options["max_messages"] = .integer(Int64(maximum)) }
            return try await make(at: setup.place, in: directory, options)
        }
    }
}
