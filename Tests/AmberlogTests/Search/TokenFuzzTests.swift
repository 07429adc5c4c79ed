import Amberlog
import AmberlogTestKit
import Testing

/// Whatever the text is, tokens are in it, in order, on boundaries of scalars.
@Suite struct TokenFuzzTests {
    private static let pieces = [
        "a", "B", "word", "URL", "7", "42", " ", ".", "/", "_", "__", "@", ":", "::", "://", "-", "'", "’", "'s", "'t",
        "é",
        "e\u{301}", "\u{301}", "ß", "Ⱥ", "İ", "д", "Д", "α", "ش", "ى", "क्षि", "ไทย", "東", "京", "ｶ", "ﾞ", "か", "\u{3099}",
        "서", "\u{1112}", "\u{1161}", "\u{11AB}", "😀", "👍🏽", "❤️", "\u{200D}", "\u{FE0F}", "🇩", "🇩🇪", "\u{20E3}", "𠮷", "𝐀",
        "\u{AD}", "\u{2060}", "\n", "…", "\u{0}", "\u{10FFFF}", "Ａ", "１", "camelCase", "HTTPServer", "a1b2c3",
        "O'Brien",
        String(repeating: "x", count: 70), String(repeating: "é", count: 50), String(repeating: "aB", count: 60),
    ]

    private func text(_ generator: inout SeededGenerator, _ length: Int) -> String {
        (0..<generator.below(length)).map { _ in TokenFuzzTests.pieces[generator.below(TokenFuzzTests.pieces.count)] }
            .joined()
    }

    private func check(_ found: [CollectedToken], _ bytes: [UInt8], _ note: String) {
        var start = 0
        var position = 0
        for token in found {
            #expect(token.range.lowerBound >= start && token.range.upperBound <= bytes.count, "\(note)")
            #expect(!token.range.isEmpty && token.position >= position && token.position <= position + 1, "\(note)")
            for place in [token.range.lowerBound, token.range.upperBound] where place < bytes.count {
                #expect(bytes[place] & 0xC0 != 0x80, "\(note)")
            }
            (start, position) = (token.range.lowerBound, token.position)
            #expect(1...Tokenizer.termBytesMax ~= token.bytes.count, "\(note)")
            #expect(String(validating: token.bytes, as: UTF8.self) != nil, "\(note)")
            #expect(token.hash == token.bytes.withUnsafeBytes { TermHash.of($0) }, "\(note)")
        }
    }

    @Test func `random text`() {
        let seed = TestSeed.next(named: "tokens of random text")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1500 {
            let text = text(&generator, 40)
            check(tokens(text), Array(text.utf8), "seed \(seed): \(text.debugDescription)")
        }
    }

    @Test func `every scalar on its own and in a word`() {
        let scalars = (0..<0x11_0000 as Range<UInt32>).lazy.filter { $0 < 0x3400 || $0 % 61 == 0 }
            .compactMap(Unicode.Scalar.init)
        for scalar in scalars {
            let bytes = Array("ab\(scalar)c \(scalar)".utf8)
            check(tokens(bytes), bytes, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test func `a space parts whatever stands around it`() {
        let seed = TestSeed.next(named: "tokens of joined texts")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let (left, right) = (text(&generator, 12), text(&generator, 12))
            let first = tokens(left)
            let shift = left.utf8.count + 1
            // A mark after the space is nothing at the start of a text, either.
            let positions = tokens(left + " x").last?.position ?? 0
            let second = tokens(right).map { token in
                var token = token
                token.position += positions
                token.range = token.range.lowerBound + shift..<token.range.upperBound + shift
                return token
            }
            #expect(
                tokens(left + " " + right) == first + second, "seed \(seed): \((left + " " + right).debugDescription)")
        }
    }

    @Test func `bytes that are no text do no harm`() {
        let seed = TestSeed.next(named: "tokens of random bytes")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let bytes = generator.bytes(generator.below(60))
            for token in tokens(bytes) {
                #expect(token.range.lowerBound >= 0 && token.range.upperBound <= bytes.count, "seed \(seed)")
            }
        }
    }
}
