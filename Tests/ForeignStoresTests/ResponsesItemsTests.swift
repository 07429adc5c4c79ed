import AgentMemory
import Testing

@testable import ForeignStores

/// Rows of openai-agents: items become messages, calls that follow each other one.
@Suite struct ResponsesItemsTests {
    private func read(_ items: String..., session: String = "s", keepsOriginal: Bool = false) -> Found {
        Found.read(
            OpenAIAgentsReader(queries: [TableQuery("agent_messages", "")]),
            items.enumerated().map { index, item in
                row(
                    [
                        "id": .integer(Int64(index)), "session_id": .text(session), "message_data": .text(item),
                        "created_at": .text("2026-01-31 11:00:0\(index % 10)"),
                    ], "row \(index)")
            }, keepsOriginal: keepsOriginal)
    }

    private func call(_ id: String, _ rest: String = "") -> String {
        #"{"type":"function_call","call_id":"\#(id)","name":"look","arguments":"{}"\#(rest)}"#
    }

    @Test func `calls that follow each other are one message, with the id and the time of the first`() {
        let found = read(
            call("a", #","id":"fc_1""#), call("b", #","id":"fc_2""#), #"{"role":"user","content":"x"}"#, call("c"))
        let messages = found.messages("s")
        #expect(messages.map(\.role) == [.assistant, .user, .assistant])
        #expect(messages[0]["tool_calls"]?.arrayValue?.map { $0["id"] } == ["a", "b"])
        #expect(messages[0].id == "fc_1")
        #expect(messages[0].timestamp.description.hasPrefix("2026-01-31T11:00:00"))
        #expect(messages[2]["tool_calls"]?.arrayValue?.count == 1)
        #expect(found.refusals.isEmpty)
    }

    @Test func `what can't be read stands between calls, too`() {
        let found = read(call("a"), "{", call("b"), "[]", call("c"))
        #expect(found.messages("s").count == 3)
        #expect(found.refusals.map(\.place.record) == ["row 1", "row 3"])
    }

    @Test func `calls don't reach over the end of a session`() {
        let rows = ["s", "t"].map {
            row(["session_id": .text($0), "message_data": .text(call("a")), "created_at": .null])
        }
        let found = Found.read(OpenAIAgentsReader(queries: [TableQuery("m", "")]), rows)
        #expect(found.said.map(\.session) == ["s", "t"])
    }

    @Test func `results have the name of their call, in their session alone`() {
        let result = #"{"type":"function_call_output","call_id":"a","output":"21"}"#
        #expect(read(call("a"), result).messages("s")[1]["name"] == "look")
        #expect(read(result).messages("s")[0]["name"] == nil)
        #expect(read(result).messages("s")[0]["tool_call_id"] == "a")
    }

    @Test func `other types keep the item and the text of their summary`() {
        let item = #"{"type":"reasoning","summary":[{"text":"a"},{"text":"b"}],"encrypted_content":"x"}"#
        let message = read(item).messages("s")[0]
        #expect(message.role.name == "reasoning" && message.content == "a\nb")
        #expect(message.metadata["raw"]?["encrypted_content"] == "x")
        #expect(read(#"{"type":"x","summary":"no list"}"#).messages("s")[0].content == "")
    }

    @Test(arguments: [
        "", "null", "7", "[1]", "{}", #"{"type":null}"#, #"{"type":7}"#, #"{"role":7}"#, #"{"type":"message"}"#,
        #"{"role":"user"}"#, #"{"role":"user","content":7}"#, #"{"type":"function_call","call_id":"a"}"#,
        #"{"type":"function_call_output","call_id":"a"}"#,
    ])
    func `what is no item is refused`(_ item: String) {
        let found = read(item)
        #expect(found.said.isEmpty)
        #expect(found.refusals.count == 1)
    }

    @Test func `originals are the items, of several calls an array of them`() throws {
        let found = read(call("a"), call("b"), #"{ "role":"user","content":"x" }"#, keepsOriginal: true)
        #expect(found.said[0].original == "[" + call("a") + "," + call("b") + "]")
        #expect(found.said[1].original == #"{ "role":"user","content":"x" }"#)
    }

    // MARK: Branches and turns

    private func branched(_ branch: String, turn: Int64?, _ item: String, tokens: Int64 = 7) -> ForeignRow {
        row([
            "session_id": .text("s"), "branch_id": .text(branch), "message_data": .text(item),
            "turn": turn.map(ForeignRow.Value.integer) ?? .null, "input_tokens": .integer(tokens),
            "input_tokens_details": .text(#"{"cached":1}"#), "output_tokens_details": .text("{"),
        ])
    }

    @Test func `branches are sessions, and the usage stands with the last message of a turn`() {
        let item = #"{"role":"assistant","content":"x"}"#
        let found = Found.read(
            OpenAIAgentsReader(queries: [TableQuery("m", "")]),
            [
                branched("main", turn: 1, item), branched("main", turn: 1, item), branched("main", turn: 2, item),
                branched("b/ü", turn: 2, item, tokens: 9),
            ])
        #expect(Set(found.said.map(\.session)) == ["s", "s/b/ü"])
        #expect(found.messages("s").map { $0.metadata["usage"]?["input_tokens"] } == [nil, 7, 7])
        #expect(found.messages("s/b/ü")[0].metadata["usage"]?["input_tokens"] == 9)
        #expect(found.messages("s")[1].metadata["usage"]?["input_tokens_details"] == ["cached": 1])
        #expect(found.losses.entries[.field("turn_usage.output_tokens_details")]?.count == 3)
    }

    // MARK: Sessions and encryption

    @Test func `rows without a session are refused`() {
        for session in [ForeignRow.Value.null, .text(""), .double(1), .bytes([0xFF])] {
            let found = Found.read(
                OpenAIAgentsReader(queries: [TableQuery("m", "")]),
                [row(["session_id": session, "message_data": .text(#"{"role":"user","content":"x"}"#)])])
            #expect(found.said.isEmpty && found.refusals.count == 1)
        }
    }

    private struct Reversing: RowDecryption {
        func open(_ payload: String, of session: String) -> [UInt8]? {
            payload.hasPrefix("!") ? nil : Array(payload.utf8.reversed())
        }
    }

    @Test func `encrypted rows are opened, or refused`() {
        func sealed(_ payload: String) -> ForeignRow {
            row([
                "session_id": .text("s"),
                "message_data": .text(#"{"__enc__":1,"v":1,"kid":"hkdf-v1","payload":\#(JSONValue.string(payload))}"#),
            ])
        }
        let plain = #"{"role":"user","content":"secret"}"#
        let rows = [sealed(String(plain.reversed())), sealed("!"), sealed("{")]
        let reader = OpenAIAgentsReader(queries: [TableQuery("m", "")])
        let found = Found.read(reader, rows, keepsOriginal: true, decryption: Reversing())
        #expect(found.messages("s").map(\.content) == ["secret"])
        #expect(found.said.first?.original == plain)
        #expect(found.reasons.count == 2 && found.reasons[0] == "None of the keys opens the row")
        #expect(Found.read(reader, rows).reasons == Array(repeating: "The row is encrypted", count: 3))
    }
}
