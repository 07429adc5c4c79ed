import AgentMemory
import Testing

/// What goes, what stays, and what is said about it.
@Suite struct ClearTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
        try tool.run("import", "-", input: Conversations.lines(sessions: 3, messages: 10))
    }

    private func sessions() throws -> Int { try tool.run("sessions", "--json").lines.count }

    @Test func `one session`() throws {
        let result = try tool.run("clear", "session-1", "--yes")
        #expect(result.output.hasPrefix("Removed the session session-1 (10 messages, "))
        #expect(try sessions() == 2)
        #expect(try tool.run("clear", "session-1", "--yes").output == "There is no session session-1\n")
    }

    @Test func `a dry run changes nothing, and needs no lock`() throws {
        #expect(try tool.run("clear", "--all", "--dry-run").output.hasPrefix("Would remove 3 sessions"))
        #expect(try tool.run("clear", "--older-than", "0s", "--dry-run", "--json").json()[0]["sessions"] == 3)
        #expect(try sessions() == 3)
    }

    @Test func `old sessions`() throws {
        #expect(try tool.run("clear", "--older-than", "1h", "--yes").output == "There is nothing to remove\n")
        #expect(try tool.run("clear", "--older-than", "0s", "--yes").output.hasPrefix("Removed 3 sessions"))
        #expect(try sessions() == 0)
    }

    @Test func `all, erased: no file holds their text any more`() throws {
        let result = try tool.run("clear", "--all", "--yes", "--erase", "--json").json()[0]
        #expect(result["sessions"] == 3)
        #expect(result["erased"]?["sessions"] == 3)
        #expect(try sessions() == 0)
    }
}
