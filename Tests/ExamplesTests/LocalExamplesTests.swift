import AmberlogTestKit
import Testing

/// The examples that need no server show what they say.
@Suite struct LocalExamplesTests {
    @Test func `a backend of one's own`() async throws {
        let example = try await Example("CustomBackend")
        example.expect(
            #"loaded: ["Hello, I write Python programs", "Hi there!"]"#, #"found: ["Hello, I write Python programs"]"#)
        #expect(example.lines.last?.hasPrefix("passed: ") == true)
    }

    @Test func `in memory`() async throws {
        try await Example("InMemory").expect("You work at TechCorp.", "sessions: 500")
    }

    @Test func `several backends as one`() async throws {
        let example = try await Example("MultiBackendMemory")
        example.expect(#"loaded: ["I work at TechCorp"]"#, "not saved in [0]")
        #expect(example.lines.filter { $0 == #"kept: ["I work at TechCorp", "Where do I work?"]"# }.count == 2)
    }

    @Test(arguments: ["memory:", "log:agent-memory"])
    func `when messages were saved`(_ place: String) async throws {
        try await Example("TimedMemory", place).expect(
            #"since yesterday: ["Said yesterday", "Said today"]"#, #"since noon: ["Said today"]"#)
    }

    @Test(arguments: ["memory:", "log:agent-memory"])
    func `what was said, counted`(_ place: String) async throws {
        try await Example("AnalyticsMemory", place).expect(#"3 messages, 13 tokens, about ["weather"]"#)
    }

    @Test func `a place comes from the environment as well, and has to be given`() async throws {
        try await Example("AnalyticsMemory", environment: ["MEMORY_URL": "memory:"]).expect()
        let nowhere = try await Example("AnalyticsMemory")
        #expect(nowhere.exitCode == 64 && nowhere.messages.contains("MEMORY_URL"))
    }

    @Test func `what can't be shown is no success`() async throws {
        let example = try await Example("TimedMemory", "log:no/such/directory")
        #expect(example.exitCode != 0)
    }

    #if Encryption
        @Test(arguments: ["memory:", "log:agent-memory"])
        func `messages that change on their way`(_ place: String) async throws {
            try await Example("MemoryMiddleware", place).expect(
                "kept: I'm [EMAIL] call [PHONE]", "read: My account is 1234 5678")
        }
    #endif

    #if SQLite
        @Test func `a SQLite file`() async throws {
            let directory = try TemporaryDirectory()
            // The second run finds the file as the first has left it.
            for _ in 1...2 {
                try await Example("SQLite", directory.path + "/conversations.db").expect(
                    "You work at TechCorp.", #"LIKE: [AmberlogSQLite.SQLiteValue.text("I write python")]"#)
            }
        }
    #endif
}
