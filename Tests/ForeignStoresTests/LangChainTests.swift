import AgentMemory
import Testing

@testable import ForeignStores

/// LangChain's messages, in a file that is one array of them.
@Suite struct LangChainTests {
    private func read(_ messages: String...) -> Found {
        Found.read(LangChainFile(), "[" + messages.joined(separator: ",") + "]", file: "d/my.chat.json")
    }

    private func message(_ type: String, _ fields: String) -> String { #"{"type":"\#(type)","data":{\#(fields)}}"# }

    @Test(arguments: [
        ("human", "user"), ("ai", "assistant"), ("tool", "tool"), ("function", "tool"), ("system", "system"),
        ("AIMessageChunk", "assistant"), ("HumanMessageChunk", "user"), ("ToolMessageChunk", "tool"),
        ("FunctionMessageChunk", "tool"), ("SystemMessageChunk", "system"),
    ])
    func `types are roles`(type: String, role: String) {
        #expect(read(message(type, #""content":"x","id":"i""#)).messages("my.chat").map(\.role.name) == [role])
    }

    @Test func `a chat message says its own role, a removal says nothing`() {
        let found = read(
            message("chat", #""content":"x","role":"critic""#),
            message("ChatMessageChunk", #""content":"y","role":"r""#),
            message("remove", #""content":"","id":"i""#))
        #expect(found.messages("my.chat").map(\.role.name) == ["critic", "r"])
        #expect(found.refusals.isEmpty)
    }

    @Test func `calls of either shape name their results`() {
        let old =
            #""content":"","additional_kwargs":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{ }"}}],"k":null}"#
        let new = #""content":"","tool_calls":[{"id":"b","name":"g","args":{"y":1,"x":"/"}}]"#
        let found = read(
            message("ai", old), message("ai", new), message("tool", #""content":"1","tool_call_id":"a""#),
            message("tool", #""content":"2","tool_call_id":"b","status":"error","artifact":{"z":1}"#),
            message("tool", #""content":"3","tool_call_id":"b","name":"own","status":"success""#))
        let messages = found.messages("my.chat").map { $0.toJSON() }
        #expect(messages[0]["tool_calls"] == [["id": "a", "function": ["name": "f", "arguments": "{ }"]]])
        #expect(messages[0]["metadata"] == ["additional_kwargs": ["k": .null]])
        #expect(messages[1]["tool_calls"]?[0]?["function"]?["arguments"] == #"{"x":"/","y":1}"#)
        #expect(messages[2...].map { $0["name"] } == ["f", "g", "own"])
        #expect(messages[3]["metadata"] == ["status": "error", "artifact": ["z": 1]])
        #expect(messages[4]["metadata"] == [:])
    }

    @Test func `what is known of an answer is kept`() {
        let metadata = read(
            message(
                "ai",
                #""content":["a",{"type":"image"}],"usage_metadata":{"n":1},"response_metadata":{"model_name":"m"},"#
                    + #""invalid_tool_calls":[{"id":"x"}],"name":"Bo","example":false"#)
        ).messages("my.chat")[0].toJSON()["metadata"]
        #expect(
            metadata == [
                "content_parts": ["a", ["type": "image"]], "usage": ["n": 1], "model": "m",
                "response_metadata": ["model_name": "m"], "invalid_tool_calls": [["id": "x"]],
            ])
    }

    @Test func `what is no message is refused, and the rest is read`() {
        let found = read(
            "7", "{}", #"{"type":"human"}"#, message("telepathy", #""content":"x""#), message("human", #""content":7"#),
            message("chat", #""content":"x""#), message("human", #""content":"ok""#))
        #expect(found.refusals.count == 6)
        #expect(found.messages("my.chat").map(\.content) == ["ok"])
        #expect(found.refusals[1].place.description == "d/my.chat.json:1, message 2")
    }

    @Test func `a file that is cut off gives what is whole`() {
        let whole = message("human", #""content":"ok""#)
        let found = Found.read(LangChainFile(), "[" + whole + ",\n" + whole.dropLast(9), file: "c.json")
        #expect(found.messages("c").map(\.content) == ["ok"])
        #expect(found.refusals == [ForeignRefusal(ForeignPlace(file: "c.json", line: 2), "The JSON ends too early")])
    }
}
