#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import AmberlogTestKit
    import TestServers
    import Testing

    /// The backend does what every backend must, on a real server. One check after another: each has connections of its
    /// own, and a server has so many.
    @Suite(.serialized) struct ConformanceTests {
        @Test(arguments: ConformanceCheck.all.filter { $0.excludes.isEmpty })
        func `a shared server`(_ check: ConformanceCheck) async throws {
            let server = try await PostgreSQLServer.shared()
            let clock = AmberlogTestKit.ManualClock()
            let conformance = BackendConformance(
                capabilities: .all, passTime: { clock.advance(by: $0) },
                make: { setup in
                    try await PostgreSQLBackend(
                        server.url, poolSize: 8, table: setup.place, timeToLive: setup.timeToLive,
                        maximumMessages: setup.maximumMessages
                    ) { Timestamp(microseconds: clock.now_µs()) }
                })
            try await conformance.run(check)
        }
    }
#endif
