/// The words that say nothing about what a question is about.
///
/// ```swift
/// // What did Caroline say about the support group?
/// let terms = ["what", "did", "caroline", "say", "about", "the", "support", "group"]
/// let meaningful = QuestionWords.settingAside(from: terms) { term in
///     term.utf8.withContiguousStorageIfAvailable { QuestionWords.contains(UnsafeRawBufferPointer($0)) } ?? false
/// }
/// print(meaningful)  // ["caroline", "say", "support", "group"]
/// ```
///
/// Rare or not, such words are in a question because of its grammar, and a message that shares them is no answer for
/// it: `what did you do` finds other questions. Set them aside only in the words of a query that may or may not be
/// there: who writes `+who` or `"the who"` means it.
///
/// The tables hold words as the tokenizer folds them and are left without words that people ask about as often: `may`
/// (the month), `us` (the country), `well`, `ill`, `id`, `before` and `after`. English alone is set aside unless others
/// are asked for, as many function words of one language mean something in another: the German `war`, `die` and `hat`.
package enum QuestionWords {
    /// Whose function words count.
    package struct Languages: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let english = Languages(rawValue: 1)
        package static let french = Languages(rawValue: 2)
        package static let german = Languages(rawValue: 4)
        package static let italian = Languages(rawValue: 8)
        package static let portuguese = Languages(rawValue: 16)
        package static let spanish = Languages(rawValue: 32)
        /// Every language that has a table.
        package static let all: Languages = [.english, .french, .german, .italian, .portuguese, .spanish]
    }

    /// Whether a word is a function word of one of the languages.
    ///
    /// Complexity: O(log *n*) comparisons for a table of *n* words, 120 to 200; nothing is allocated.
    ///
    /// - Parameter word: UTF-8, folded as the tokenizer does and not stemmed.
    package static func contains(_ word: UnsafeRawBufferPointer, in languages: Languages = .english) -> Bool {
        guard !word.isEmpty, word.count <= longest else { return false }
        if languages.contains(.english), find(word, in: QuestionWordTables.english) { return true }
        if languages.isSubset(of: .english) { return false }
        return (languages.contains(.french) && find(word, in: QuestionWordTables.french))
            || (languages.contains(.german) && find(word, in: QuestionWordTables.german))
            || (languages.contains(.italian) && find(word, in: QuestionWordTables.italian))
            || (languages.contains(.portuguese) && find(word, in: QuestionWordTables.portuguese))
            || (languages.contains(.spanish) && find(word, in: QuestionWordTables.spanish))
    }

    /// The terms without the function words among them, or all of them if nothing else would remain: `who are you` is
    /// still a query.
    ///
    /// Complexity: O(*n*), with one call of `isFunctionWord` for each term.
    package static func settingAside<Term>(from terms: [Term], where isFunctionWord: (Term) -> Bool) -> [Term] {
        let meaningful = terms.filter { !isFunctionWord($0) }
        return meaningful.isEmpty ? terms : meaningful
    }

    /// The length of the longest word of any table, in bytes.
    package static let longest = 10

    private static func find(_ word: UnsafeRawBufferPointer, in table: [StaticString]) -> Bool {
        var low = 0
        var high = table.count
        while low < high {
            let middle = (low + high) / 2
            let order = compare(word, table[middle])
            if order == 0 { return true }
            if order < 0 { high = middle } else { low = middle + 1 }
        }
        return false
    }

    /// Negative, zero or positive as the word comes before, is, or comes after the other, by bytes.
    private static func compare(_ word: UnsafeRawBufferPointer, _ other: StaticString) -> Int {
        let count = other.utf8CodeUnitCount
        let bytes = other.utf8Start
        for index in 0..<min(word.count, count) where word[index] != bytes[index] {
            return Int(word[index]) - Int(bytes[index])
        }
        return word.count - count
    }
}
