#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import Testing

    /// Any name is a table's name, and nothing but a name.
    @Suite struct TableNameTests {
        @Test(arguments: [
            "a", "agent memory", "select", "a\"b", "\"", "a'b", "'); DROP TABLE x; --", "x\"; DROP TABLE \"y", "[a]",
            "`a`",
            "a.b", "main.a", "a%s%d", "%q", "é", "表", "👩‍👧", "a\nb", "-- a", "/* a */", "?1", ":a", "123", "\\", "a/b",
            String(repeating: "n", count: 128),
        ])
        func `hostile names`(_ table: String) async throws {
            let fixture = try Fixture()
            try fixture.execute("CREATE TABLE y (a); INSERT INTO y VALUES (1); CREATE TABLE x (a)")
            var memory = try await fixture.open(table: table)
            try await memory.save(texts("apple", "pear", "apple pie"), to: "s")
            try await memory.close()
            memory = try await fixture.open(table: table)
            #expect(try await memory.load("s") == texts("apple", "pear", "apple pie"))
            #expect(try await memory.search("apple").count == 2)
            try await memory.removeLast(1, from: "s")
            #expect(try await memory.search("apple").count == 1)
            try await memory.clearAll()
            #expect(try await memory.query("SELECT a FROM y").map(\.values) == [[1]])
            #expect(try await memory.query("SELECT a FROM x").isEmpty)
            try await memory.close()
        }

        @Test(arguments: ["", "a\0b", "sqlite_a", "SQLite_A", String(repeating: "n", count: 129)])
        func `names that are none`(_ table: String) async throws {
            let fixture = try Fixture()
            #expect(await code { _ = try await fixture.open(table: table) } == .invalidArgument)
        }

        @Test func `tables beside each other in one file`() async throws {
            let fixture = try Fixture()
            let names = ["a", "b", "a b", "a\"b"]
            var memories: [SQLiteBackend] = []
            for name in names { memories.append(try await fixture.open(table: name)) }
            for (name, memory) in zip(names, memories) { try await memory.save(texts("apple \(name)"), to: "s") }
            for (name, memory) in zip(names, memories) {
                #expect(try await memory.load("s") == texts("apple \(name)"))
                #expect(try await memory.search("apple") == texts("apple \(name)"))
            }
            try await memories[0].clearAll()
            #expect(try await memories[1].load("s").count == 1)
            for memory in memories { try await memory.close() }
        }
    }
#endif
