#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import Testing

    /// SQL over what is kept: read only, arguments bound.
    @Suite struct QueryTests {
        private func filled() async throws -> (Fixture, SQLiteBackend) {
            let fixture = try Fixture()
            let memory = try await fixture.open(table: "agent_memory")
            try await memory.save(
                [
                    Message(role: .user, content: "I like python", timestamp: Timestamp(microseconds: 1)),
                    Message(
                        role: .assistant, content: "a\0b", timestamp: Timestamp(microseconds: 2),
                        metadata: ["score": 0.5],
                        id: "m2"),
                ], to: "user_123")
            return (fixture, memory)
        }

        @Test func `the view has the messages`() async throws {
            let (_, memory) = try await filled()
            let rows = try await memory.query("SELECT * FROM agent_memory ORDER BY sequence")
            #expect(
                rows.map(\.columns).first
                    == ["session_id", "sequence", "role", "content", "timestamp", "metadata", "id"])
            #expect(
                rows.map(\.values) == [
                    ["user_123", 1, "user", "I like python", 1, .null, .null],
                    ["user_123", 2, "assistant", "a\0b", 2, "{\"score\":0.5}", "m2"],
                ])
            #expect(rows[0]["CONTENT"] == "I like python")
            #expect(rows[0]["nothing"] == nil)
            try await memory.close()
        }

        @Test func `arguments are bound, never part of the statement`() async throws {
            let (_, memory) = try await filled()
            let like = try await memory.query(
                "SELECT content FROM agent_memory WHERE content LIKE ?", arguments: ["%python%"])
            #expect(like.map(\.values) == [["I like python"]])
            let injected = try await memory.query(
                "SELECT content FROM agent_memory WHERE content = ?", arguments: ["' OR 1 = 1 --"])
            #expect(injected.isEmpty)
            let values: [SQLiteValue] = [.null, 7, -0.5, "x", .blob([0, 1, 255]), .integer(.min)]
            #expect(try await memory.query("SELECT ?, ?, ?, ?, ?, ?", arguments: values).map(\.values) == [values])
            let bytes = try await memory.query(
                "SELECT sequence FROM agent_memory WHERE content = CAST(? AS TEXT)",
                arguments: [.blob(Array("a\0b".utf8))])
            #expect(bytes.map(\.values) == [[2]])
            try await memory.close()
        }

        @Test(arguments: ["wal", "delete"])
        func `it changes nothing`(_ mode: String) async throws {
            let fixture = try Fixture()
            let memory = try await SQLiteBackend(
                path: fixture.path, journalMode: try #require(SQLiteBackend.JournalMode(rawValue: mode)))
            try await memory.save(texts("x"), to: "s")
            for sql in [
                "DELETE FROM conversations_messages", "DROP TABLE conversations_messages", "CREATE TABLE t (a)",
                "DELETE FROM conversations_messages RETURNING number", "VACUUM", "PRAGMA locking_mode = exclusive",
                " /* a\n*/ -- b\n ; pragma busy_timeout = 0", "PRAGMA page_count", "\u{FEFF}PRAGMA\nsynchronous",
            ] {
                #expect(await code { _ = try await memory.query(sql) } == .readOnly, "\(sql)")
            }
            for sql in [
                "", "nonsense", "SELECT nothing FROM nowhere", "SELECT 1; SELECT 2", "SELECT ?", "BEGIN", "COMMIT",
                "ATTACH ':memory:' AS other",
            ] {
                #expect(await code { _ = try await memory.query(sql) } == .invalidArgument, "\(sql)")
            }
            #expect(await code { _ = try await memory.query("SELECT 1", arguments: [1]) } == .invalidArgument)
            #expect(await code { _ = try await memory.query("SELECT ?", arguments: ["a\0b"]) } == .invalidArgument)
            let large = SQLiteValue.text(String(repeating: "x", count: MemoryLimits.saveBytes + 1))
            #expect(await code { _ = try await memory.query("SELECT ?", arguments: [large]) } == .tooLarge)
            let pragma = try await memory.query("/**/SELECT page_count > 1 FROM pragma_page_count -- PRAGMA")
            #expect(pragma.map(\.values) == [[1]])
            #expect(try await memory.load("s") == texts("x"))
            try await memory.close()
            #expect(await code { _ = try await memory.query("SELECT 1") } == .closed)
        }
    }
#endif
