import AgentMemory
import Testing

@testable import ForeignStores

/// Which keys of a server are sessions, and how sure a layout is of them.
@Suite struct KeyLayoutTests {
    private func keys(_ types: KeyValuePairs<String, String>) -> [ServerKey] {
        types.map { ServerKey(name: $0.key, type: $0.value) }
    }

    private func found(_ types: KeyValuePairs<String, String>) -> [String] {
        ForeignLayouts.redis.recognize(keys(types)).map { "\($0.layout.name) \($0.recognition.confidence)" }
    }

    @Test func `keys are known by what they begin with, and their types`() {
        #expect(found(["agentz:memory:a": "list"]) == ["aakit-redis certain"])
        #expect(found(["agents:session:a": "hash"]) == ["openai-agents-redis certain"])
        #expect(found(["agents:session:a:messages": "list"]) == ["openai-agents-redis likely"])
        #expect(found(["message_store:a": "list", "agents:session:a": "hash"]).count == 2)
        #expect(
            found([
                "agentz:memory:a": "string", "agentz:sessions:a": "list", "message_store": "list",
                "agents:session:a": "list", "agents:sessions:a": "hash", "message_store:a": "stream",
            ]).isEmpty)
    }

    @Test func `a session's name is all that follows the prefix, in the order of bytes`() {
        let found = LangChainKeys().sessions(
            of: keys([
                "message_store:b:1": "list", "message_store:": "list", "message_store:\u{301}": "list", "x": "list",
            ]))
        #expect(found.sessions.map(\.name) == [.known(""), .known("b:1"), .known("\u{301}")])
        #expect(found.sessions.map(\.list) == ["message_store:", "message_store:b:1", "message_store:\u{301}"])
        #expect(found.refused.isEmpty)
    }

    @Test func `hashes and lists of openai-agents are told apart by their types`() {
        let found = OpenAIAgentsKeys().sessions(
            of: keys([
                "agents:session:x": "hash", "agents:session:x:messages": "hash",
                "agents:session:x:messages:messages": "list", "agents:session:lost:messages": "list",
                "agents:session:x:counter": "string", "agents:session:w": "hash",
                "agents:session:w:messages": "string", "agents:session:l": "list", "agents:session:z": "zset",
            ]))
        #expect(
            found.sessions == [
                .init(
                    list: "agents:session:lost:messages", name: .field("session_id", of: "agents:session:lost")),
                .init(
                    list: "agents:session:x:messages:messages",
                    name: .field("session_id", of: "agents:session:x:messages")),
            ])
        #expect(found.refused.map(\.key) == ["agents:session:l", "agents:session:w:messages", "agents:session:z"])
    }

    @Test func `records of AA Kit in lists`() {
        var output = ForeignOutput(ReadingOptions(unknownTime: Found.unknownTime))
        var reader = AAKitKeys().reader(output.options)
        let records = [
            #"{"session_id":"other","timestamp":1.5,"role":"user","content":"hi","metadata":{"k":1},"more":2}"#,
            #"{"role":"user","content":"no time"}"#, #"{"role":"user","content":null}"#, "7",
        ]
        for record in records {
            reader.add(row(["session_id": .text("s"), "record": .bytes(Array(record.utf8))]), into: &output)
        }
        reader.finish(into: &output)
        var found = Found()
        found.take(&output)
        #expect(found.messages("s").map(\.content) == ["hi", "no time"])
        #expect(found.messages("s").first?.timestamp == Timestamp(microseconds: 1_500_000))
        #expect(found.messages("s").first?.metadata == ["k": 1])
        #expect(found.refusals.count == 2)
        #expect(Set(found.losses.entries.keys) == [.field("more"), .time])
    }
}
