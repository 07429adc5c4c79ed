#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import TestServers
    import Testing

    /// A server that goes and comes back.
    @Suite struct RestartTests {
        @Test func `a server that is down, then up again`() async throws {
            let server = try await PostgreSQLServer(isDurable: true)
            let memory = try await PostgreSQLBackend(server.url)
            try await memory.save(texts("a"), to: "s")
            try await server.stop()
            for _ in 0..<2 {
                let error = await failure { _ = try await memory.load("s") }
                #expect(error?.code == .unavailable && error?.retry == .later)
            }
            try await server.restart()
            #expect(try await memory.load("s") == texts("a"))
            #expect(try await memory.save(texts("b"), to: "s").sequences == 2..<3)
            // Its connections have ended without anybody having noticed.
            try await server.restart()
            #expect(try await memory.save(texts("c"), to: "s").sequences == 3..<4)
            try await memory.close()
        }

        @Test func `killed in the middle of saves`() async throws {
            let server = try await PostgreSQLServer(isDurable: true)
            let memory = try await PostgreSQLBackend(server.url, poolSize: 4)
            let writers = (0..<4).map { writer in
                Task { () -> (acknowledged: [String], unknown: [String]) in
                    var (acknowledged, unknown): ([String], [String]) = ([], [])
                    var number = 0
                    while !Task.isCancelled, number < 100_000 {
                        number += 1
                        let text = "\(writer) \(number)"
                        do {
                            try await memory.save(texts(text, text), to: "s\(writer % 2)")
                            acknowledged.append(text)
                        } catch let error as MemoryError {
                            if error.retry == .never { unknown.append(text) }
                        } catch {
                            break
                        }
                    }
                    return (acknowledged, unknown)
                }
            }
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(400))
                try await server.kill()
                try await server.restart()
            }
            #expect(try await eventually { try await [memory.info("s0"), memory.info("s1")].allSatisfy { $0 != nil } })
            for writer in writers { writer.cancel() }
            var acknowledged: [String] = []
            var unknown: [String] = []
            for writer in writers {
                let outcome = await writer.value
                acknowledged += outcome.acknowledged
                unknown += outcome.unknown
            }
            let saved = try await memory.load("s0") + memory.load("s1")
            let counts = Dictionary(saved.map { ($0.content, 1) }, uniquingKeysWith: +)
            #expect(!acknowledged.isEmpty)
            #expect(acknowledged.allSatisfy { counts[$0] == 2 }, "a save that was acknowledged is there once")
            #expect(counts.values.allSatisfy { $0 == 2 }, "no save is there in part, or twice")
            #expect(unknown.allSatisfy { counts[$0] ?? 2 == 2 })
            for session in ["s0", "s1"] {
                let loaded = try await memory.load(session)
                #expect(loaded.map(\.sequence) == (0..<UInt64(loaded.count)).map { $0 + 1 })
                #expect(try await memory.info(session)?.messageCount == loaded.count)
            }
            try await memory.close()
        }
    }
#endif
