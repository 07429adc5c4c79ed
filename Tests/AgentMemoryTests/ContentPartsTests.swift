import AgentMemory
import Testing

@Suite struct ContentPartsTests {
    @Test func partsBecomeTextAndAreKept() throws {
        let parts: JSONValue = [
            ["type": "text", "text": "What is"], ["type": "image_url", "image_url": [:]], "this?",
        ]
        let json: JSONValue = ["role": "user", "content": parts, "metadata": ["a": 1]]
        let message = try Message(json: ContentParts.flatten(json), timestamp: Timestamp(microseconds: 0))
        #expect(message.content == "What is\nthis?")
        #expect(message.metadata == ["a": 1, "content_parts": parts])
        let restored = ContentParts.restore(message.toJSON())
        #expect(restored["content"] == parts)
        #expect(restored["metadata"] == ["a": 1])
    }

    @Test func aCallOfToolsNeedsNoContent() throws {
        let json: JSONValue = ["role": "assistant", "content": .null, "tool_calls": [["id": "call_1"]]]
        let message = try Message(json: ContentParts.flatten(json), timestamp: Timestamp(microseconds: 0))
        #expect(message.content == "")
        #expect(ContentParts.restore(message.toJSON())["content"] == JSONValue.null)
        #expect(ContentParts.restore(message.toJSON())["tool_calls"] == [["id": "call_1"]])
    }

    @Test func everythingElseIsLeftAlone() {
        for json: JSONValue in [
            ["role": "user", "content": "x"], ["role": "user"], 7, ["role": "user", "content": 1],
        ] {
            #expect(ContentParts.flatten(json) == json)
            #expect(ContentParts.restore(json) == json)
        }
    }

    @Test func editedTextIsNotReplaced() throws {
        let json = ContentParts.flatten(["role": "user", "content": ["a"]])
        var message = try Message(json: json)
        message.content = "edited"
        #expect(ContentParts.restore(message.toJSON())["content"] == "edited")
    }
}
