#if SQLite && Redis && PostgreSQL && Encryption
    import AgentMemory
    import AmberlogTestKit
    import TestServers
    import Testing

    /// The examples that need a server show what they say, on real ones, and leave nothing there.
    @Suite struct ServerExamplesTests {
        @Test func `a Redis server`() async throws {
            let url = try await RedisServer.shared().url
            try await Example("Redis", url).expect("You work at TechCorp.", "messages: 4")
            try await Example("Redis", environment: ["REDIS_URL": url]).expect()
        }

        @Test func `a PostgreSQL server`() async throws {
            let example = try await Example("PostgreSQL", try await PostgreSQLServer.shared().url)
            example.expect("user_123, message 1: user_123 reads about machine learning")
            #expect(example.lines.count == 2)
        }

        @Test func `memories by their names`() async throws {
            let example = try await Example("CreateMemory", try await RedisServer.shared().url)
            example.expect(
                #"RedisBackend: ["Hello"]"#, #"SQLiteBackend: ["Hello"]"#, #"AmberlogStore: ["Hello"]"#,
                #"InMemoryBackend: ["Hello"]"#)
            #expect(example.lines.last?.contains("tttl") == true)
        }

        @Test func `a migration`() async throws {
            let directory = try TemporaryDirectory()
            let url = try await RedisServer.shared().url
            try await Example("Migrate", directory.path + "/old.db", url).expect(
                "Migrated 1200 messages of 2 sessions", "Migrated 1 more")
        }

        @Test func `a configuration`() async throws {
            let example = try await Example("Configure", try await RedisServer.shared().url)
            example.expect()
            #expect(example.lines.first?.hasPrefix("6 messages, the first of which says: My name is Alice") == true)
            #expect(example.lines.last?.hasPrefix("You work at TechCorp") == true)
        }

        @Test func `an agent with everything`() async throws {
            let example = try await Example("Complete", try await RedisServer.shared().url)
            example.expect("You work at TechCorp.", "Total messages: 4", "Cleared: 0")
            let export = try JSONValue(parsing: try #require(example.lines.first { $0.hasPrefix("{") }))
            #expect(export["session_id"] == "user_123" && export["exported_at"] != nil)
            #expect(export["messages"]?.arrayValue?.count == 4)
        }

        @Test func `wrappers on servers`() async throws {
            for url in [
                try await RedisServer.shared().url + "?prefix=example:wrapped:",
                try await PostgreSQLServer.shared().url + "?table_name=example_wrapped",
            ] {
                for name in ["TimedMemory", "AnalyticsMemory", "MemoryMiddleware"] {
                    try await Example(name, url).expect()
                }
            }
        }

        @Test func `a server that isn't there is no success`() async throws {
            for name in ["Redis", "Complete", "Configure"] {
                let example = try await Example(name, "redis://127.0.0.1:1")
                #expect(example.exitCode != 0 && !example.messages.isEmpty)
            }
        }
    }
#endif
