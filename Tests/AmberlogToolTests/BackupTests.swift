import AgentMemory
import Testing

/// A copy of a store that may be in use.
@Suite struct BackupTests {
    @Test func `backup while another process writes, then restore`() throws {
        let tool = try Tool()
        try tool.run("import", "-", input: Conversations.lines(sessions: 5, messages: 50))
        let before = try tool.run("export").output
        let writer = try tool.start(["import", "-"])
        let copy = tool.path + "/copy"
        #expect(try tool.run("backup", copy).exitCode == 0)
        _ = try writer.finish()
        #expect(try tool.run("export", "--store", copy).output == before)
        let again = tool.path + "/again"
        #expect(try tool.run("restore", copy, "--store", again).exitCode == 0)
        #expect(try tool.run("export", "--store", again).output == before)
        let refused = try tool.run("restore", copy, "--store", again)
        #expect(refused.exitCode != 0)
        #expect(refused.messages.contains("not empty"))
    }
}
