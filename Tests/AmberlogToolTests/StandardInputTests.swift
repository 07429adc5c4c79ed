import AgentMemory
import Testing

/// What comes through a pipe.
@Suite struct StandardInputTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
    }

    @Test func `import reads it`() throws {
        let result = try tool.run(
            "import", "-", "--session", "s",
            input: #"{"role":"user","content":"x"}"# + "\r\n"
                + #"{"session_id":"t","role":"user","content":"y"}"#)
        #expect(result.exitCode == 0)
        #expect(try tool.run("load", "s", "--json").lines.count == 1)
        #expect(try tool.run("load", "t", "--json").lines.count == 1)
    }

    @Test func `save reads lines, all of them or none`() throws {
        let good = #"{"role":"user","content":"one"}"# + "\n" + #"{"role":"assistant","content":"two"}"# + "\n"
        #expect(try tool.run("save", "a", input: good).output == "Saved 2 messages to a, sequences 1 to 2\n")
        let bad = try tool.run("save", "a", input: good + #"{"role":"user"}"#)
        #expect(bad.exitCode == 1)
        #expect(bad.messages.contains("no content") && bad.messages.contains("line 3"))
        let other = try tool.run("save", "a", input: #"{"session_id":"b","role":"user","content":"x"}"#)
        #expect(other.exitCode == 1)
        #expect(try tool.run("load", "a", "--json").lines.count == 2)
    }

    @Test func `save takes it as the text when told so`() throws {
        try tool.run("save", "a", "-", input: "line one\nline two\n")
        #expect(try tool.run("load", "a", "--json").json()[0]["content"] == "line one\nline two\n")
    }

    @Test func `nothing in gives nothing`() throws {
        #expect(try tool.run("import", "-").exitCode == 0)
        #expect(try tool.run("stats", "--json").json()[0]["messages"] == 0)
    }
}
