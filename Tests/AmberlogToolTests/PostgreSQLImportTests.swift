#if PostgreSQL
    import AgentMemory
    import Foundation
    import TestServers
    import Testing

    /// Stores of other libraries on a PostgreSQL server are imported once, whatever else is there, and left as they are.
    @Suite struct PostgreSQLImportTests {
        private let tool: Tool

        private static let agents = """
            CREATE TABLE agent_messages (id serial PRIMARY KEY, session_id varchar NOT NULL,
                message_data text NOT NULL, created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
            """
        private static let history = """
            CREATE TABLE chat_history (id serial PRIMARY KEY, session_id uuid NOT NULL, message jsonb NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now());
            """
        private static let store =
            "CREATE TABLE message_store (id serial PRIMARY KEY, session_id text NOT NULL, message jsonb NOT NULL);"

        init() throws {
            tool = try Tool()
        }

        private func insert(_ session: String, _ content: String, into table: String = "message_store") -> String {
            """
            INSERT INTO \(table) (session_id, message)
            VALUES ('\(session)', '{"type":"human","data":{"content":"\(content)"}}');
            """
        }

        @Test func `times are those of the rows, in UTC whatever the connection's zone is`() async throws {
            let session = "7d8091e9-d6d2-595a-8bd7-dae31767696f"
            let (name, url) = try await ForeignServer.database(
                Self.agents + Self.history + """
                    INSERT INTO agent_messages (session_id, message_data, created_at)
                    VALUES ('a', '{"role":"user","content":"hi"}', '2026-01-31 11:00:00.123456');
                    INSERT INTO chat_history (session_id, message, created_at) VALUES ('\(session)',
                    '{"type":"human","data":{"content":"hello"}}', '2026-01-31 11:00:00.5+05:30');
                    """)
            try await PostgreSQLServer.shared().run("ALTER DATABASE \(name) SET timezone TO 'Asia/Kolkata'")
            let report = try tool.report(url)
            #expect(report["messages"] == 2 && report["refused"] == 0)
            let first = try tool.run("load", "a", "--json").json().first
            #expect(first?["timestamp"] == "2026-01-31T11:00:00.123456Z")
            let second = try tool.run("load", session, "--json").json().first
            #expect(second?["timestamp"]?.stringValue?.hasPrefix("2026-01-31T05:30:00.5") == true)
        }

        @Test func `rows are in the order of their ids, however many there are`() async throws {
            let (_, url) = try await ForeignServer.database(
                Self.store + """
                    INSERT INTO message_store (session_id, message) SELECT CASE i % 2 WHEN 0 THEN 'even' ELSE 'odd' END,
                    jsonb_build_object('type', 'human', 'data', jsonb_build_object('content', i || repeat('x', i % 3000)))
                    FROM generate_series(1, 5000) i;
                    """)
            #expect(try tool.report(url)["messages"] == 5000)
            let numbers = try tool.run("load", "odd", "--limit", "5000", "--json").json().map { message in
                Int(message["content"]?.stringValue?.prefix { $0 != "x" } ?? "")
            }
            #expect(numbers == (0..<2500).map { 2 * $0 + 1 })
        }

        @Test func `what isn't as it ought to be is told, and the rest is imported`() async throws {
            let (_, url) = try await ForeignServer.database(
                Self.agents + Self.store + """
                    INSERT INTO agent_messages (session_id, message_data, created_at) VALUES
                    ('a', '{"role":"user","content":"one"}', '2026-01-01'), ('a', '{"role":"us', '2026-01-01'),
                    ('a', '', '2026-01-01'), ('a', '[]', '2026-01-01'), ('', '{"role":"user","content":"x"}', '2026-01-01'),
                    ('a', '{"role":"user","content":"x"}', 'infinity'), ('a', '{"role":"user","content":"two"}', '2026-01-02');
                    INSERT INTO message_store (session_id, message) VALUES
                    ('s', 'null'), ('s', '"text"'), ('s', '{"type":"martian","data":{"content":"x"}}');
                    CREATE TABLE mail (id int, session_id text, message text, sender text);
                    INSERT INTO mail VALUES (1, 's', 'not meant', 'x');
                    CREATE TABLE "odd "" name" (id bigint, session_id bytea, message json);
                    INSERT INTO "odd "" name" VALUES (1, 's', '{"type":"human","data":{"content":"in bytes"}}'),
                    (2, NULL, '{}'), (3, '\\xff', '{"type":"human","data":{"content":"x"}}');
                    """)
            let result = try tool.run("import", "--json", url)
            let report = try #require(try result.json().first, "\(result.messages)")
            #expect(result.exitCode == 1)
            #expect(report["messages"] == 3)
            #expect(report["refused"] == 10, "\(result.messages)")
            #expect(result.messages.contains("row 2 of agent_messages"))
            #expect(try tool.said("a") == ["user: one", "user: two"])
            #expect(try tool.said("s") == ["user: in bytes"])
        }

        @Test func `every schema is looked into, and functions in it mean nothing`() async throws {
            let (name, url) = try await ForeignServer.database(
                #"CREATE SCHEMA "Tenant ""1"""; SET search_path TO "Tenant ""1""";"# + Self.store + insert("s", "hello")
                    + """
                    CREATE TABLE called (x int);
                    CREATE FUNCTION left(name, int) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
                    CREATE VIEW v AS SELECT id, session_id, message FROM message_store;
                    """)
            let found = try tool.run("import", "--detect", "--json", url).json()
            #expect(found.map { $0["layout"] } == ["langchain-community-postgres"])
            #expect(found.first?["path"]?.stringValue?.hasSuffix("/\(name) schema Tenant \"1\"") == true)
            #expect(try tool.report(url)["messages"] == 1)
            #expect(try tool.said("s") == ["user: hello"])
        }

        @Test func `importing again adds what is new`() async throws {
            let server = try await PostgreSQLServer.shared()
            let (name, url) = try await ForeignServer.database(Self.store + insert("s", "one") + insert("t", "one"))
            #expect(try tool.report(url)["messages"] == 2)
            let again = try tool.report(url)
            #expect(again["messages"] == 0 && again["present"] == 2)
            try await server.run(insert("s", "two") + insert("u", "one"), database: name)
            #expect(try tool.report(url, "--format", "langchain-community-postgres")["messages"] == 2)
            #expect(try tool.said("s") == ["user: one", "user: two"])
        }

        @Test func `a user who may only read is enough, and what may not be read is told`() async throws {
            let server = try await PostgreSQLServer.shared()
            let (name, url) = try await ForeignServer.database(Self.store + insert("s", "one") + Self.agents)
            let reader = "reader_\(name)"
            try await server.run(
                "CREATE USER \(reader); GRANT SELECT ON message_store TO \(reader);", database: name)
            let own = server.url(user: reader, database: name)
            let only = try tool.report(own, "--format", "langchain-community-postgres")
            #expect(only["messages"] == 1 && only["refused"] == 0)
            let all = try tool.run("import", own)
            #expect(all.exitCode != 0 && all.messages.contains("agent_messages"), "\(all.messages)")
            _ = url
        }

        @Test func `settings of the role that are meant for others don't end it`() async throws {
            let (name, url) = try await ForeignServer.database(Self.store + insert("s", "one"))
            try await PostgreSQLServer.shared().run(
                """
                ALTER DATABASE \(name) SET search_path TO nowhere;
                ALTER DATABASE \(name) SET bytea_output TO 'escape';
                ALTER DATABASE \(name) SET default_transaction_isolation TO 'serializable';
                """)
            #expect(try tool.report(url)["messages"] == 1)
        }

        @Test func `what is there, and what isn't`() async throws {
            let (_, empty) = try await ForeignServer.database("CREATE TABLE t (x int)")
            let nothing = try tool.run("import", "--detect", empty)
            #expect(nothing.lines.count == 1 && nothing.lines[0].hasSuffix("unknown"), "\(nothing.messages)")
            #expect(try tool.run("import", empty).exitCode == 64)
            let (_, url) = try await ForeignServer.database(Self.store + Self.agents + Self.history)
            let found = try tool.run("import", "--detect", "--json", url).json()
            #expect(
                found.map { $0["layout"] }
                    == ["openai-agents-postgres", "langchain-community-postgres", "langchain-postgres"])
            #expect(found.map { $0["confidence"] } == ["certain", "certain", "likely"])
            for format in ["langchain-sqlite", "aakit-redis", "jsonl", "chatgpt-export"] {
                let wrong = try tool.run("import", url, "--format", format)
                #expect(wrong.exitCode == 64 && wrong.messages.contains("no layout of a PostgreSQL server"))
            }
            #expect(!Tool.exists(tool.store))
        }

        @Test func `passwords are in no message`() async throws {
            let server = try await PostgreSQLServer(password: "right")
            let wrong = try tool.run("import", server.url(password: "wr0ng-pass"))
            #expect(wrong.exitCode != 0 && wrong.messages.contains("password authentication"), "\(wrong.messages)")
            let nowhere = try tool.run("import", "postgresql://u:wr0ng-pass@127.0.0.1:1/d")
            #expect(nowhere.exitCode != 0 && nowhere.messages.contains("127.0.0.1"), "\(nowhere.messages)")
            let broken = try tool.run("import", "postgresql://u:wr0ng-pass@h:port?nothing=1")
            #expect(broken.exitCode == 64)
            for result in [wrong, nowhere, broken] { #expect(!(result.messages + result.output).contains("wr0ng")) }
        }

        @Test(arguments: ForeignServer.postgreSQL)
        func `what other libraries have made`(_ store: ForeignStore) async throws {
            let dump = try #require(ForeignStore.generated) + "/postgres/dump.sql"
            let (_, url) = try await ForeignServer.database(try String(contentsOfFile: dump, encoding: .utf8))
            let count = Int64(try store.expected().values.map(\.count).reduce(0, +))
            let first = try tool.report(url, "--format", store.layout)
            #expect(first["messages"]?.integerValue == count)
            #expect(first["refused"]?.integerValue == (try store.refused()))
            try await StoreContents(tool.store).expect(store)
            let second = try tool.report(url, "--format", store.layout, "--keep-original")
            #expect(second["messages"] == 0 && second["present"]?.integerValue == count)
        }
    }
#else
    import Testing

    @Suite struct PostgreSQLImportTests {
        @Test func `a build without the trait says which one it is`() throws {
            let result = try Tool().run("import", "postgresql://u:secret@127.0.0.1:1/d")
            #expect(result.exitCode != 0 && result.messages.contains("trait PostgreSQL"), "\(result.messages)")
            #expect(!result.messages.contains("secret"))
        }
    }
#endif
