#if Redis
    import AgentMemory
    import AmberlogRedis
    import AmberlogTestKit
    import TestServers
    import Testing

    /// The backend does what every backend must, with and without compression, and in a cluster.
    @Suite struct ConformanceTests {
        private static func conformance(compression: Bool, _ server: RedisServer) -> BackendConformance {
            let clock = AmberlogTestKit.ManualClock()
            return BackendConformance(
                capabilities: .all, passTime: { clock.advance(by: $0) },
                make: { setup in
                    try await RedisBackend(
                        url: server.url, prefix: setup.place + ":", timeToLive: setup.timeToLive,
                        maximumMessages: setup.maximumMessages, compression: compression
                    ) { Timestamp(microseconds: clock.now_µs()) }
                })
        }

        @Test(arguments: ConformanceCheck.all.filter { $0.excludes.isEmpty })
        func `compressed`(_ check: ConformanceCheck) async throws {
            try await Self.conformance(compression: true, try await RedisServer.shared()).run(check)
        }

        @Test(arguments: ConformanceCheck.all.filter { $0.excludes.isEmpty })
        func `as JSON`(_ check: ConformanceCheck) async throws {
            try await Self.conformance(compression: false, try await RedisServer.shared()).run(check)
        }

        @Test(arguments: ConformanceCheck.all.filter { $0.excludes.isEmpty })
        func `in a cluster`(_ check: ConformanceCheck) async throws {
            try await Self.conformance(compression: true, try await RedisServer.sharedCluster()).run(check)
        }
    }
#endif
