import AgentMemory
import Testing

@testable import ForeignStores

/// google-adk's events, as JSON and in columns.
@Suite struct ADKTests {
    private func event(_ data: String, app: String = "a", session: String = "s") -> ForeignRow {
        row([
            "id": .text("e"), "app_name": .text(app), "user_id": .text("u"), "session_id": .text(session),
            "timestamp": .double(1_769_857_200), "event_data": .text(data),
        ])
    }

    private func read(_ rows: ForeignRow..., keepsOriginal: Bool = false) -> Found {
        Found.read(ADKReader(queries: [TableQuery("events", "")]), rows, keepsOriginal: keepsOriginal)
    }

    private func said(_ parts: String, author: String = "guide", _ rest: String = "") -> String {
        #"{"author":"\#(author)","content":{"parts":[\#(parts)]}\#(rest)}"#
    }

    @Test func `results come first, and share the event's id`() {
        let found = read(
            event(
                said(
                    #"{"text":"So."},{"function_response":{"id":"c","name":"look","response":{"result":"21"}}},"#
                        + #"{"function_response":{"id":"d","response":{"result":{"a":1}}}},"#
                        + #"{"function_call":{"id":"x","name":"go","args":{"b":2,"a":1}}}"#)))
        let messages = found.messages("a/u/s")
        #expect(messages.map(\.role) == [.tool, .tool, .assistant])
        #expect(messages.map(\.content) == ["21", #"{"result":{"a":1}}"#, "So."])
        #expect(messages.map(\.id) == ["e", "e#2", "e#3"])
        #expect(messages[2]["tool_calls"]?[0]?["function"]?["arguments"] == #"{"a":1,"b":2}"#)
    }

    @Test func `a result without a name has that of its call`() {
        let found = read(
            event(said(#"{"function_call":{"id":"c","name":"look"}}"#)),
            event(said(#"{"function_response":{"id":"c","response":null}}"#)))
        #expect(found.messages("a/u/s")[1]["name"] == "look")
        #expect(found.messages("a/u/s")[0]["tool_calls"]?[0]?["function"]?["arguments"] == "{}")
    }

    @Test func `thoughts are no text, but kept`() {
        let message = read(event(said(#"{"text":"Hm","thought":true},{"text":"So"}"#))).messages("a/u/s")[0]
        #expect(message.content == "So")
        #expect(message.metadata["content_parts"]?.arrayValue?.count == 2)
    }

    @Test func `what says nothing is passed over`() {
        let found = read(
            event("{}"), event(#"{"content":null}"#), event(#"{"content":{"parts":[]}}"#), event(#"{"content":{}}"#),
            event(said(#"{"text":"x"}"#, #","partial":true"#)))
        #expect(found.said.isEmpty && found.refusals.isEmpty)
    }

    @Test(arguments: [
        "", "7", "[]", #"{"content":7}"#, #"{"content":{"parts":7}}"#, #"{"content":{"parts":[7]},"author":"a"}"#,
        #"{"content":{"parts":[{"text":"x"}]}}"#,
        #"{"author":"a","timestamp":"never","content":{"parts":[{"text":"x"}]}}"#,
    ])
    func `what is no event is refused`(_ data: String) {
        let found = read(event(data))
        #expect(found.said.isEmpty && found.refusals.count == 1, "\(found.refusals)")
    }

    @Test func `sessions are app, user and id; calls don't reach from one into another`() {
        let found = read(
            event(said(#"{"function_call":{"id":"c","name":"look"}}"#)),
            event(said(#"{"function_response":{"id":"c","response":{}}}"#), app: "b"))
        #expect(Set(found.said.map(\.session)) == ["a/u/s", "b/u/s"])
        #expect(found.messages("b/u/s")[0]["name"] == nil)
    }

    @Test func `the older tables have an event in columns, and pickles are left alone`() throws {
        let older = row([
            "id": .text("e"), "app_name": .text("a"), "user_id": .text("u"), "session_id": .text("s"),
            "timestamp": .text("2026-01-31 11:00:00.5"), "author": .text("user"), "invocation_id": .text("i"),
            "content": .text(#"{"parts":[{"text":"x"}]}"#), "partial": .integer(0), "actions": .bytes([0x80, 5]),
        ])
        let found = read(older, keepsOriginal: true)
        let message = found.messages("a/u/s")[0]
        #expect(message.role == .user && message.content == "x" && message.metadata == ["invocation_id": "i"])
        #expect(message.timestamp.description == "2026-01-31T11:00:00.500000Z")
        #expect(try JSONValue(parsing: try #require(found.said[0].original))["content"] != nil)
    }
}
