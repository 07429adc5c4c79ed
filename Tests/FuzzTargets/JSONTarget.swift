import AgentMemory

/// JSON. What is read is written and read again as the same value and the same bytes.
extension FuzzTarget {
    static let json = FuzzTarget("json", rounds: 2000, seeds: seedJSON) { input in
        let value: JSONValue
        do throws(MemoryError) {
            value = try JSONValue(parsing: input)
        } catch {
            try require(error.place.offset.map { $0 <= UInt64(input.count) } ?? false, "\(error) is nowhere")
            return
        }
        let written = value.serialized()
        let again = try JSONValue(parsing: written)
        try require(again == value, "\(value) is read as \(again)")
        try require(again.serialized() == written, "\(value) is written in two ways")
    }

    @Sendable private static func seedJSON() -> [String: [UInt8]] {
        let texts = [
            "literals": "[null,true,false]", "integers": "[0,-1,9223372036854775807,-9223372036854775808]",
            "doubles": "[1.0,-0.0,1e300,5e-324,9223372036854775808,0.1e+2]", "empty": "[{},[],\"\"]",
            "object": #"{"a":1,"b":{"c":[2]},"a":3}"#,
            "escapes": #"["\"\\\/\b\f\n\r\t","\u00e9\ud83d\ude00","\ud83d"]"#,
            "text": "[\"Grüße, 東京 👍🏽\",\"e\u{301}\"]", "space": " { \"k\" : [ 1 , 2 ]\n}\t",
            "long-string": "\"abcdefghijklmnopqrstuvwxyz\"",
            "deep": String(repeating: "[", count: 20) + String(repeating: "]", count: 20),
        ]
        return texts.mapValues { Array($0.utf8) }
    }
}
