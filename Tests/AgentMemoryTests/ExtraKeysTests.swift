import AgentMemory
import Testing

/// What stands beside role and content survives, wherever a reserved key turns up.
@Suite struct ExtraKeysTests {
    @Test func areKeptUnderOneKey() throws {
        let line = try MessageLine(
            parsing: #"{"role":"tool","content":"21 °C","tool_call_id":"call_7","metadata":{"a":1},"name":"weather"}"#)
        #expect(line.message.metadata == ["a": 1, "_extra": ["tool_call_id": "call_7", "name": "weather"]])
        #expect(line.message.toJSON()["tool_call_id"] == "call_7")
        #expect(line.message.toJSON()["metadata"] == ["a": 1])
    }

    @Test(arguments: [
        #""name":"x""#, #""_extra":5"#, #""_extra":{}"#, #""_extra":{"name":1}"#, #""_extra":{"role":1}"#,
        #""_extra":{"_extra":{"name":1}}"#, #""_extra":{"_extra":5}"#, #""_extra":{"_extra":{}}"#,
        #""_extra":5,"name":"x""#,
        #""_extra":{"role":1},"tool_calls":[]"#, #""__extra":1"#, #""metadata":{"_extra":{"name":1}}"#,
        #""metadata":{"_extra":5},"name":"x""#, #""metadata":{"_extra":1,"__extra":2,"___extra":3},"_extra":4"#,
        #""metadata":{"a":1,"extra":2,"_extras":3,"x_extra":4}"#, #""metadata":{},"name":null"#,
        #""metadata":{"\u005fextra":1}"#,
    ])
    func lineAndMessageConvertExactly(_ part: String) throws {
        let fields = #"{"role":"user","content":"x","timestamp":"2026-01-31T11:00:00.000000Z","#
        let text = fields + part + "}"
        let message = try MessageLine(parsing: text).message
        var bytes: [UInt8] = []
        message.appendLine(to: &bytes)
        var expected = try JSONValue(parsing: text).objectValue ?? [:]
        if expected["metadata"] == [:] { expected["metadata"] = nil }
        #expect(try JSONValue(parsing: bytes) == .object(expected))
        #expect(try MessageLine(parsing: String(decoding: bytes, as: UTF8.self)).message == message)
        #expect(try Message(json: try JSONValue(parsing: text)) == message)
    }

    @Test(
        arguments: [
            ["_extra": 5], ["_extra": [:]], ["_extra": ["role": 1]], ["_extra": ["name": 1]], ["_extra": ["_extra": 5]],
            ["_extra": ["_extra": ["name": 1]]], ["_extra": ["_extra": ["role": 1]]], ["__extra": 1, "_extra": 2],
            ["___extra": 1],
            ["_extra": ["_extra": 5, "name": 1]],
        ] as [[String: JSONValue]])
    func everyMetadataSurvives(_ metadata: [String: JSONValue]) throws {
        let message = Message(role: .user, content: "x", timestamp: Timestamp(microseconds: 0), metadata: metadata)
        var bytes: [UInt8] = []
        message.appendLine(to: &bytes)
        #expect(try MessageLine(parsing: String(decoding: bytes, as: UTF8.self)).message == message)
        #expect(try Message(json: message.toJSON()) == message)
    }

    @Test func nestingCountsWhatTheyAreKeptIn() throws {
        func line(_ depth: Int) -> String {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return #"{"role":"user","content":"x","deep":\#(nested)}"#
        }
        let message = try MessageLine(parsing: line(126)).message
        #expect(message.metadata["_extra"]?["deep"] != nil)
        let error = #expect(throws: MemoryError.self) { try MessageLine(parsing: line(127)) }
        #expect(error?.code == .tooLarge)
    }
}
