public import AgentMemory
internal import Amberlog
public import AmberlogTestKit
internal import LogFiles
internal import TestServers

#if PostgreSQL
    internal import AmberlogPostgreSQL
#endif
#if Redis
    internal import AmberlogRedis
#endif
#if SQLite
    internal import AmberlogSQLite
#endif

extension BackendKind {
    /// Makes one as a check wants it, with a clock that can be set.
    ///
    /// - Parameter isSearched: Whether it keeps an index, where it can do without.
    public func make(
        _ setup: BackendConformance.Setup, in directory: TemporaryDirectory, clock: AmberlogTestKit.ManualClock,
        isSearched: Bool = true
    ) async throws -> any MemoryBackend {
        let time: @Sendable () -> Timestamp = { Timestamp(microseconds: clock.now_µs()) }
        let path = directory.path + "/" + setup.place
        switch self {
        case .memory:
            return InMemoryBackend(
                maxMessagesPerSession: setup.maximumMessages ?? 10_000, timeToLive: setup.timeToLive, clock: time)
        case .log:
            var options = StoreOptions()
            options.durability = .buffered
            options.searchEnabled = isSearched
            options.timeToLive = setup.timeToLive
            options.maximumMessages = setup.maximumMessages
            options.clock = clock
            return try await AmberlogStore.open(path, options: options)
        case .sqlite:
            #if SQLite
                return try await SQLiteBackend(
                    path: path, synchronous: .normal, timeToLive: setup.timeToLive,
                    maximumMessages: setup.maximumMessages, clock: time)
            #else
                throw Self.left("SQLite")
            #endif
        case .redis:
            #if Redis
                return try await RedisBackend(
                    url: try await RedisServer.shared().url, prefix: setup.place + ":", timeToLive: setup.timeToLive,
                    maximumMessages: setup.maximumMessages, clock: time)
            #else
                throw Self.left("Redis")
            #endif
        case .postgresql:
            #if PostgreSQL
                return try await PostgreSQLBackend(
                    try await PostgreSQLServer.shared().url, poolSize: 4, table: setup.place,
                    searchEnabled: isSearched, timeToLive: setup.timeToLive, maximumMessages: setup.maximumMessages,
                    clock: time)
            #else
                throw Self.left("PostgreSQL")
            #endif
        }
    }

    private static func left(_ trait: String) -> MemoryError {
        MemoryError(.unsupported, "This build has been made without the trait \(trait)")
    }
}
