import AgentMemory
import Testing

/// Files that are compressed with gzip go in as they are.
@Suite struct CompressedInputTests {
    private let tool: Tool
    private let text = Conversations.lines(sessions: 20, messages: 300, padding: 300)

    init() throws {
        tool = try Tool()
    }

    private func count() throws -> Int { try tool.run("export").lines.count }

    @Test func `one member`() throws {
        #expect(try tool.run("import", try tool.file("in.jsonl.gz", gzip(text))).exitCode == 0)
        #expect(try count() == 6000)
    }

    @Test func `several members, cut anywhere`() throws {
        let bytes = Array(text.utf8)
        let cut = bytes.count / 2 + 13
        let members =
            try gzip(String(decoding: bytes[..<cut], as: UTF8.self))
            + gzip(String(decoding: bytes[cut...], as: UTF8.self))
        // The name doesn't matter.
        #expect(try tool.run("import", try tool.file("in.txt", members)).exitCode == 0)
        #expect(try count() == 6000)
    }

    @Test func `data that ends too early is an error, and a whole file completes it`() throws {
        let whole = try gzip(text)
        let result = try tool.run("import", try tool.file("in.gz", Array(whole[..<(whole.count / 2)])))
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("in.gz: The compressed data ends too early"))
        #expect(try tool.run("import", try tool.file("in.gz", whole)).exitCode == 0)
        #expect(try count() == 6000)
    }

    @Test func `damaged data is an error`() throws {
        var bytes = try gzip(text)
        for index in 0..<64 { bytes[bytes.count / 2 + index] ^= 0xA5 }
        let result = try tool.run("import", try tool.file("in.gz", bytes))
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("in.gz"))
    }
}
