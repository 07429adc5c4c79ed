import Amberlog
import AmberlogTestKit
import Testing

/// What a word is, and that the fast way finds the same as the slow one.
@Suite struct WordTests {
    @Test(arguments: [
        ("", ""), (" \n\t!?…—", ""), ("a", "a"), ("one  two\nthree", "one two three"), ("(x)", "x"),
        ("“quoted”", "quoted"),
        ("a,b;c", "a b c"), ("end. Next", "end next"), ("wait...what", "wait what"), ("a - b", "a b"), ("€5", "5"),
        ("naïve—really", "naive really"), ("\u{FEFF}start", "start"),
    ])
    func cuts(_ text: String, _ expected: String) { #expect(terms(text) == expected) }

    @Test func `kinds and what may be stemmed`() {
        #expect(kinds("word 42 Δx") == [.word, .number, .word, .word])
        #expect(tokens("running at 42 straße ДОМ").map(\.isStemmable) == [true, false, false, true, false])
        #expect(!tokens(Array("running".utf8), Tokenizer.Options(stemsEnglish: false))[0].isStemmable)
    }

    @Test func `a change of script ends a word`() {
        #expect(placed("Pythonで書く") == "python@0 で@1 で書@1 書@2 書く@2 く@3")
        #expect(placed("2024年") == "2024@0 年@1")
        #expect(placed("abcдом") == "abc@0 дом@1")
        #expect(placed("x东y") == "x@0 东@1 y@2")
    }

    @Test func `a long word is cut to 64 bytes at a scalar`() throws {
        for length in 60...70 {
            let found = tokens(String(repeating: "a", count: length))
            #expect(found.map(\.term) == [String(repeating: "a", count: min(64, length))])
            #expect(found.map(\.range) == [0..<length])
        }
        let long = try #require(tokens("x" + String(repeating: "д", count: 10_000)).last)
        #expect(long.bytes.count == 64)
        let odd = try #require(tokens("ა" + String(repeating: "ა", count: 500)).last)
        #expect(odd.bytes.count == 63)
        #expect(odd.range == 0..<1503)
    }

    @Test func `the fast way and the slow one agree`() {
        let seed = TestSeed.next(named: "words")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            let isNumber = generator.chance(20)
            let letters = (0...generator.below(40)).map { index -> String in
                if isNumber { return String(generator.below(10)) }
                let letter = String(UnicodeScalar(UInt8(97 + generator.below(26))))
                return index == 0 && generator.chance(30) ? letter.uppercased() : letter
            }
            // A soft hyphen makes no difference, but it is not ASCII.
            let cut = generator.below(letters.count)
            let slow = letters[...cut].joined() + "\u{AD}" + letters[(cut + 1)...].joined()
            let (fast, other) = (tokens(letters.joined()), tokens(slow))
            #expect(fast.map(\.term) == other.map(\.term), "seed \(seed)")
            #expect(fast.map(\.hash) == other.map(\.hash), "seed \(seed)")
            #expect(fast.map(\.kind) == other.map(\.kind), "seed \(seed)")
            #expect(fast.map(\.isStemmable) == other.map(\.isStemmable), "seed \(seed)")
        }
    }

    @Test func `words of up to eight letters have hashes of their own`() {
        var hashes = Set<UInt64>()
        var count = 0
        let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
        for first in letters {
            for second in letters {
                for third in letters + [""] {
                    for token in tokens(first + second + third) { hashes.insert(token.hash) }
                    count += 1
                }
            }
        }
        #expect(hashes.count == count)
    }
}
