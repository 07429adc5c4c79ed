import AgentMemory
import Testing

@testable import ForeignStores

/// Messages of Claude.ai are lists of blocks: calls and results among them become messages of their own.
@Suite struct ClaudeExportTests {
    private func read(_ messages: String...) -> Found {
        Found.read(
            ClaudeExport(), #"[{"uuid":"c","name":"N","chat_messages":["# + messages.joined(separator: ",") + "]}]",
            file: "conversations.json")
    }

    private func message(_ content: String, sender: String = "assistant", more: String = "") -> String {
        #"{"uuid":"m","sender":"\#(sender)","content":\#(content),"created_at":"2026-01-31T12:00:00+01:00"\#(more)}"#
    }

    @Test func `a result ends what comes before it`() throws {
        let blocks =
            #"[{"type":"text","text":"I look."},{"type":"tool_use","id":"t","name":"look","input":{"b":1,"a":"ü"}},"#
            + #"{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"fog"}],"is_error":true},"#
            + #"{"type":"text","text":"Fog."}]"#
        let messages = read(message(blocks)).messages("c")
        #expect(messages.map(\.role) == [.assistant, .tool, .assistant])
        #expect(messages.map(\.content) == ["I look.", "fog", "Fog."])
        #expect(messages.map(\.id) == ["m", "m#2", "m#3"])
        let call = messages[0].toJSON()["tool_calls"]?[0]
        #expect(call?["function"] == ["name": "look", "arguments": #"{"a":"ü","b":1}"#])
        #expect(messages[1].toJSON()["name"] == "look")
        #expect(messages[1].toJSON()["tool_call_id"] == "t")
        #expect(messages[1].metadata["status"] == "error")
        #expect(messages[2].timestamp == Timestamp("2026-01-31T11:00:00Z"))
    }

    @Test func `calls without ids are numbered, and answered in their order`() {
        let blocks =
            #"[{"type":"tool_use","name":"a","input":{}},{"type":"tool_use","name":"b","input":{}},"#
            + #"{"type":"tool_result","content":"1"},{"type":"tool_result","content":"2"},"#
            + #"{"type":"tool_result","content":"3"}]"#
        let messages = read(message(blocks)).messages("c").map { $0.toJSON() }
        #expect(messages[0]["tool_calls"]?[1]?["id"] == "m:2")
        #expect(messages.map { $0["tool_call_id"] } == [nil, "m:1", "m:2", nil])
        #expect(messages.map { $0["name"] } == [nil, "a", "b", nil])
    }

    @Test func `text alone, attachments, and senders of other names`() {
        let found = read(
            message("[]", sender: "human", more: #","text":"old","attachments":[{"file_name":"f"}]"#),
            message(#"[{"type":"text","text":"x","citations":[]}]"#, sender: "narrator"),
            message("null", sender: "human", more: #","text":"","files":[{"file_name":"p.png"}]"#))
        let messages = found.messages("c")
        #expect(messages.map(\.role) == [.user, "narrator", .user])
        #expect(messages.map(\.content) == ["old", "x", ""])
        #expect(messages[0].metadata == ["attachments": [["file_name": "f"]]])
        #expect(messages[1].metadata["content_parts"] != nil)
        #expect(found.losses.entries[.file]?.count == 1)
        #expect(found.sessions == ["c": ["title": "N"]])
    }

    @Test func `what can't be read is refused, and the rest is read`() {
        let found = read(
            "7", #"{"uuid":"m"}"#, message("null"), message("[7]", more: #","created_at":[]"#),
            message(#"[{"type":"text","text":"ok"}]"#))
        #expect(found.messages("c").map(\.content) == ["ok"])
        #expect(found.refusals.count == 4)
        let others = Found.read(
            ClaudeExport(), #"[{},{"uuid":"n","chat_messages":null},{"uuid":"e","chat_messages":[]}]"#)
        #expect(others.refusals.count == 2)
        #expect(others.said.isEmpty && others.sessions.isEmpty)
    }
}
