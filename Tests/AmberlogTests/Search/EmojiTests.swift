import Amberlog
import Testing

/// An emoji is a token, whatever it is made of.
@Suite struct EmojiTests {
    @Test(arguments: [
        ("😀", "😀"), ("👍🏽", "👍"), ("❤️", "❤"), ("❤", "❤"), ("👩🏽‍💻", "👩‍💻"), ("🇩🇪🇫🇷", "🇩🇪 🇫🇷"), ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("😀😀x", "😀 😀 x"), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"), ("1️⃣", "1"), ("great👍", "great 👍"), ("©2024™", "2024"), ("東😀", "東 😀"),
    ])
    func folds(_ text: String, _ expected: String) { #expect(terms(text) == expected) }

    @Test func `kind, place and position`() {
        let found = tokens("a 👍🏽 b")
        #expect(found.map(\.kind) == [.word, .emoji, .word])
        #expect(found.map(\.range) == [0..<1, 2..<10, 11..<12])
        #expect(found.map(\.position) == [0, 1, 2])
    }

    @Test func `an emoji without end is cut`() {
        let found = tokens("👩" + String(repeating: "\u{200D}👩", count: 1000))
        #expect(found.count == 1)
        #expect(found[0].bytes.count <= Tokenizer.termBytesMax)
        #expect(String(validating: found[0].bytes, as: UTF8.self) != nil)
    }
}
