#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import AmberlogTestKit
    import Testing

    /// A call of a cancelled task changes nothing.
    @Suite struct CancellationTests {
        @Test func `before it begins`() async throws {
            let memory = try await Fixture().open()
            try await memory.save(texts("one"), to: "s")
            let calls: [@Sendable () async throws -> Void] = [
                { try await memory.save(texts("two"), to: "s") }, { try await memory.clear("s") },
                { _ = try await memory.load("s") }, { _ = try await memory.load("s", limit: 1) },
                { _ = try await memory.load("s", from: 1, limit: 1) }, { _ = try await memory.search("one") },
                { _ = try await memory.query("SELECT 1") }, { _ = try await memory.info("s") },
            ]
            for (number, call) in calls.enumerated() {
                let task = Task {
                    // Until it is cancelled.
                    try? await Task.sleep(for: .seconds(600))
                    try await call()
                }
                task.cancel()
                await #expect(throws: CancellationError.self, "call \(number)") { try await task.value }
            }
            #expect(try await memory.load("s") == texts("one"))
            try await memory.close()
        }

        @Test func `in the middle of saves`() async throws {
            let memory = try await Fixture().open()
            let batch = texts((0..<200).map { "message \($0)" })
            var generator = SeededGenerator(seed: TestSeed.next(named: "cancelled saves"))
            var saved: UInt64 = 0
            for round in 0..<200 {
                let delay = Duration.microseconds(generator.below(10_000))
                let task = Task { try await memory.save(batch, to: "s").sequences }
                if round > 0 {
                    try await Task.sleep(for: delay)
                    task.cancel()
                }
                do {
                    let sequences = try await task.value
                    #expect(sequences == saved + 1..<saved + 201)
                    saved = sequences.upperBound - 1
                } catch is CancellationError {}
            }
            // What is interrupted last must not interrupt the next.
            #expect(try await memory.save(batch, to: "s").sequences == saved + 1..<saved + 201)
            saved += 200
            #expect(try await memory.info("s")?.messageCount == Int(saved))
            #expect(try await memory.load("s").count == Int(saved))
            try await memory.close()
        }

        @Test func `in a statement that takes for ever`() async throws {
            let memory = try await Fixture().open()
            let task = Task {
                try await memory.query(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
            }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await memory.query("SELECT 1").map(\.values) == [[1]])
            try await memory.close()
        }
    }
#endif
