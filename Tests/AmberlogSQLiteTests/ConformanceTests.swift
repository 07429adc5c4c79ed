#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import AmberlogTestKit
    import Testing

    /// The backend does what every backend must, in write-ahead mode and with a journal.
    @Suite struct ConformanceTests {
        private static func conformance(_ mode: SQLiteBackend.JournalMode) throws -> BackendConformance {
            let directory = try TemporaryDirectory()
            let clock = AmberlogTestKit.ManualClock()
            return BackendConformance(
                capabilities: .all, passTime: { clock.advance(by: $0) },
                make: { setup in
                    try await SQLiteBackend(
                        path: directory.path + "/" + setup.place, journalMode: mode, timeToLive: setup.timeToLive,
                        maximumMessages: setup.maximumMessages
                    ) { Timestamp(microseconds: clock.now_µs()) }
                })
        }

        @Test(arguments: ConformanceCheck.all.filter { $0.excludes.isEmpty })
        func `write-ahead log`(_ check: ConformanceCheck) async throws {
            try await Self.conformance(.wal).run(check)
        }

        @Test(arguments: ConformanceCheck.all.filter { $0.excludes.isEmpty })
        func `journal`(_ check: ConformanceCheck) async throws {
            try await Self.conformance(.truncate).run(check)
        }
    }
#endif
