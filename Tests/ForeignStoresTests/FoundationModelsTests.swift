import AgentMemory
import Testing

@testable import ForeignStores

/// Transcripts of FoundationModels.
@Suite struct FoundationModelsTests {
    private func read(_ entries: String, head: String = #""version":1"#) -> Found {
        Found.read(
            FoundationModels(),
            #"{"type":"FoundationModels.Transcript",\#(head),"transcript":{"entries":\#(entries)}}"#,
            file: "dir/my.chat.json")
    }

    @Test func `roles, calls with text or object, results named by their call`() {
        let messages = read(
            #"[{"id":"1","role":"instructions","contents":[{"type":"text","text":"Be"}]},"#
                + #"{"id":"2","role":"response","contents":[],"toolCalls":[{"id":"t","name":"look","arguments":{"z":1,"a":2}},"#
                + #"{"id":"u","name":"see","arguments":"{ }"}]},"#
                + #"{"id":"3","role":"tool","toolCallID":"t","contents":[{"type":"text","text":"fog"}]},"#
                + #"{"id":"4","role":"tool","toolCallID":"u","toolName":"own"}]"#
        ).messages("my.chat").map { $0.toJSON() }
        #expect(messages.map { $0["role"] } == ["system", "assistant", "tool", "tool"])
        #expect(messages[1]["tool_calls"]?[0]?["function"]?["arguments"] == #"{"a":2,"z":1}"#)
        #expect(messages[1]["tool_calls"]?[1]?["function"]?["arguments"] == "{ }")
        #expect(messages.map { $0["name"] } == [nil, nil, "look", "own"])
        #expect(messages[0]["metadata"] == [:])
    }

    @Test func `a structure counts as its JSON`() {
        let found = read(
            #"[{"role":"response","contents":[{"type":"text","text":"See:"},{"structure":{"b":1,"a":[]}}]}]"#)
        #expect(found.messages("my.chat")[0].content == "See:\n{\"a\":[],\"b\":1}")
        #expect(found.messages("my.chat")[0].metadata["content_parts"]?.arrayValue?.count == 2)
    }

    @Test(arguments: [#""version":2"#, #""version":"1""#, #""v":1"#])
    func `other versions are refused`(head: String) {
        let found = read(#"[{"role":"user"}]"#, head: head)
        #expect(found.refusals.count == 1 && found.said.isEmpty)
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"type\":\"FoundationModels.Transcript\",\"version\":1}", "{\"type\":\"Foun", "7 8",
    ])
    func `what is no transcript is refused`(text: String) {
        let found = Found.read(FoundationModels(), text)
        #expect(found.refusals.count == 1 && found.said.isEmpty)
    }

    @Test func `entries that can't be read are refused one by one`() {
        let found = read(#"[7,{"contents":[]},{"role":"user","contents":"x"},{"role":"user","contents":null}]"#)
        #expect(found.refusals.count == 3)
        #expect(found.messages("my.chat").map(\.content) == [""])
    }
}
