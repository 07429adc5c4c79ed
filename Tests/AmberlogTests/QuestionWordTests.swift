import Amberlog
import Testing

/// Which words of a question say nothing about what it is about.
@Suite struct QuestionWordTests {
    private func isFunctionWord(_ word: String, _ languages: QuestionWords.Languages = .english) -> Bool {
        var word = word
        return word.withUTF8 { QuestionWords.contains(UnsafeRawBufferPointer($0), in: languages) }
    }

    private func meaningful(_ text: String, _ languages: QuestionWords.Languages = .english) -> String {
        let words = text.split(separator: " ").map(String.init)
        return QuestionWords.settingAside(from: words) { isFunctionWord($0, languages) }.joined(separator: " ")
    }

    @Test(
        arguments: [
            ("what did caroline say about the support group", "caroline say support group"),
            ("when did melanie paint a sunrise", "melanie paint sunrise"), ("whats my user id", "user id"),
            ("where does she work in may", "work may"), ("is it raining", "raining"),
            ("didnt they go to the us", "go us"),
            // Nothing else remains.
            ("who are you", "who are you"), ("what", "what"), ("", ""), ("garden", "garden"),
        ])
    func `function words are set aside if others remain`(_ text: String, _ expected: String) {
        #expect(meaningful(text) == expected)
    }

    @Test func `other languages on request`() {
        #expect(meaningful("ou habite ma soeur") == "ou habite ma soeur")
        #expect(meaningful("ou habite ma soeur", .french) == "habite soeur")
        #expect(meaningful("donde vive mi hermana", .spanish) == "vive hermana")
        #expect(meaningful("wo wohnt meine schwester", .german) == "wohnt schwester")
        #expect(meaningful("dove abita mia sorella", .italian) == "abita sorella")
        #expect(meaningful("onde mora a minha irma", .portuguese) == "mora irma")
        #expect(meaningful("what war did die begin", .english) == "war die begin")
        #expect(meaningful("what war did die begin", [.english, .german]) == "begin")
        #expect(!isFunctionWord("the", .french) && isFunctionWord("the", .all) && !isFunctionWord("the", []))
    }

    @Test func `no word that people ask about`() {
        for word in [
            "may", "us", "well", "ill", "id", "before", "after", "march", "name", "work", "", "th", "thee", "zzz",
        ] {
            #expect(!isFunctionWord(word), "\(word)")
        }
        #expect(!isFunctionWord(String(repeating: "a", count: 5000), .all))
        #expect(!isFunctionWord("THE") && !isFunctionWord("th\u{E9}"))
    }
}
