/// The kinds of backend that ``createMemory(_:_:registry:)`` can make: a value, so that a program decides for itself.
///
/// ```swift
/// var registry = BackendRegistry()
/// registry.register(RedisBackend.provider)
/// let memory = try await createMemory("redis://localhost:6379?ttl=1h", registry: registry)
/// ```
public struct BackendRegistry: Sendable {
    private var providers: [BackendProvider] = []

    /// One that knows none.
    public init() {}

    /// Adds a kind of backend. One that has the same name, or one of its schemes, gives way.
    public mutating func register(_ provider: BackendProvider) {
        providers.removeAll { old in
            old.names.contains { provider.names.contains($0) } || old.schemes.contains { provider.schemes.contains($0) }
        }
        providers.append(provider)
    }

    /// All kinds, in the order in which they were added.
    public var all: [BackendProvider] { providers }

    /// The kind that a name or a URL means.
    ///
    /// - Throws: ``MemoryError/Code/unknownName``, with what exists, or with the product that has it.
    func resolve(_ source: String) throws(MemoryError) -> (provider: BackendProvider, url: String?) {
        if let scheme = BackendURL.scheme(of: source) {
            if let provider = providers.first(where: { $0.schemes.contains(scheme) }) { return (provider, source) }
            throw unknown(scheme, isScheme: true)
        }
        let name = source.lowercased()
        if let provider = providers.first(where: { $0.names.contains(name) }) { return (provider, nil) }
        throw unknown(name, isScheme: false)
    }

    private func unknown(_ name: String, isScheme: Bool) -> MemoryError {
        let what = isScheme ? "\(name):" : "\"\(name)\""
        if let product = Self.products[name] {
            return MemoryError(
                .unknownName,
                "\(what) needs the product \(product) of the package, and its provider in the registry: "
                    + "AmberlogAllBackends has all of them")
        }
        let names = providers.map(\.name)
        return MemoryError(
            .unknownName,
            "No backend is called \(what); there "
                + (names.isEmpty ? "is none in this registry" : "are \(names.joined(separator: ", "))"))
    }

    /// Where those are that this package has.
    private static let products = [
        "log": "Amberlog", "amberlog": "Amberlog", "redis": "AmberlogRedis", "rediss": "AmberlogRedis",
        "sqlite": "AmberlogSQLite", "postgresql": "AmberlogPostgreSQL", "postgres": "AmberlogPostgreSQL",
    ]
}

extension BackendProvider {
    /// ``InMemoryBackend``, as `memory` and `memory:`.
    public static let memory = BackendProvider(
        names: ["memory"], schemes: ["memory"],
        options: [
            BackendOption("max_sessions", .count, "How many sessions are kept (1000)."),
            BackendOption(
                "max_messages_per_session", .count, aliases: ["max_messages"],
                "How many messages of a session are kept (1000)."),
            BackendOption("ttl", .duration, aliases: ["time_to_live"], "How long a session stays after its last save."),
        ]
    ) { settings in
        let maximum: Int?? = try settings.limit("max_messages_per_session")
        return InMemoryBackend(
            maxSessions: try settings.count("max_sessions") ?? 1000,
            maxMessagesPerSession: maximum.map { $0 ?? .max } ?? 1000,
            timeToLive: try settings.duration("ttl") ?? nil)
    }
}
