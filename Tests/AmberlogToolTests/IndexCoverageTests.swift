import AgentMemory
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the index lacks is added where that is possible, and told where it isn't.
@Suite struct IndexCoverageTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
        let lines = Conversations.lines(sessions: 3, messages: 10)
        try tool.run("import", "-", "--no-index", input: lines)
    }

    private func stats() throws -> JSONValue { try tool.run("stats", "--json").json()[0] }

    @Test func `a search indexes what is missing first`() throws {
        let before = try stats()
        #expect(before["index_complete"] == false && before["indexed_messages"] == 0 && before["index_runs"] == 0)
        let search = try tool.run("search", "message", "--json", "--limit", "50")
        #expect(search.lines.count == 30 && search.messages.isEmpty)
        let after = try stats()
        #expect(after["index_complete"] == true && after["indexed_messages"] == 30 && after["index_runs"] == 1)
        #expect(after["index_bytes"]?.integerValue ?? 0 > 0)
        #expect(try tool.run("stats").output.contains("all messages"))
    }

    @Test func `while another process writes, it says how much it looked at`() throws {
        let writer = try #require(try startWriter())
        let search = try tool.run("search", "message", "--json")
        #expect(search.exitCode == 0 && search.output.isEmpty)
        #expect(search.messages.contains("The index is not complete: 0 of 30 messages were looked at"))
        #expect(try tool.run("search", "message", "--json", "--no-index").lines.count == 10)
        #expect(try tool.run("stats").output.contains("not complete: 0 of 30 messages"))
        #expect(try writer.finish().exitCode == 0)
    }

    /// Starts an import that waits for its input, and makes sure that it holds the lock.
    private func startWriter() throws -> Tool.Running? {
        for _ in 0..<20 {
            let writer = try tool.start(["import", "-", "--no-index"])
            usleep(300_000)
            if try tool.run("compact", "--no-index").exitCode == 75 { return writer }
            // It had not come so far, or met the other one's lock.
            writer.kill()
        }
        return nil
    }

    @Test func `a damaged run is made again`() throws {
        #expect(try tool.run("reindex").exitCode == 0)
        let run = try #require(tool.indexRuns().first)
        var bytes = try Tool.bytes(run)
        for offset in stride(from: 4096 + 40, to: bytes.count, by: 512) { bytes[offset] ^= 0x55 }
        try tool.overwrite(run, bytes)
        let search = try tool.run("search", "message", "--json", "--limit", "50")
        #expect(search.exitCode == 0)
        #expect(search.lines.count == 30, "\(search.messages)")
        #expect(try stats()["index_complete"] == true)
    }

    @Test func `reindex makes everything anew`() throws {
        let object = try tool.run("reindex", "--json").json()[0]
        #expect(
            object.objectValue?.keys.sorted() == ["index_bytes", "index_runs", "messages", "seconds", "sessions"])
        #expect(object["messages"] == 30 && object["sessions"] == 3 && object["index_runs"] == 1)
        let first = try #require(tool.indexRuns().first)
        let text = try tool.run("reindex")
        #expect(text.output.hasPrefix("Indexed 30 messages of 3 sessions") && text.messages.isEmpty)
        #expect(tool.indexRuns().count == 1 && !Tool.exists(first))
        #expect(try tool.run("search", "message", "--json", "--limit", "50").lines.count == 30)
    }

    @Test func `what a killed writer left in the journal is found`() throws {
        try tool.run("reindex")
        let writer = try tool.start(["import", "-"])
        writer.write(Conversations.lines(sessions: 4, messages: 500, padding: 800))
        let journal = try tool.journalWithMessages()
        writer.kill()
        try #require(journal != nil)
        let messages = try stats()["messages"]?.integerValue ?? 0
        let search = try tool.run("search", "message", "--json", "--limit", "5000")
        #expect(search.lines.count == Int(messages) && search.messages.isEmpty)
    }
}
