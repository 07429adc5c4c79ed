import AgentMemory
import Foundation
import Testing

@Suite struct JSONAccessTests {
    let value: JSONValue = ["n": .null, "b": true, "i": 7, "d": 1.5, "s": "x\(1)", "a": [1, "two"], "o": ["k": "v"]]

    @Test func looksInside() {
        #expect(value["n"]?.isNull == true)
        #expect(value["b"]?.boolValue == true)
        #expect(value["i"]?.integerValue == 7)
        #expect(value["i"]?.doubleValue == 7)
        #expect(value["d"]?.doubleValue == 1.5)
        #expect(value["d"]?.integerValue == nil)
        #expect(value["s"]?.stringValue == "x1")
        #expect(value["a"]?[1]?.stringValue == "two")
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["o"]?["k"]?.stringValue == "v")
        #expect(value["missing"] == nil)
        #expect(value[0] == nil)
        #expect(value["a"]?.arrayValue?.count == 2)
        #expect(value.objectValue?.count == 7)
    }

    @Test func goesThroughFoundationsCoders() throws {
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
    }

    @Test func integersAndDoublesAreNotEqual() {
        #expect(JSONValue.integer(1) != JSONValue.double(1))
    }
}
