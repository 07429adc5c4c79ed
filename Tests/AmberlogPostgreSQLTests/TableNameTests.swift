#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import Testing

    /// Any name is the name of a table, of a schema or of a session, and nothing but a name.
    @Suite struct TableNameTests {
        static let hostile = [
            "a", "agent memory", "select", "SELECT", "a\"b", "\"", "a'b", "'); DROP TABLE x; --", "x\"; DROP TABLE \"y",
            "$$", "$a$ END $a$", "a.b", "public.a", "a%s%d", "%I", "é", "表", "👩‍👧", "a\nb", "-- a", "/* a */", "?1", ":a",
            "$1", "123", "\\", "a\\'b", "E'", "U&\"a", "\u{1}", "pg_x",
        ]

        @Test(arguments: hostile + [String(repeating: "n", count: 44), String(repeating: "é", count: 22)])
        func `hostile tables`(_ table: String) async throws {
            let fixture = try await Fixture()
            try await fixture.run("CREATE TABLE @.x (a int); CREATE TABLE @.y (a int); INSERT INTO @.y VALUES (1)")
            var memory = try await fixture.open(table: table)
            try await memory.save(texts("apple", "pear", "apple pie"), to: "s")
            try await memory.close()
            memory = try await fixture.open(table: table)
            #expect(try await memory.load("s") == texts("apple", "pear", "apple pie"))
            #expect(try await memory.search("apple").count == 2)
            try await memory.save(texts((0..<600).map { "\($0)" }), to: "many")
            #expect(try await memory.info("many")?.messageCount == 600)
            try await memory.removeLast(1, from: "s")
            try await memory.trim("s", toLast: 1)
            #expect(try await memory.load("s") == texts("pear"))
            #expect(try await memory.clearSessions(olderThan: .maximum).count == 2)
            try await memory.clearAll()
            #expect(try await fixture.run("SELECT (SELECT count(*) FROM @.x), (SELECT a FROM @.y)") == "0|1")
            try await memory.close()
        }

        @Test(arguments: hostile.filter { !$0.hasPrefix("pg_") })
        func `hostile schemas`(_ name: String) async throws {
            let fixture = try await Fixture()
            // Several tests may make the same name, and it must be one that nobody else has.
            let schema = name + " " + fixture.schema
            let quoted = "\"" + schema.replacing("\"", with: "\"\"") + "\""
            try await fixture.run("CREATE SCHEMA \(quoted)")
            let memory = try await fixture.open(schema: schema)
            try await memory.save(texts("apple"), to: "s")
            #expect(try await memory.search("apple") == texts("apple"))
            try await memory.close()
            #expect(try await fixture.run("SELECT content FROM \(quoted).agent_conversations") == "apple")
        }

        @Test func `hostile sessions, roles and ids`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let names =
                Self.hostile + ["\0", "a\0", "a\0b", "\u{1}\u{1}", "\u{1}\u{2}", "a\u{1}", "{a,b}", "NULL", "\\N"]
            for name in names {
                let message = Message(
                    role: Role(name), content: name, timestamp: Timestamp(microseconds: 0),
                    metadata: [name: .string(name)], id: name)
                #expect(try await memory.save([message], to: name).sequences == 1..<2, "\(name.debugDescription)")
                #expect(try await memory.save([message], to: name).duplicates == [1], "\(name.debugDescription)")
                let loaded = try await memory.load(name)
                #expect(loaded == [message], "\(name.debugDescription)")
            }
            let listed = try await memory.sessions(by: .id, after: nil, limit: 1000).sessions.map(\.id)
            let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(listed.map { Array($0.utf8) } == sorted.map { Array($0.utf8) })
            try await memory.close()
        }

        @Test(arguments: ["", "a\0b", String(repeating: "n", count: 45), String(repeating: "é", count: 23)])
        func `names that are none`(_ table: String) async throws {
            let fixture = try await Fixture()
            #expect(await code { _ = try await fixture.open(table: table) } == .invalidArgument)
            let schema = table.isEmpty || table.utf8.contains(0) ? table : table + table
            #expect(await code { _ = try await fixture.open(schema: schema) } == .invalidArgument)
        }

        @Test func `tables beside each other in one schema`() async throws {
            let fixture = try await Fixture()
            let names = ["a", "A", "b", "a b", "a\"b"]
            var memories: [PostgreSQLBackend] = []
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
