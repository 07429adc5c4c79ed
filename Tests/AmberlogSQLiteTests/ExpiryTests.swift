#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import AmberlogTestKit
    import Testing

    /// What has expired goes, one session with each save.
    @Suite struct ExpiryTests {
        @Test func `saves remove what has expired`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open(timeToLive: .seconds(60))
            for number in 0..<10 { try await memory.save(texts("apple \(number)"), to: "s\(number)") }
            fixture.clock.advance(by: .seconds(60))
            func stored() async throws -> SQLiteValue? {
                try await memory.query("SELECT count(DISTINCT session_id) FROM conversations").first?.values[0]
            }
            #expect(try await stored() == 10)
            #expect(try await memory.sessions(by: .id, after: nil, limit: 99).sessions.isEmpty)
            for number in 1...10 {
                try await memory.save(texts("pear"), to: "new")
                #expect(try await stored() == .integer(Int64(11 - number)))
            }
            #expect(try await memory.load("new").count == 10)
            try await memory.close()
        }

        @Test func `a backend without a time to live lets what it saves to live`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open(timeToLive: .seconds(60))
            for id in ["a", "b"] { try await memory.save(texts("x"), to: id) }
            let other = try await fixture.open()
            try await other.save(texts("y"), to: "a")
            fixture.clock.advance(by: .seconds(3600))
            #expect(try await other.load("a") == texts("x", "y"))
            #expect(try await other.load("b").isEmpty)
            try await other.close()
            try await memory.close()
        }
    }
#endif
