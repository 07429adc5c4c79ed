/// How much of a query counts. What goes beyond is ignored, and ``QueryParser/Outcome/isTruncated`` says so.
package enum QueryLimits {
    /// Words and prefixes.
    package static let words = 64
    /// Phrases.
    package static let phrases = 16
    /// Words of one phrase.
    package static let phraseWords = 16
    /// The text of one clause, in bytes of UTF-8: the rest is cut off. Scripts without spaces make long words.
    package static let clauseBytes = 1024
    /// Filters, every occurrence counted.
    package static let filters = 32
    /// One filter as it is typed, in bytes of UTF-8. A longer one is words. Less than ``clauseBytes``, so that the text
    /// of a word that was cut never reads as a filter.
    package static let filterBytes = 512
}
