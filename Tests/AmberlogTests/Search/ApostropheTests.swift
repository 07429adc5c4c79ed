import Amberlog
import Testing

/// A word is found with its apostrophe and without.
@Suite struct ApostropheTests {
    @Test(arguments: [
        ("don't", "dont"), ("don’t", "dont"), ("DON'T", "dont"), ("Alice's", "alice"), ("Alice’s cat", "alice cat"),
        ("the dogs' bowl", "the dogs bowl"), ("I'd I'm we'll they've you're", "i i we they you"),
        ("couldn't've", "couldnt"), ("'quoted'", "quoted"), ("'tis", "tis"), ("Alice's—", "alice"),
        ("l'amour", "l amour"), ("c’est d'accord", "c est d accord"), ("п'ять п’ять пʼять", "п ять п ять п ять"),
        ("O'Brien", "obrien o brien"), ("o'clock", "oclock o clock"), ("dell'arte", "dellarte dell arte"),
        ("rock'n'roll", "rocknroll rock n roll"), ("jusqu'à", "jusqua jusqu a"), ("5'10", "5 10"), ("x'", "x"),
        ("a''b", "a b"),
    ])
    func folds(_ text: String, _ expected: String) { #expect(terms(text) == expected) }

    @Test func `places end before what comes off`() {
        #expect(tokens("Alice's don't").map(\.range) == [0..<5, 8..<13])
    }
}
