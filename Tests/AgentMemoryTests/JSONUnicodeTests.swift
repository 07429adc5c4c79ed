import AgentMemory
import Testing

@Suite struct JSONUnicodeTests {
    @Test(arguments: [
        (#""\u0041\u00e9\u6771""#, "Aé東"), (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00!""#, "😀!"),
        (#""\u0000""#, "\u{0}"),
        (#""\/\b\f\n\r\t\"\\""#, "/\u{8}\u{C}\n\r\t\"\\"), (#""😀 東京 é""#, "😀 東京 é"), (#""\udbff\udfff""#, "\u{10FFFF}"),
        (#""abcdefgh\n12345678\t""#, "abcdefgh\n12345678\t"),
    ])
    func readsEscapesAndCharacters(_ json: String, _ text: String) throws {
        #expect(try JSONValue(parsing: json).stringValue?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
        (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud83d\n""#, "\u{FFFD}\n"),
    ])
    func surrogatesAloneBecomeReplacementCharacters(_ json: String, _ text: String) throws {
        #expect(try JSONValue(parsing: json) == .string(text))
    }

    @Test func whiteSpaceIsWhatTheStandardSays() throws {
        #expect(try JSONValue(parsing: " \t\r\n[ \n1 , 2\t]\r ") == [1, 2])
        #expect(throws: MemoryError.self) { try JSONValue(parsing: "\u{A0}1") }
        #expect(throws: MemoryError.self) { try JSONValue(parsing: "\u{B}1") }
    }
}
