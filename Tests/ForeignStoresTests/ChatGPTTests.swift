import AgentMemory
import Testing

@testable import ForeignStores

/// Conversations of ChatGPT are trees: the way to the current node is what was said.
@Suite struct ChatGPTTests {
    private func node(_ id: String, _ parent: String?, _ more: String = "", text: String? = nil) -> String {
        let parent = parent.map { "\"\($0)\"" } ?? "null"
        let message =
            #"{"id":"\#(id)","author":{"role":"user"},"content":{"content_type":"text","parts":["\#(text ?? id)"]}\#(more)}"#
        return #""\#(id)":{"id":"\#(id)","parent":\#(parent),"children":[],"message":\#(message)}"#
    }

    private func conversation(_ nodes: [String], current: String? = nil, more: String = "") -> String {
        let current = current.map { "\"\($0)\"" } ?? "null"
        return
            #"{"conversation_id":"c","current_node":\#(current),"mapping":{\#(nodes.joined(separator: ","))}\#(more)}"#
    }

    private func read(_ conversations: String...) -> Found {
        Found.read(ChatGPTExport(), "[" + conversations.joined(separator: ",") + "]", file: "conversations.json")
    }

    @Test func `the way to the current node, and what is left is counted`() {
        let found = read(
            conversation(
                [node("a", nil), node("b", "a"), node("left", "a"), node("c", "b"), node("also", "left")], current: "c")
        )
        #expect(found.messages("c").map(\.content) == ["a", "b", "c"])
        #expect(found.losses.entries[.branch]?.count == 2)
        #expect(found.refusals.isEmpty)
    }

    @Test func `without a current node, the leaf with the latest time, the last of several`() {
        let nodes = [
            node("a", nil), node("x", "a", #","create_time":9"#), node("y", "a", #","create_time":10.5"#),
            node("z", "a", #","create_time":null"#),
        ]
        #expect(read(conversation(nodes)).messages("c").map(\.content) == ["a", "y"])
        #expect(read(conversation(nodes, current: "gone")).messages("c").map(\.content) == ["a", "y"])
        let even = [node("a", nil), node("q", "a"), node("p", "a")]
        #expect(read(conversation(even)).messages("c").map(\.content) == ["a", "p"])
    }

    @Test func `parents that are missing or go around end the way`() {
        #expect(read(conversation([node("b", "gone"), node("c", "b")], current: "c")).messages("c").count == 2)
        let around = [node("a", "c"), node("b", "a"), node("c", "b")]
        #expect(read(conversation(around, current: "c")).messages("c").map(\.content) == ["a", "b", "c"])
        #expect(read(conversation([node("a", "a")], current: "a")).messages("c").map(\.content) == ["a"])
        // Nobody is a leaf: nothing was said last.
        #expect(read(conversation([node("a", "b"), node("b", "a")])).messages("c").isEmpty)
    }

    @Test func `a way of many nodes takes no stack`() {
        let nodes = (0..<20_000).map { node("n\($0)", $0 == 0 ? nil : "n\($0 - 1)") }
        #expect(read(conversation(nodes, current: "n19999")).messages("c").count == 20_000)
    }

    @Test func `a time of its own, else the conversation's, else none`() {
        let nodes = [node("a", nil, #","create_time":5"#), node("b", "a", #","create_time":null"#)]
        let found = read(conversation(nodes, current: "b", more: #","create_time":7"#))
        #expect(found.messages("c").map(\.timestamp.secondsSince1970) == [5, 7])
        let none = read(conversation(nodes, current: "b"))
        #expect(none.messages("c").last?.timestamp == Found.unknownTime)
        #expect(none.losses.entries[.time]?.count == 1)
    }

    @Test func `what has no author, no mapping or a broken time is refused, and the rest is read`() {
        let nodes = [
            node("a", nil), node("b", "a", #","author":null"#), node("t", "b", #","create_time":"soon""#),
            #""n":{"parent":"t","message":7}"#, node("d", "n"),
        ]
        let found = read(
            conversation(nodes, current: "d"), #"{"id":"no-tree"}"#, #"{"mapping":{}}"#, "null", "[]", "\"\"")
        #expect(found.messages("c").map(\.content) == ["a", "d"])
        #expect(found.refusals.count == 8)
        #expect(found.refusals[0].place.description == "conversations.json, conversation c, node b")
    }

    @Test func `content of other kinds is kept as it is`() {
        let raw = #","content":{"content_type":"thoughts","thoughts":[{"content":"…"}]}"#
        let text =
            #","content":{"content_type":"code","text":"1+1"},"recipient":"python","metadata":{"model_slug":"m"}"#
        let found = read(conversation([node("a", nil, raw), node("b", "a", text)], current: "b"))
        let messages = found.messages("c")
        #expect(messages.map(\.content) == ["", "1+1"])
        #expect(messages[0].metadata["raw"]?["content_type"] == "thoughts")
        #expect(messages[1].metadata == ["recipient": "python", "model": "m"])
    }

    @Test func `hidden messages are passed over, and said to be`() {
        let hidden = #","metadata":{"is_visually_hidden_from_conversation":true}"#
        let found = read(conversation([node("a", nil, hidden), node("b", "a")], current: "b", more: #","title":"T""#))
        #expect(found.messages("c").map(\.content) == ["b"])
        #expect(found.losses.entries[.hidden]?.count == 1)
        #expect(found.sessions == ["c": ["title": "T"]])
    }
}
