import AgentMemory
import Testing

/// The frames of every kind of file, whole and damaged.
@Suite struct DumpTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
        try tool.run("save", "a", "hello", "--id", "m1", "--meta", "k=1")
        try tool.run("save", "a", "again")
    }

    private var segment: String { tool.store + "/sessions/01/1.1.seg" }

    private func kinds(_ path: String) throws -> [String] {
        let result = try tool.run("dump", path, "--json")
        #expect(result.exitCode == 0, "\(result.messages)")
        return try result.json().compactMap { $0["kind"]?.stringValue }
    }

    private func manifest() -> String { tool.store + "/MANIFEST-1" }

    @Test func `the small files`() throws {
        #expect(try kinds(tool.store + "/STORE") == ["store"])
        #expect(try kinds(tool.store + "/CURRENT") == ["current"])
        #expect(try kinds(tool.store + "/ANCHOR").allSatisfy { $0 == "anchor" })
    }

    @Test func `a manifest`() throws {
        let kinds = try kinds(manifest())
        #expect(kinds.first == "header")
        #expect(kinds.contains("edit"))
    }

    @Test func `a segment, with its messages, ids and commits`() throws {
        let frames = try tool.run("dump", segment, "--json").json()
        #expect(frames.map { $0["kind"] } == ["header", "block", "ids", "commit", "block", "commit"])
        #expect(frames[0]["session_id"] == "a")
        let record = frames[1]["records"]?[0]
        #expect(record?["content"] == "hello")
        #expect(record?["id"] == "m1")
        #expect(record?["metadata"] == ["k": 1])
        #expect(frames.last?["live_messages"] == 2)
        let text = try tool.run("dump", segment).output
        #expect(text.contains("hello") && text.contains("commit"))
    }

    @Test func `a journal of a writer that was killed`() throws {
        let writer = try tool.start(["import", "-"])
        writer.write(Conversations.lines(sessions: 4, messages: 500, padding: 800))
        let name = try tool.journalWithMessages()
        writer.kill()
        let path = try #require(name, "no journal has a batch")
        let frames = try tool.run("dump", path, "--json").json()
        #expect(frames.first?["kind"] == "header")
        let entries = frames.compactMap { $0["entries"]?.arrayValue }.joined()
        #expect(entries.contains { $0["entry"] == "begin" && $0["session_id"] == "session-0" })
        #expect(entries.contains { $0["entry"] == "origin" })
        #expect(entries.contains { $0["content"]?.stringValue?.hasPrefix("message 7 of 0") == true })
    }

    @Test func `damage is told with its offset, and the dump goes on behind it`() throws {
        var bytes = try Tool.bytes(segment)
        let offset = try #require(try tool.run("dump", segment, "--json").json()[1]["offset"]?.integerValue)
        bytes[Int(offset) + 50] ^= 1
        let damaged = try tool.file("damaged.seg", bytes)
        let result = try tool.run("dump", damaged, "--json")
        #expect(result.exitCode == 1)
        let frames = try result.json()
        #expect(frames.map { $0["kind"] } == ["header", "damaged", "ids", "commit", "block", "commit"])
        #expect(frames[1]["offset"]?.integerValue == offset)
        #expect(result.messages.contains("damage at byte \(offset)"))
    }

    @Test func `a file of something else is an error`() throws {
        let result = try tool.run("dump", try tool.file("junk", "not a file of a store"))
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("junk"))
    }
}
