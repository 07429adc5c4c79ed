import AgentMemory
import Foundation
import Testing

@Suite struct MessageCodingTests {
    let message = Message(
        role: "developer", content: "Hello\u{0}", timestamp: Timestamp("2026-01-31T11:00:00.5Z")!, metadata: ["n": 1],
        id: "m")

    @Test func hasTheShapeOfTheReference() {
        #expect(
            message.toJSON() == [
                "role": "developer", "content": "Hello\u{0}", "timestamp": "2026-01-31T11:00:00.500000Z",
                "metadata": ["n": 1], "id": "m",
            ])
        let plain = Message(role: .user, content: "x", timestamp: Timestamp(microseconds: 0))
        #expect(plain.toJSON()["metadata"] == [:])
        #expect(plain.toJSON()["id"] == nil)
    }

    @Test func goesThroughFoundationsCoders() throws {
        let data = try JSONEncoder().encode([message])
        #expect(try JSONValue(parsing: Array(data)) == [message.toJSON()])
        #expect(try JSONDecoder().decode([Message].self, from: data) == [message])
    }

    @Test func decodingErrorsSayWhatIsMissing() throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Message.self, from: Data(#"{"role":"user"}"#.utf8))
        }
        #expect("\(error!)".contains("no content"))
    }

    @Test func equalityPassesOverTheSequence() {
        var stored = message
        stored.sequence = 9
        #expect(stored == message)
        #expect(Set([stored, message]).count == 1)
    }
}
