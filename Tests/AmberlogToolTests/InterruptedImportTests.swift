import AgentMemory
import Testing

/// An import that is killed goes on where it was.
@Suite struct InterruptedImportTests {
    @Test(arguments: [false, true])
    func `killed in the middle, then run again: no duplicate and no gap`(interleaved: Bool) throws {
        let tool = try Tool()
        // More than is gathered before anything is saved.
        let text = Conversations.lines(sessions: 40, messages: 500, interleaved: interleaved, padding: 2000)
        let path = try tool.file("in.jsonl", text)
        let whole = tool.path + "/whole"
        try tool.run("import", path, "--store", whole)

        for part in [0.3, 0.6, 0.9] {
            let running = try tool.start(["import", "-"])
            running.write(String(text.prefix(Int(Double(text.utf8.count) * part))))
            try #require(try tool.journalWithMessages() != nil)
            running.kill()
            // Recovers what the killed process has left.
            #expect(try tool.run("sweep").exitCode == 0)
        }
        let before = try messages(in: tool)
        #expect(before > 0 && before < 20_000)

        let again = try tool.run("import", path, "--json")
        #expect(again.exitCode == 0)
        let report = try again.json()[0]
        #expect(report["messages"]?.integerValue == 20_000 - Int64(before))
        #expect(report["present"]?.integerValue == Int64(before))
        #expect(try tool.run("export").output == tool.run("export", "--store", whole).output)
    }

    private func messages(in tool: Tool) throws -> Int {
        let stats = try tool.run("stats", "--json")
        guard stats.exitCode == 0 else { return 0 }
        return Int(try stats.json()[0]["messages"]?.integerValue ?? 0)
    }
}
