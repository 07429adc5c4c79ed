import AgentMemory
import Testing

@testable import ForeignStores

/// Sessions of Strands: a directory of an agent has a message a file.
@Suite struct StrandsTests {
    private func read(_ records: String..., names: [String]? = nil) -> Found {
        let files = records.enumerated().map { index, record in
            (name: "s/" + (names?[index] ?? "message_\(index).json"), bytes: Array(record.utf8))
        }
        return Found.read(StrandsFiles(), files, session: "S")
    }

    private func record(_ blocks: String, role: String = "user", more: String = "", of: String = "") -> String {
        #"{"message":{"role":"\#(role)","content":[\#(blocks)],"tracking_id":"t"\#(of)},"message_id":0,"#
            + #""created_at":"2026-01-31T11:00:00+00:00"\#(more)}"#
    }

    @Test func `results come before the rest of the blocks, named by calls of earlier files`() {
        let found = read(
            record(
                #"{"text":"I"},{"toolUse":{"toolUseId":"c","name":"look","input":{}}}"#, role: "assistant",
                of: #","metadata":{"usage":{"inputTokens":1},"metrics":{"x":1}}"#),
            record(#"{"text":"And"},{"toolResult":{"toolUseId":"c","status":"error","content":[{"json":{"b":1}}]}}"#))
        let messages = found.messages("S")
        #expect(messages.map(\.content) == ["I", #"{"b":1}"#, "And"])
        #expect(messages.map(\.id) == ["t", "t", "t#2"])
        #expect(
            messages[0].metadata == [
                "usage": ["inputTokens": 1],
                "_extra": [
                    "tool_calls": [["id": "c", "type": "function", "function": ["name": "look", "arguments": "{}"]]]
                ],
            ])
        #expect(messages[1].toJSON()["name"] == "look")
        #expect(messages[1].metadata["status"] == "error")
        #expect(found.losses.entries[.field("message.metadata.metrics")]?.count == 1)
    }

    @Test func `what was redacted is not read`() {
        let found = read(
            record(#"{"text":"secret"}"#, more: #","redact_message":{"role":"user","content":[{"text":"[gone]"}]}"#),
            record(#"{"text":"ok"}"#, more: #","redact_message":null"#))
        #expect(found.messages("S").map(\.content) == ["[gone]", "ok"])
        #expect(found.losses.entries[.redacted]?.count == 1)
    }

    @Test func `a message without blocks is passed over, others that can't be read are refused`() {
        let found = read(
            record(""), "", "[]", "{}", #"{"message":{"content":[]}}"#, #"{"message":{"role":"user"}}"#, "{}",
            record(#"{"text":"late"}"#, more: #","created_at":"later""#),
            names: (0..<6).map { "message_\($0).json" } + ["message_x.json", "message_9.json"])
        #expect(found.said.isEmpty)
        #expect(found.refusals.count == 7)
    }

    @Test func `files are read in the order of their numbers, agents and sessions by their directories`() throws {
        let disk = Tree([
            "root/session_a/session.json": "{}", "root/session_a/agents/agent_default/messages/message_10.json": "{}",
            "root/session_a/agents/agent_default/messages/message_9.json": "{}",
            "root/session_a/agents/agent_default/messages/message_x.json": "{}",
            "root/session_a/agents/agent_default/messages/.tmp": "{}",
            "root/session_a/agents/agent_ü/messages/message_0.json": "{}", "root/session_b/other.json": "{}",
            "root/session_a/agents/agent_none/agent.json": "{}",
        ])
        let sources = try StrandsFiles().sources(in: "root", disk)
        #expect(sources.map(\.session) == ["a", "a/ü"])
        #expect(sources[0].files.map(FileName.last) == ["message_9.json", "message_10.json", "message_x.json"])
        #expect(try StrandsFiles().sources(in: "root/session_a", disk).count == 2)
        #expect(try StrandsFiles().sources(in: "root/session_b", disk).isEmpty)
    }
}
