/// A term of a text, and where it stands.
///
/// ```swift
/// tokenizer.forEachToken(in: bytes) { token in
///     postings.add(token.hash, at: token.position)
/// }
/// ```
package struct Token {
    package enum Kind: UInt8, Sendable, Hashable {
        case word
        /// ASCII digits alone.
        case number
        /// A part of an identifier.
        case part
        /// An identifier as a whole; its parts follow.
        case whole
        /// One character of a script that puts no spaces between words.
        case cjkSingle
        /// Two neighbors of such a script.
        case cjkPair
        case emoji
    }

    /// The folded term in UTF-8, before stemming. At most ``Tokenizer/termBytesMax`` bytes.
    ///
    /// IMPORTANT: Valid during the call that hands the token over, and no longer.
    package var term: UnsafeRawBufferPointer

    /// ``TermHash`` of the term.
    package var hash: UInt64

    /// Where the token begins in the text, in UTF-8 bytes.
    package var start: Int

    /// Where the token ends in the text, in UTF-8 bytes.
    package var end: Int

    /// The number of words before this one. A whole has the position of its first part, a pair that of its first
    /// character.
    package var position: Int

    package var kind: Kind

    /// Whether the English stemmer may change the term: three or more of a to z, and nothing else.
    ///
    /// A whole may be stemmable too: `getUserNames` and `getusernames` are then the same term.
    package var isStemmable: Bool
}
