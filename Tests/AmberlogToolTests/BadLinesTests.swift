import AgentMemory
import Testing

/// Lines that can't be imported are told and passed over; everything else goes in.
@Suite struct BadLinesTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
    }

    private static let good = #"{"session_id":"a","role":"user","content":"good"}"#

    @Test(arguments: [
        ("not json", "a JSON object"),
        (#"{"session_id":"a","content":"x"}"#, "no role"),
        (#"{"session_id":"a","role":"user"}"#, "no content"),
        (#"{"session_id":"a","role":"user","content":"x","timestamp":"yesterday"}"#, "timestamp"),
        (#"{"role":"user","content":"x"}"#, "names no session"),
        (#"{"session_id":"","role":"user","content":"x"}"#, "names no session"),
        (#"{"session_id":"\#(String(repeating: "s", count: 1025))","role":"user","content":"x"}"#, "1025 bytes"),
        (#"{"session_id":"a","role":"user","content":"x""#, "Invalid JSON"),
        (#"{"session_id":"a","role":"user","content":"x","metadata":7}"#, "metadata"),
        (#"{"messages":[{"role":"user"}]}"#, "Message 1: The message has no content"),
    ])
    func `a bad line is told with its number and reason`(line: String, reason: String) throws {
        let path = try tool.file("in.jsonl", "\(Self.good)\n\n\(line)\n\(Self.good)\n")
        let result = try tool.run("import", path)
        #expect(result.exitCode == 1)
        #expect(result.messageLines.count == 1)
        #expect(result.messages.contains("in.jsonl:3: "))
        #expect(result.messages.contains(reason), "\(result.messages)")
        #expect(try tool.run("load", "a", "--json").lines.count == 2)
    }

    @Test func `a message over the limit is refused alone`() throws {
        let large = #"{"session_id":"a","role":"user","content":"\#(String(repeating: "x", count: 16 << 20))"}"#
        let result = try tool.run("import", try tool.file("in.jsonl", "\(Self.good)\n\(large)\n\(Self.good)"))
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("in.jsonl:2: A message of"))
        #expect(try tool.run("load", "a", "--json").lines.count == 2)
    }

    @Test func `the first ten are told, then their number`() throws {
        let result = try tool.run("import", "-", "--json", input: String(repeating: "bad\n", count: 25) + Self.good)
        #expect(result.exitCode == 1)
        #expect(result.messageLines.count == 11)
        #expect(result.messageLines.last == "amberlog: … and 15 more like these")
        let report = try result.json()[0]
        #expect(report["refused"] == 25)
        #expect(report["messages"] == 1)
    }

    @Test func `strict stops at the first, with what was before it saved`() throws {
        let path = try tool.file("in.jsonl", "\(Self.good)\n\(Self.good)\nbad\n\(Self.good)\n")
        let result = try tool.run("import", path, "--strict")
        #expect(result.exitCode == 1)
        #expect(try tool.run("load", "a", "--json").lines.count == 2)
        // Repaired, it goes on.
        try tool.file("in.jsonl", "\(Self.good)\n\(Self.good)\n\(Self.good)\n\(Self.good)\n")
        let again = try tool.run("import", path, "--strict", "--json").json()[0]
        #expect(again["messages"] == 2)
        #expect(again["present"] == 2)
    }

    @Test func `a document that breaks off keeps what was whole`() throws {
        let path = try tool.file("in.json", "[\n\(Self.good),\n\(Self.good),\n{\"session_id\":")
        let result = try tool.run("import", path)
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("in.json:4: The JSON ends too early"))
        #expect(try tool.run("load", "a", "--json").lines.count == 2)
    }
}
