import Amberlog

/// The terms of any text, or of bytes that are none.
extension FuzzTarget {
    static let token = FuzzTarget("token", rounds: 2000, seeds: seedTexts) { input in
        try checkTokens(Array(input))
    }

    /// Tokens are in the text, in order; of well-formed text they are on boundaries of scalars, and text themselves.
    ///
    /// - Throws: ``Contradiction``
    package static func checkTokens(_ bytes: [UInt8]) throws {
        let isText = String(validating: bytes, as: UTF8.self) != nil
        let tokenizer = Tokenizer()
        var start = 0
        var position = 0
        var failure: Contradiction?
        func expect(_ condition: Bool, _ what: String) {
            if !condition, failure == nil { failure = Contradiction("\(what) in \(bytes)") }
        }
        bytes.withUnsafeBytes { text in
            tokenizer.forEachToken(in: text) { token in
                expect(
                    token.start >= 0 && token.start <= token.end && token.end <= bytes.count, "A token out of bounds")
                guard isText, failure == nil else { return }
                expect(token.start >= start && token.start < token.end, "A token before the one before it")
                expect(token.position >= position && token.position <= position + 1, "A position out of order")
                for place in [token.start, token.end] where place < bytes.count {
                    expect(bytes[place] & 0xC0 != 0x80, "A token that cuts a scalar")
                }
                (start, position) = (token.start, token.position)
                let term = Array(token.term)
                expect(1...Tokenizer.termBytesMax ~= term.count, "A term of \(term.count) bytes")
                expect(String(validating: term, as: UTF8.self) != nil, "A term that is no text")
                expect(token.hash == term.withUnsafeBytes { TermHash.of($0) }, "A hash of something else")
            }
        }
        if let failure { throw failure }
    }

    @Sendable private static func seedTexts() -> [String: [UInt8]] {
        let texts = [
            "words": "Alice's mother can't come, O'Brien said.",
            "identifiers": "getUserName user_id /usr/local/bin HTTPServer a1b2c3 16GB",
            "addresses": "https://example.com/a?b=c alice@example.com 3.11.2 std::vector well-known",
            "diacritics": "Grüße e\u{301} İstanbul ß Ⱥ", "scripts": "東京に住む 서울 ไทย क्षि မြန်မာ ខ្មែរ ｶﾞ か\u{3099}",
            "emoji": "👍🏽 ❤️ 🇩🇪 1\u{FE0F}\u{20E3} 👨‍👩‍👧",
            "long": String(repeating: "x", count: 70) + " " + String(repeating: "aB", count: 70),
            "marks": "\u{AD}a\u{2060}b\u{0}c\u{FEFF}", "no-text": "a",
        ]
        var seeds = texts.mapValues { Array($0.utf8) }
        seeds["no-text"] = [0x61, 0xC3, 0x20, 0xE4, 0xBA, 0x80, 0xFF, 0xF0, 0x9F, 0x98]
        return seeds
    }
}
