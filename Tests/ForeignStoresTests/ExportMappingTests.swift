import AgentMemory
import Testing

@testable import ForeignStores

/// The way back: messages as items of the Responses API, and as LangChain has them.
@Suite struct ExportMappingTests {
    private func message(_ json: JSONValue) throws -> Message { try Message(json: json, timestamp: Found.unknownTime) }

    private func items(_ json: JSONValue) throws -> [JSONValue] { ResponsesExport.items(of: try message(json)) }

    private let call: JSONValue = [
        "id": "c", "type": "function", "function": ["name": "look", "arguments": "{\"a\":1}"],
    ]

    @Test func `a message is an item, with calls several`() throws {
        #expect(try items(["role": "user", "content": "x"]) == [["role": "user", "content": "x"]])
        #expect(
            try items(["role": "assistant", "content": "y", "tool_calls": [call]]) == [
                ["role": "assistant", "content": "y"],
                ["type": "function_call", "call_id": "c", "name": "look", "arguments": "{\"a\":1}"],
            ])
        #expect(
            try items(["role": "tool", "content": "r", "tool_call_id": "c", "name": "look"]) == [
                ["type": "function_call_output", "call_id": "c", "output": "r"]
            ])
    }

    @Test func `ids that the service gave are given back, others are not`() throws {
        #expect(
            try items(["role": "assistant", "content": "x", "id": "mine"]) == [["role": "assistant", "content": "x"]])
        let said = try items(["role": "assistant", "content": "x", "id": "msg_1", "metadata": ["status": "incomplete"]])
        #expect(said[0]["id"] == "msg_1" && said[0]["status"] == "incomplete")
        #expect(said[0]["content"]?[0]?["text"] == "x")
        #expect(try items(["role": "assistant", "content": "", "id": "fc_1", "tool_calls": [call]])[0]["id"] == "fc_1")
    }

    @Test func `items that are no message are what they were`() throws {
        let raw: JSONValue = ["type": "reasoning", "id": "rs", "summary": []]
        #expect(try items(["role": "reasoning", "content": "", "metadata": ["raw": raw]]) == [raw])
    }

    @Test func `what openai-agents had comes back from it`() throws {
        let given = [
            #"{"role":"user","content":[{"type":"input_image","image_url":"u"},{"type":"input_text","text":"x"}]}"#,
            #"{"type":"function_call","id":"fc_1","call_id":"c","name":"look","arguments":"{ }"}"#,
            #"{"type":"function_call","call_id":"d","name":"look","arguments":"{}"}"#,
            #"{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"a"},{"type":"x"}]}"#,
            #"{"type":"compaction","encrypted_content":"e"}"#,
        ]
        let found = Found.read(
            OpenAIAgentsReader(queries: [TableQuery("m", "")]),
            given.map { row(["session_id": .text("s"), "message_data": .text($0)]) })
        let back = found.messages("s").flatMap(ResponsesExport.items)
        #expect(back == (try given.map { try JSONValue(parsing: $0) }))
    }

    @Test func `what LangChain had comes back from it`() throws {
        let given = [
            #"{"type":"human","data":{"content":[{"type":"text","text":"x"},{"type":"image_url","image_url":"u"}],"id":"1"}}"#,
            #"{"type":"ai","data":{"content":"","tool_calls":[{"id":"c","name":"look","args":{"a":1}}],"usage_metadata":{"input_tokens":1,"output_tokens":2,"total_tokens":3},"response_metadata":{"model_name":"m"}}}"#,
            #"{"type":"tool","data":{"content":"r","tool_call_id":"c","status":"error","artifact":{"z":1}}}"#,
            #"{"type":"chat","data":{"content":"y","role":"critic"}}"#,
            #"{"type":"system","data":{"content":"s","name":"n"}}"#,
        ]
        let found = Found.read(LangChainFile(), "[" + given.joined(separator: ",") + "]", file: "s.json")
        let back = found.messages("s").map { LangChainExport.json(of: $0).serializedText }
        let again = Found.read(LangChainFile(), "[" + back.joined(separator: ",") + "]", file: "s.json")
        #expect(again.messages("s") == found.messages("s"))
        #expect(again.refusals.isEmpty)
        #expect(again.messages("s").count == given.count)
    }

    @Test func `calls whose arguments are no object are invalid to LangChain`() throws {
        let broken: JSONValue = ["id": "d", "function": ["name": "look", "arguments": "{"]]
        let json = LangChainExport.json(
            of: try message(["role": "assistant", "content": "", "tool_calls": [call, broken]]))
        #expect(json["data"]?["tool_calls"] == [["name": "look", "args": ["a": 1], "id": "c", "type": "tool_call"]])
        #expect(json["data"]?["invalid_tool_calls"]?[0]?["args"] == "{")
    }

    @Test func `a result without a call, and other roles, are chat messages`() throws {
        for role in ["tool", "critic"] {
            let json = LangChainExport.json(of: try message(["role": .string(role), "content": "x"]))
            #expect(json["type"] == "chat" && json["data"]?["role"] == .string(role))
        }
    }
}
