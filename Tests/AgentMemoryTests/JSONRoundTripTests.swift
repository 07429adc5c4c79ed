import AgentMemory
import Testing

@Suite struct JSONRoundTripTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func generatedValuesSurvive(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let value = random.json()
            let bytes = value.serialized()
            let again = try JSONValue(parsing: bytes)
            #expect(again == value, "seed \(seed): \(value)")
            #expect(again.serialized() == bytes, "seed \(seed): equal values give equal bytes")
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func damagedBytesNeverTrap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            var bytes = random.json().serialized()
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    bytes[at] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.removeSubrange(at...)
                }
            }
            if let value = try? JSONValue(parsing: bytes) {
                #expect((try? JSONValue(parsing: value.serialized())) == value, "seed \(seed)")
            }
            _ = try? MessageLine(parsing: String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func everyCharacterThatIsEscapedComesBack() throws {
        let all = String(String.UnicodeScalarView((0...0x7F).map { Unicode.Scalar($0 as UInt8) }))
        #expect(try JSONValue(parsing: JSONValue.string(all).serialized()) == .string(all))
        #expect(
            JSONValue.string("\u{0}\u{8}\t\n\u{C}\r\u{1F}\"\\/").description
                == #""\u0000\b\t\n\f\r\u001f\"\\/""#)
    }

    @Test func stringsOfEveryLengthCrossTheWordBoundary() throws {
        for length in 0...40 {
            for tail in ["", "\"", "é", "\u{1}", "\\"] {
                let text = String(repeating: "x", count: length) + tail + String(repeating: "y", count: length % 7)
                #expect(try JSONValue(parsing: JSONValue.string(text).serialized()).stringValue == text)
            }
        }
    }

    @Test func keysComeInTheOrderOfTheirBytes() {
        let value: JSONValue = ["b": 1, "a": 2, "é": 3, "Z": 4, "aa": 5, "😀": 6, "\u{FFFD}": 7]
        #expect(value.description == #"{"Z":4,"a":2,"aa":5,"b":1,"é":3,"\#u{FFFD}":7,"😀":6}"#)
    }

    @Test func ofAKeyThatOccursTwiceTheLastCounts() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"\u0061":3}"#) == ["a": 3, "b": 2])
    }

    @Test func nonFiniteDoublesAreWrittenAsNull() {
        #expect(
            JSONValue.array([.double(.nan), .double(.infinity), .double(-.infinity)]).description == "[null,null,null]")
    }
}
