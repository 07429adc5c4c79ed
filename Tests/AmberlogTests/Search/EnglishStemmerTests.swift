import Amberlog
import AmberlogTestKit
import Testing

/// The stemmer does what its definition says.
@Suite struct EnglishStemmerTests {
    private func stem(_ word: String) -> String {
        var bytes = Array(word.utf8)
        var count = bytes.count
        bytes.withUnsafeMutableBufferPointer { EnglishStemmer.stem($0, count: &count) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test func `words have the stems of the definition`() {
        let pairs = englishStems.split { $0 == "," || $0 == "\n" }.map { $0.split(separator: " ").map(String.init) }
            .filter { !$0.isEmpty }
        #expect(pairs.count >= 300)
        for pair in pairs { #expect(pair.count == 2 && stem(pair[0]) == pair[1], "\(pair)") }
    }

    @Test(arguments: [
        ("", ""), ("a", "a"), ("''", "''"), ("'''", "'"), ("dog's", "dog"), ("dogs'", "dog"), ("'cause", "caus"),
        ("yyy", "yyy"),
        ("qrst", "qrst"),
    ])
    func odd(_ word: String, _ expected: String) { #expect(stem(word) == expected) }

    @Test func `no letters in any order trap, and no stem is longer than its word`() {
        let seed = TestSeed.next(named: "stems")
        var generator = SeededGenerator(seed: seed)
        let letters = Array("abcdeeiilnorsstuyy'g".utf8)
        for _ in 0..<20_000 {
            let word = String(
                decoding: (0..<generator.below(12)).map { _ in letters[generator.below(letters.count)] }, as: UTF8.self)
            let stem = stem(word)
            #expect(stem.utf8.count <= word.utf8.count && !stem.contains("Y"), "seed \(seed): \(word)")
        }
    }
}
