import AgentMemory
import Testing

@testable import ForeignStores

/// Transcripts of Claude Code: the chain from the last line back is what was said.
@Suite struct ClaudeCodeTests {
    private func line(_ type: String, _ uuid: String, _ parent: String?, _ message: String, _ more: String = "")
        -> String
    {
        let parent = parent.map { "\"\($0)\"" } ?? "null"
        return #"{"type":"\#(type)","uuid":"\#(uuid)","parentUuid":\#(parent),"sessionId":"s","#
            + #""timestamp":"2026-01-31T11:00:00.123Z","message":\#(message)\#(more)}"#
    }

    private func user(_ uuid: String, _ parent: String?, _ content: String, _ more: String = "") -> String {
        line("user", uuid, parent, #"{"role":"user","content":\#(content)}"#, more)
    }

    private func answer(_ uuid: String, _ parent: String?, id: String, _ block: String, tokens: Int = 1) -> String {
        line(
            "assistant", uuid, parent,
            #"{"id":"\#(id)","role":"assistant","model":"m","content":[\#(block)],"usage":{"output_tokens":\#(tokens)}}"#
        )
    }

    private func read(_ lines: String...) -> Found {
        Found.read(ClaudeCode(), lines.joined(separator: "\n"), file: "projects/-x/a.b.jsonl")
    }

    private let text = #"{"type":"text","text":"Hi"}"#
    private func use(_ id: String) -> String { #"{"type":"tool_use","id":"\#(id)","name":"Bash","input":{"n":1}}"# }
    private func result(_ id: String, _ content: String = "\"ok\"") -> String {
        #"{"type":"tool_result","tool_use_id":"\#(id)","content":\#(content)}"#
    }

    @Test func `the lines of an answer are one message, its results behind it, on the chain or not`() {
        let found = read(
            user("u1", nil, "\"Go\""), answer("a1", "u1", id: "x", text), answer("a2", "a1", id: "x", use("t1")),
            answer("a3", "a2", id: "x", use("t2"), tokens: 9), user("r1", "a2", "[" + result("t1") + "]"),
            user("r2", "a3", "[" + result("t2", "null") + "]"), answer("b1", "r2", id: "y", text))
        let messages = found.messages("a.b")
        #expect(messages.map(\.id) == ["u1", "a1", "r1", "r2", "b1"])
        #expect(messages.map(\.role) == [.user, .assistant, .tool, .tool, .assistant])
        #expect(messages[1].metadata["usage"] == ["output_tokens": 9])
        #expect(messages[1].toJSON()["tool_calls"]?.arrayValue?.count == 2)
        #expect(messages[2].toJSON()["name"] == "Bash")
        #expect(messages[0].timestamp == Timestamp("2026-01-31T11:00:00.123Z"))
        #expect(found.losses.entries[.branch] == nil)
    }

    @Test func `a line of several results and more gives its id to the first`() {
        let found = read(
            answer("a", nil, id: "x", use("t1") + "," + use("t2")),
            user("u", "a", "[" + result("t1") + "," + result("t2") + "," + text + "]"))
        #expect(found.messages("a.b").map(\.id) == ["a", "u", "u#2", "u#3"])
        #expect(found.messages("a.b").map(\.content) == ["", "ok", "ok", "Hi"])
    }

    @Test func `sidechains and the program's own lines are passed over`() {
        let found = read(
            user("m", nil, "\"meta\"", #","isMeta":true"#), user("u", "m", "\"Go\""),
            user("s", nil, "\"side\"", #","isSidechain":true"#),
            user("c", "u", "\"Done\"", #","isCompactSummary":true"#),
            user("n", "c", "\"meta\"", #","isMeta":true"#), #"{"type":"summary","summary":"other"}"#,
            #"{"type":"ai-title","aiTitle":"AI"}"#, #"{"type":"custom-title","customTitle":"T"}"#,
            #"{"type":"ai-title","aiTitle":"later"}"#)
        #expect(found.messages("a.b").map(\.content) == ["Go", "Done"])
        #expect(found.messages("a.b").last?.metadata == ["compact_summary": true])
        #expect(found.losses.entries[.subagent]?.count == 1)
        #expect(found.sessions == ["a.b": ["title": "T"]])
        let side = read(user("s", nil, "\"side\"", #","isSidechain":true"#), #"{"type":"x","customTitle":"T"}"#)
        #expect(side.said.isEmpty && side.sessions.isEmpty && side.refusals.isEmpty)
    }

    @Test func `a compaction goes on where the chain before it ended, an edited prompt leaves its branch`() {
        let found = read(
            user("u", nil, "\"1\""), user("left", "u", "\"left\""), user("v", "u", "\"2\""),
            #"{"type":"system","uuid":"b","parentUuid":null,"logicalParentUuid":"v"}"#, user("w", "b", "\"3\""))
        #expect(found.messages("a.b").map(\.content) == ["1", "2", "3"])
        #expect(found.losses.entries[.branch]?.count == 1)
    }

    @Test func `parents that are missing or go around, bad lines and lines without content`() {
        #expect(read(user("a", "b", "\"1\""), user("b", "a", "\"2\"")).messages("a.b").map(\.content) == ["1", "2"])
        let found = read(
            user("a", "gone", "\"1\""), "{", "", "7", line("user", "b", "a", "{}"), line("assistant", "c", "b", "7"),
            user("d", "c", "\"2\"", #","x":1"#), user("d", "a", "\"again\""))
        #expect(found.messages("a.b").map(\.content) == ["1", "2"])
        #expect(found.refusals.map(\.place.line) == [2, 4, 5, 6])
        let bad = read(user("a", nil, "7"), user("b", "a", "\"ok\"").replacing("11:00:00", with: "soon"))
        #expect(bad.said.isEmpty)
        #expect(bad.refusals.count == 2)
    }

    @Test func `a long chain takes no stack`() {
        var lines = [user("0", nil, "\"x\"")]
        for number in 1..<20_000 { lines.append(user("\(number)", "\(number - 1)", "\"x\"")) }
        #expect(Found.read(ClaudeCode(), lines.joined(separator: "\n"), file: "f.jsonl").messages("f").count == 20_000)
    }

    @Test func `a result of a call that is nowhere stands where its line stands`() {
        let found = read(user("u", nil, "\"1\""), user("r", "u", "[" + result("gone") + "]"), user("v", "r", "\"2\""))
        #expect(found.messages("a.b").map(\.content) == ["1", "ok", "2"])
        #expect(found.messages("a.b")[1].toJSON()["name"] == nil)
    }
}
