#if SQLite
    import AgentMemory
    import AmberlogSQLite
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
