import AgentMemory
import Testing

@testable import ForeignStores

/// Chats a line, or messages a line that name their session.
@Suite struct OpenAIChatTests {
    private func read(_ lines: String..., session: String? = nil) -> Found {
        Found.read(OpenAIChat(), lines.joined(separator: "\n"), file: "d/my.chats.jsonl.gz", session: session)
    }

    private let chat = #"{"messages":[{"role":"user","content":"Hi"},{"role":"user","content":[{"text":"a"}]}],"k":1}"#

    @Test func `a chat is called after its file and line, or as it says`() {
        let named = #"{"session_id":7,"messages":[{"role":"user","content":"x"}],"metadata":{"title":"T"}}"#
        let found = read(chat, "", named, chat)
        #expect(found.said.map(\.session) == ["my.chats-1", "my.chats-1", "7", "my.chats-4", "my.chats-4"])
        #expect(found.sessions == ["my.chats-1": ["k": 1], "7": ["title": "T"], "my.chats-4": ["k": 1]])
        #expect(read(chat, session: "S").said.map(\.session) == ["S-1", "S-1"])
        #expect(found.messages("my.chats-1")[1].metadata == ["content_parts": [["text": "a"]]])
    }

    @Test func `messages a line need a session`() {
        let line = #"{"role":"user","content":"x","name":"Bo"}"#
        #expect(read(line).refusals.count == 1)
        #expect(read(line, session: "S").messages("S").map(\.content) == ["x"])
        #expect(read(#"{"session_id":"s","role":"assistant","content":null,"tool_calls":[]}"#).messages("s").count == 1)
    }

    @Test func `what can't be read is refused message by message`() {
        let found = read(
            #"{"messages":[{"role":"user"},{"content":"?"},{"role":"user","content":"ok"},7]}"#, "7", "[]", "{",
            #"{"messages":{}}"#, #"{"messages":[]}"#)
        #expect(found.said.map(\.message.content) == ["ok"])
        #expect(found.refusals.count == 7)
        #expect(found.refusals[0].place.description == "d/my.chats.jsonl.gz:1, message 1")
    }
}
