import Amberlog
import AmberlogTestKit
import FuzzTargets
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

    @Test func `random text`() throws {
        let seed = TestSeed.next(named: "tokens of random text")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1500 {
            let text = text(&generator, 40)
            try FuzzTarget.checkTokens(Array(text.utf8))
        }
    }

    @Test func `every scalar on its own and in a word`() throws {
        let scalars = (0..<0x11_0000 as Range<UInt32>).lazy.filter { $0 < 0x3400 || $0 % 61 == 0 }
            .compactMap(Unicode.Scalar.init)
        for scalar in scalars {
            try FuzzTarget.checkTokens(Array("ab\(scalar)c \(scalar)".utf8))
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

    @Test func `bytes that are no text do no harm`() throws {
        let seed = TestSeed.next(named: "tokens of random bytes")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            try FuzzTarget.checkTokens(generator.bytes(generator.below(60)))
        }
    }
}
