#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import Testing

    /// Whatever runs when a backend is closed either ends as if it weren't, or says that it is.
    @Suite struct ClosingTests {
        @Test(arguments: SQLiteBackend.JournalMode.allCases)
        func `while others load and save`(_ mode: SQLiteBackend.JournalMode) async throws {
            let fixture = try Fixture()
            for round in 0..<10 {
                let memory = try await SQLiteBackend(path: fixture.path, journalMode: mode)
                try await memory.clearAll()
                try await memory.save(texts("one", "two"), to: "s")
                let codes = await withTaskGroup(of: MemoryError.Code?.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            await code {
                                while true {
                                    if task == 0 {
                                        try await memory.save(texts("x"), to: "t")
                                    } else if task < 5 {
                                        #expect(try await memory.load("s", limit: 9) == texts("one", "two"))
                                    } else {
                                        #expect(try await memory.info("s")?.messageCount == 2)
                                    }
                                }
                            }
                        }
                    }
                    try? await Task.sleep(for: .milliseconds(round * 5))
                    let closing = await code { try await memory.close() }
                    #expect(closing == nil)
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes == Array(repeating: .closed, count: 8), "round \(round)")
            }
        }
    }
#endif
