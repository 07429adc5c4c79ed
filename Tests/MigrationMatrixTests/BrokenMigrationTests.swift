#if SQLite && Redis && PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import AmberlogRedis
    import AmberlogTestKit
    import BackendMatrix
    import TestServers
    import Testing

    /// A connection that breaks, or a server that hangs, in the middle of a batch: a typed error in bounded time, and the
    /// next run goes on, without a duplicate or a gap.
    @Suite(.serialized) struct BrokenMigrationTests {
        struct Case: Sendable, CustomTestStringConvertible {
            var kind: BackendKind
            var isTarget: Bool
            var fault: BreakableProxy.Fault
            var bytes: Int

            var testDescription: String {
                "\(kind.rawValue) as the \(isTarget ? "target" : "source"), \(fault) after \(bytes) bytes"
            }
        }

        private static let faults: [(BreakableProxy.Fault, Int)] = [
            (.cutting, 3_000), (.cutting, 90_000), (.hanging, 30_000),
        ]

        static let cases: [Case] = [BackendKind.redis, .postgresql].flatMap { (kind: BackendKind) -> [Case] in
            [true, false].flatMap { (isTarget: Bool) -> [Case] in
                faults.map { Case(kind: kind, isTarget: isTarget, fault: $0.0, bytes: $0.1) }
            }
        }

        /// Gives up soon.
        private func impatient(_ kind: BackendKind, _ url: String, _ place: String) async throws -> any MemoryBackend {
            if kind == .redis {
                return try await RedisBackend(
                    url: url, prefix: place + ":", timeToLive: nil, maximumMessages: nil, compression: false,
                    connectTimeout: .seconds(1), commandTimeout: .seconds(1), retry: RedisRetry(attempts: 2))
            }
            return try await PostgreSQLBackend(
                url, poolSize: 2, table: place, connectTimeout: .seconds(1), statementTimeout: .seconds(1),
                waitTimeout: .seconds(2))
        }

        private static let expected: Set<MemoryError.Code> = [.unavailable, .timedOut]

        @Test(arguments: cases)
        func `and then it goes on`(_ broken: Case) async throws {
            let directory = try TemporaryDirectory()
            let name = "broken_\(broken.kind.rawValue)_\(broken.isTarget)_\(broken.fault)_\(broken.bytes)"
            let port = try #require(try await broken.kind.port())
            let proxy = try BreakableProxy(to: port)
            let server = broken.kind == .redis ? "redis://" : "postgresql://postgres@"
            let url = server + "127.0.0.1:\(proxy.port)" + (broken.kind == .redis ? "" : "/postgres")
            let other = try await BackendKind.log.make(at: "other", in: directory)
            if broken.isTarget {
                try await MigrationSample.save(to: other)
            } else {
                let whole = try await broken.kind.make(at: name, in: directory)
                try await MigrationSample.save(to: whole)
                try await whole.close()
            }

            let through = try await impatient(broken.kind, url, name)
            proxy.break(after: broken.bytes, broken.fault)
            let (source, target) = broken.isTarget ? (other, through) : (through, other)
            let start = ContinuousClock.now
            do {
                let result = try await migrateMemory(from: source, to: target, batchSize: 20)
                let code = try #require(result.stoppedBy?.code, "\(result.errors)")
                #expect(!result.success && Self.expected.contains(code), "\(result.errors)")
            } catch let error as MemoryError {
                // It was listing the sessions.
                #expect(!broken.isTarget && Self.expected.contains(error.code), "\(error)")
            }
            #expect(start.duration(to: .now) < .seconds(120))
            #expect(proxy.isBroken)

            proxy.mend()
            let again = try await impatient(broken.kind, url, name)
            let (from, to) = broken.isTarget ? (other, again) : (again, other)
            let rest = try await migrateMemory(
                from: from, to: to, options: MigrationOptions(verification: .digest))
            #expect(rest.success, "\(rest.errors)")
            #expect(try await MigrationSample.differences(in: to) == [])
            let nothing = try await migrateMemory(from: from, to: to)
            #expect(nothing.success && nothing.totalMessages == 0)
            try await through.close()
            try await again.close()
            try await other.close()
        }
    }
#endif
