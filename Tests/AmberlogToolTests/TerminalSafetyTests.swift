import AgentMemory
import Testing

/// What a conversation says must not reach a terminal as commands.
@Suite struct TerminalSafetyTests {
    @Test func `control characters are shown, not sent`() throws {
        let tool = try Tool()
        try tool.run("save", "a", "red \u{1B}[31m \u{07} \u{9B}2J\nnext\tline")
        let shown = try tool.run("load", "a").output
        #expect(!shown.unicodeScalars.contains("\u{1B}") && !shown.unicodeScalars.contains("\u{9B}"))
        #expect(shown.contains("␛[31m ␇"))
        #expect(shown.contains("\n  next\tline\n"))
        // JSON keeps them.
        #expect(
            try tool.run("load", "a", "--json").json()[0]["content"] == "red \u{1B}[31m \u{07} \u{9B}2J\nnext\tline")
    }

    @Test func `no colors and no progress where no terminal is`() throws {
        let tool = try Tool()
        let result = try tool.run("import", "-", input: Conversations.lines(sessions: 3, messages: 3000))
        #expect(result.messages.isEmpty)
        let listing = try tool.run("sessions")
        #expect(!listing.output.contains("\u{1B}") && listing.messages.isEmpty)
    }
}
