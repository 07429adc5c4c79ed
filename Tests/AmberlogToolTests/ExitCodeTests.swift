import AgentMemory
import Testing

/// 0 done, 1 failed, 64 wrong usage.
@Suite struct ExitCodeTests {
    @Test(arguments: [
        ["frobnicate"], ["load"], ["load", ""], ["load", String(repeating: "s", count: 1025)],
        ["load", "a", "--limit", "-1"], ["search", "x", "--limit", "0"], ["search", "x", "--after", "lunch"],
        ["search"], ["search", "x", "--ranking", "best"], ["reindex", "--no-index"],
        ["clear"], ["clear", "a", "--all", "--yes"], ["clear", "a"], ["clear", "--older-than", "3x", "--yes"],
        ["import"], ["import", "x", "--format", "xml"], ["save", "a", "x", "--meta", "novalue"],
        ["sessions", "--sort", "name"], ["stats", "--store", ""], ["stats", "--store", "redis://localhost"],
    ])
    func `wrong usage is 64`(arguments: [String]) throws {
        let result = try Tool().start(arguments).finish()
        #expect(result.exitCode == 64)
        #expect(result.output.isEmpty)
        #expect(result.messages.contains("Usage: amberlog"))
    }

    @Test(arguments: [
        ["load", "a"], ["search", "x"], ["reindex"], ["sessions"], ["stats"], ["export"], ["compact"], ["sweep"],
        ["clear", "a", "--yes"], ["clear", "--all", "--dry-run"],
    ])
    func `a store that isn't there is 1, and isn't made`(arguments: [String]) throws {
        let tool = try Tool()
        for _ in 0..<2 {
            let result = try tool.start(arguments).finish()
            #expect(result.exitCode == 1)
            #expect(result.messageLines.count == 1)
            #expect(result.messages.contains(tool.store))
            #expect(result.messages.contains("No such directory"))
        }
    }

    @Test func `a directory that is no store is 1`() throws {
        let tool = try Tool()
        let result = try tool.run("stats", "--store", tool.path)
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("holds no store"))
    }

    @Test func `a file that isn't there is 1, before anything is written`() throws {
        let tool = try Tool()
        let good = try tool.file("good.jsonl", #"{"session_id":"a","role":"user","content":"x"}"#)
        let result = try tool.run("import", good, tool.path + "/missing.jsonl")
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("missing.jsonl"))
        #expect(try tool.run("stats").exitCode == 1)
    }

    @Test func `an unexpected last sequence is 1`() throws {
        let tool = try Tool()
        #expect(try tool.run("save", "a", "one", "--expecting", "0").exitCode == 0)
        #expect(try tool.run("save", "a", "two", "--expecting", "0").exitCode == 1)
        #expect(try tool.run("save", "a", "two", "--expecting", "1").exitCode == 0)
    }

    @Test(arguments: [
        "import", "export", "save", "load", "search", "sessions", "clear", "stats", "reindex", "compact", "sweep",
        "backup",
        "restore", "dump",
    ])
    func `help has an example and is 0`(command: String) throws {
        let result = try Tool().run(command, "--help")
        #expect(result.exitCode == 0)
        #expect(result.output.contains("Example:\n    amberlog") || result.output.contains("amberlog \(command) "))
    }
}
