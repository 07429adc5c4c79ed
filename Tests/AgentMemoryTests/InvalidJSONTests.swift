import AgentMemory
import Testing

@Suite struct InvalidJSONTests {
    @Test(arguments: [
        ("", 0), (" ", 1), ("nul", 0), ("nulL", 0), ("True", 0), ("tru", 0), ("[", 1), ("]", 0), ("{", 1), ("}", 0),
        ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1}", 2), ("{1:2}", 1), ("{\"a\"}", 4),
        ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{\"a\":1 \"b\":2}", 7), ("{'a':1}", 1), ("{\"a\":1]", 6), ("01", 0),
        ("-", 1), ("-a", 1), ("+1", 0), (".5", 0), ("1.", 2), ("1.e5", 2), ("1e", 2), ("1e+", 3), ("0x10", 1),
        ("NaN", 0),
        ("Infinity", 0), ("1e999", 0), ("-1e999", 0), ("\"", 1), ("\"abc", 4), ("\"\\", 2), ("\"\\x\"", 1),
        ("\"\\u12\"", 5), ("\"\\u12g4\"", 1), ("\"a\nb\"", 2), ("\"a\u{0}\"", 2), ("1 2", 2), ("null,", 4), ("{} x", 3),
        ("[1] \u{0}", 4), ("\u{FEFF}1", 0), ("/* */ 1", 0), ("--1", 1), ("1.2.3", 3), ("[1,,2]", 3),
        ("\"abcdefgh\u{1}\"", 9),
    ])
    func isRefusedWithItsOffset(_ text: String, _ offset: UInt64) {
        let error = #expect(throws: MemoryError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == .invalidMessage)
        #expect(error?.place.offset == offset || error?.place.offset == UInt64(text.utf8.count), "\(text): \(error!)")
        #expect(throws: MemoryError.self) { try MessageLine(parsing: #"{"role":"user","content":"x","k":\#(text)}"#) }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xEF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func brokenUTF8IsRefused(_ bytes: [UInt8]) {
        for padding in 0...9 {
            let text = Array(repeating: 0x61 as UInt8, count: padding)
            let error = #expect(throws: MemoryError.self) { try JSONValue(parsing: [0x22] + text + bytes + [0x22]) }
            #expect(error?.place.offset == UInt64(padding + 1))
        }
    }

    @Test func nestingHasALimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(128))
        for text in [nested(129), nested(100_000), String(repeating: "{\"a\":", count: 129)] {
            let error = #expect(throws: MemoryError.self) { try JSONValue(parsing: text) }
            #expect(error?.code == .tooLarge)
        }
        let line = #"{"role":"user","content":"x","metadata":{"deep":\#(nested(127))}}"#
        #expect(try MessageLine(parsing: line).message.metadata["deep"] != nil)
        let error = #expect(throws: MemoryError.self) {
            try MessageLine(parsing: #"{"role":"user","content":"x","metadata":{"deep":\#(nested(128))}}"#)
        }
        #expect(error?.code == .tooLarge)
    }
}
