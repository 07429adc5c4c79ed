import AgentMemory
import Testing

/// Texts become words that any index splits at the same places.
@Suite struct FoldedWordsTests {
    @Test(arguments: [
        ("", ""), ("  ...\u{0}", ""), ("Hello, World!", "hello world"), ("Le CAFÉ de\u{301}ja\u{300}", "le cafe deja"),
        ("user_id a-b C++", "user id a b c"), ("東京tower 大阪", "東 京 tower 大 阪"), ("Жёлтый ΆΛΦΑ", "желтыи αλφα"),
        ("\u{301}x\u{301}", "x"), ("हिन्दी", "हिन्दी"), ("a\u{0}b\"c", "a b c"), ("½ x² 42", "½ x² 42"),
    ])
    func `texts and their words`(_ text: String, _ words: String) {
        #expect(Array(FoldedWords.text(of: text).utf8) == Array(words.utf8))
    }

    @Test func `the text of words is the words of a scan`() {
        let scalars: [Unicode.Scalar] = [
            "a", "Z", "9", " ", "-", "\u{0}", "é", "\u{301}", "ß", "Ж", "東", "ん", "한", "ﬁ", "ि", "👍", "\u{10FFFF}", "İ",
        ]
        var state: UInt64 = 42
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.unicodeScalars.append(scalars[Int(state >> 33) % scalars.count])
            }
            var words: [String] = []
            FoldedWords.scan(text) { word in
                words.append(word.text)
                return true
            }
            let joined = FoldedWords.text(of: text)
            #expect(
                Array(joined.utf8) == Array(words.joined(separator: " ").utf8), "\(text.unicodeScalars.map(\.value))")
        }
    }

    @Test func `places are those of the text`() {
        let text = "¡Ünïted e\u{301}té, 東京!"
        var found: [String] = []
        FoldedWords.scan(text) { word in
            found.append(String(decoding: Array(text.utf8)[word.range], as: UTF8.self))
            return true
        }
        #expect(found.map { Array($0.utf8) } == ["Ünïted", "e\u{301}té", "東", "京"].map { Array($0.utf8) })
    }

    @Test func `a scan ends when it is told to`() {
        var count = 0
        FoldedWords.scan("one two 三四 five") { _ in
            count += 1
            return count < 3
        }
        #expect(count == 3)
    }
}
