#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import TestServers
    import Testing

    /// What opens, what is refused, and with which error.
    @Suite struct OpeningTests {
        @Test(arguments: [
            "CREATE TABLE @.agent_conversations (session_id text, content text)",
            "CREATE VIEW @.agent_conversations AS SELECT 1 AS a", "CREATE TABLE @.agent_conversations_messages (a int)",
            "CREATE SEQUENCE @.agent_conversations_ids", "CREATE TYPE @.agent_conversations_sessions AS ENUM ('a')",
            "CREATE TABLE @.agent_conversations_schema (version int)",
            "CREATE VIEW @.agent_conversations_schema AS SELECT 'x' AS format, 1 AS version",
            "CREATE TABLE @.agent_conversations_schema (format text, version text); INSERT INTO @.agent_conversations_schema VALUES ('amberlog', 'x')",
            "CREATE TABLE @.agent_conversations_schema (format text, version int)",
            "CREATE TABLE @.a (b int); CREATE INDEX agent_conversations_messages_by_word ON @.a (b)",
            "CREATE FUNCTION @.agent_conversations_clear(p_id text) RETURNS void LANGUAGE sql AS ''",
        ])
        func `a table of something else is refused, and left alone`(_ sql: String) async throws {
            let fixture = try await Fixture()
            try await fixture.run(sql)
            let catalog = """
                SELECT string_agg(relname::text || relkind::text, ' ' ORDER BY relname) FROM pg_class
                WHERE relnamespace = '@'::regnamespace
                """
            let before = try await fixture.run(catalog)
            let error = await failure { _ = try await fixture.open() }
            #expect(error?.code == .notAStore && error?.retry == .never)
            #expect(error?.message.contains("agent_conversations") == true)
            #expect(error?.message.contains("belongs to something else") == true)
            #expect(try await fixture.run(catalog) == before)
            // Under another name there is room.
            let memory = try await fixture.open(table: "memories")
            try await memory.save(texts("x"), to: "s")
            try await memory.close()
        }

        @Test func `a newer version is refused`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("x"), to: "s")
            try await memory.close()
            try await fixture.run("UPDATE @.agent_conversations_schema SET version = version + 1")
            #expect(await code { _ = try await fixture.open() } == .unsupportedFormat)
            try await fixture.run("UPDATE @.agent_conversations_schema SET version = version - 1")
            let again = try await fixture.open()
            #expect(try await again.load("s") == texts("x"))
            try await again.close()
        }

        @Test func `several that make the tables at once`() async throws {
            let fixture = try await Fixture()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        let memory = try await fixture.open(poolSize: 1)
                        try await memory.save(texts("\(number)"), to: "s")
                        try await memory.close()
                    }
                }
                try await group.waitForAll()
            }
            let memory = try await fixture.open()
            #expect(Set(try await memory.load("s").map(\.content)) == Set((0..<6).map(String.init)))
            try await memory.close()
        }

        @Test func `parameters that make no sense`() async throws {
            let fixture = try await Fixture()
            let url = fixture.server.url
            #expect(await code { _ = try await PostgreSQLBackend("") } == .invalidArgument)
            #expect(await code { _ = try await PostgreSQLBackend(url + "\0") } == .invalidArgument)
            #expect(await code { _ = try await PostgreSQLBackend(url + "?no_such_option=1") } == .invalidArgument)
            #expect(await code { _ = try await PostgreSQLBackend(url, poolSize: 0) } == .invalidArgument)
            #expect(await code { _ = try await PostgreSQLBackend(url, timeToLive: .zero) } == .invalidArgument)
            #expect(await code { _ = try await PostgreSQLBackend(url, maximumMessages: 0) } == .invalidArgument)
            #expect(await code { _ = try await PostgreSQLBackend(url, connectTimeout: .zero) } == .invalidArgument)
            #expect(await code { _ = try await PostgreSQLBackend(url, statementTimeout: .zero) } == .invalidArgument)
        }

        @Test func `a database that isn't there`() async throws {
            let url = try await PostgreSQLServer.shared().url(database: "no such database")
            let error = await failure { _ = try await PostgreSQLBackend(url) }
            #expect(error?.code == .notAStore && error?.retry == .never)
            #expect(error?.message.contains("3D000") == true, "\(String(describing: error))")
        }

        @Test func `a schema that isn't there`() async throws {
            let fixture = try await Fixture()
            let error = await failure { _ = try await fixture.open(schema: "no such schema") }
            #expect(error?.code == .notAStore && error?.retry == .never)
            #expect(error?.message.contains("no such schema") == true)
        }

        @Test func `a database in another encoding`() async throws {
            let server = try await PostgreSQLServer.shared()
            try await server.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
            let error = await failure { _ = try await PostgreSQLBackend(server.url(database: "latin")) }
            #expect(error?.code == .unsupported)
        }

        @Test func `a user who may not`() async throws {
            let fixture = try await Fixture()
            let user = "user_" + fixture.schema
            try await fixture.run("CREATE ROLE \(user) LOGIN; GRANT USAGE ON SCHEMA @ TO \(user)")
            let url = fixture.server.url(user: user)
            let error = await failure { _ = try await fixture.open(url: url) }
            #expect(error?.code == .unavailable && error?.retry == .never)
            #expect(error?.message.contains("42501") == true, "\(String(describing: error))")
            // One who may only use what is there.
            let owner = try await fixture.open()
            try await owner.save(texts("apple"), to: "s")
            try await fixture.run("GRANT SELECT ON ALL TABLES IN SCHEMA @ TO \(user)")
            let reader = try await fixture.open(url: url)
            #expect(try await reader.load("s") == texts("apple"))
            #expect(try await reader.search("apple") == texts("apple"))
            let refusal = await failure { try await reader.save(texts("x"), to: "s") }
            #expect(refusal?.code == .unavailable && refusal?.retry == .never && refusal?.place.session == "s")
            try await fixture.run("GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA @ TO \(user)")
            #expect(try await reader.save(texts("pear"), to: "s").sequences == 2..<3)
            for memory in [owner, reader] { try await memory.close() }
        }
    }
#endif
