import AgentMemory
import Testing

/// Sessions need not stand together in a file.
@Suite struct InterleavedSessionsTests {
    @Test func `more sessions than there are open batches, taking turns`() throws {
        let tool = try Tool()
        let apart = Conversations.lines(sessions: 5000, messages: 3, interleaved: true)
        let together = Conversations.lines(sessions: 5000, messages: 3)
        #expect(try tool.run("import", try tool.file("apart.jsonl", apart)).exitCode == 0)
        let other = tool.path + "/other"
        try tool.run("import", try tool.file("together.jsonl", together), "--store", other)
        #expect(try tool.run("export").output == tool.run("export", "--store", other).output)
        // And known again, in either order.
        let again = try tool.run("import", tool.path + "/together.jsonl", "--json").json()[0]
        #expect(again["messages"] == 0 && again["present"] == 15_000)
    }
}
