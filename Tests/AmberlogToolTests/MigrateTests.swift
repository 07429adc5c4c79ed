import AgentMemory
import Testing

/// `amberlog migrate`: between stores, again and again, and from and to what doesn't exist.
@Suite struct MigrateTests {
    @Test func `a store into another one, twice`() throws {
        let tool = try Tool()
        try tool.run("import", "-", input: Conversations.lines(sessions: 5, messages: 50))
        let before = try tool.run("export").output
        let copy = tool.path + "/copy"
        let dry = try tool.run("migrate", tool.path + "/store", copy, "--dry-run")
        #expect(dry.exitCode == 0 && dry.output.contains("Would copy 250 messages of 5 sessions"), "\(dry.messages)")
        let first = try tool.run("migrate", tool.path + "/store", "log:" + copy, "--verify", "digest", "--json")
        #expect(first.exitCode == 0, "\(first.messages)")
        let json = try JSONValue(parsing: Array(first.output.utf8))
        #expect(json["success"] == true && json["total_messages"] == 250 && json["copied_sessions"] == 5)
        #expect(try tool.run("export", "--store", copy).output == before)
        let second = try tool.run("migrate", tool.path + "/store", copy)
        #expect(second.exitCode == 0)
        #expect(
            second.output.contains("Copied 0 messages") && second.output.contains("5 sessions had been copied before"))
        try tool.run("save", "new, one", "hello")
        try tool.run("save", "\u{301}x", "hello")
        let some = try tool.run(
            "migrate", tool.path + "/store", copy, "--sessions", "new\\, one,\u{301}x,nobody", "--json")
        #expect(some.exitCode == 1)
        let result = try JSONValue(parsing: Array(some.output.utf8))
        #expect(result["failed_sessions"] == ["nobody"] && result["total_messages"] == 2)
        #expect(try tool.run("verify", "--deep", "--store", copy).exitCode == 0)
    }

    @Test(arguments: [
        ("gopher://x", "No backend is called"), ("memory:?colour=1", "has no option colour"),
        ("/no/such/directory", ""),
        ("log:x?durability=never", "durability must be"),
    ])
    func `a target that makes no sense`(_ target: String, _ told: String) throws {
        let tool = try Tool()
        try tool.run("save", "s", "hello")
        let result = try tool.run("migrate", tool.path + "/store", target)
        #expect(result.exitCode != 0)
        #expect(result.messages.contains(told), "\(result.messages)")
        #expect(result.output.isEmpty)
    }

    @Test func `a source that doesn't exist is not made`() throws {
        let tool = try Tool()
        let result = try tool.run("migrate", tool.path + "/nothing", tool.path + "/copy")
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("/nothing"))
    }
}
