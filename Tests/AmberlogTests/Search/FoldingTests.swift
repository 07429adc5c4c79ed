import Amberlog
import Testing

/// Words that a person takes for the same are the same term.
@Suite struct FoldingTests {
    @Test(arguments: [
        ("Hello, WORLD!", "hello world"), ("CAFÉ", "cafe"), ("cafe\u{301}", "cafe"), ("École", "ecole"),
        ("Straße", "strasse"), ("ØRSTED", "orsted"), ("İstanbul", "istanbul"), ("ΣΟΦΌΣ", "σοφοσ"), ("Ёлка", "елка"),
        ("и\u{306}", "и"), ("שָׁלוֹם", "שלום"), ("أحمد", "احمد"), ("ا\u{654}حمد", "احمد"), ("کتاب", "كتاب"),
        ("हिन्दी", "हिन्दी"), ("फ़", "फ"), ("ＡＢＣ１２", "abc12 abc 12"), ("Å", "a"), ("soft\u{AD}hyphen", "softhyphen"),
    ])
    func folds(_ text: String, _ expected: String) { #expect(terms(text) == expected) }

    @Test func `an accent changes neither the term nor its hash`() throws {
        let plain = try #require(tokens("resume").first)
        let accented = try #require(tokens("Résumé").first)
        #expect(plain.hash == accented.hash)
        #expect(accented.range == 0..<8)
        #expect(accented.isStemmable)
    }

    @Test func `composed and decomposed vowels of India are the same`() {
        #expect(terms("কখনো") == terms("কখন\u{09C7}\u{09BE}"))
        #expect(terms("போகம்") == terms("ப\u{0BC7}\u{0BBE}கம்"))
    }

    @Test func `a mark at the end belongs to the word`() {
        #expect(tokens("cafe\u{301} x").map(\.range) == [0..<6, 7..<8])
    }
}
