public import AgentMemory
internal import Amberlog

#if SQLite
    internal import AmberlogSQLite
#endif

extension BackendRegistry {
    /// Every backend that this build has: those that need no database, and those whose trait is enabled.
    ///
    /// ```swift
    /// let memory = try await createMemory("redis://localhost:6379?ttl=1h", registry: .all)
    /// ```
    public static let all: BackendRegistry = {
        var registry = BackendRegistry.local
        for provider in databaseProviders { registry.register(provider) }
        return registry
    }()

    private static var databaseProviders: [BackendProvider] {
        var providers: [BackendProvider] = []
        #if SQLite
            providers.append(.sqlite)
        #endif
        return providers
    }
}
