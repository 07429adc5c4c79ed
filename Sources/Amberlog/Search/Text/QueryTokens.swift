/// What to look for when a piece of a query is plain text.
///
/// ```swift
/// let query = QueryTokens("the user_id", tokenizer: tokenizer)
/// // the | user_id, or user next to id
/// ```
///
/// Positions count as in ``Tokenizer``: a text contains the query as a phrase if, for some shift, it has each group at
/// its shifted position, a group being its whole at the group's position, or each term at the term's own.
package struct QueryTokens: Sendable, Hashable {
    /// A term to look up.
    package struct Term: Sendable, Hashable {
        /// Folded, before stemming.
        package var bytes: [UInt8]
        package var hash: UInt64
        package var position: Int
        package var kind: Token.Kind
        package var isStemmable: Bool

        init(_ token: Token) {
            bytes = Array(token.term)
            hash = token.hash
            position = token.position
            kind = token.kind
            isStemmable = token.isStemmable
        }
    }

    /// A word, a number, an emoji, an identifier, or a run of characters without spaces.
    package struct Group: Sendable, Hashable {
        /// An identifier as a whole: instead of all of the terms.
        package var whole: Term?
        /// In order; all of them, each at its position. A run without spaces has its pairs, and its single character
        /// only where it has just one.
        package var terms: [Term]
        /// The position of the first term.
        package var position: Int
        /// How many positions the group takes.
        package var length: Int
        /// Where the group stands in the query, in UTF-8 bytes.
        package var range: Range<Int>
    }

    /// In the order of the query.
    package private(set) var groups: [Group] = []

    /// Takes time linear in the text. Nothing is left out, whether it stands there twice or is on a list of stop words.
    package init(_ text: String, tokenizer: borrowing Tokenizer) {
        var text = text
        text.withUTF8 { utf8 in
            tokenizer.forEachToken(in: UnsafeRawBufferPointer(utf8)) { add($0) }
        }
    }

    private mutating func add(_ token: Token) {
        let term = Term(token)
        let last = groups.count - 1
        let isInLast = last >= 0 && token.start < groups[last].range.upperBound
        switch token.kind {
        case .word, .number, .emoji: addGroup(token, [term])
        case .whole:
            addGroup(token, [])
            groups[groups.count - 1].whole = term
        case .part where isInLast:
            groups[last].terms.append(term)
            groups[last].length = token.position - groups[last].position + 1
        case .cjkSingle where isInLast:
            // The second character of the pair before.
            break
        case .cjkPair where isInLast:
            if groups[last].terms.first?.kind == .cjkSingle { groups[last].terms = [] }
            groups[last].terms.append(term)
            groups[last].length = token.position - groups[last].position + 2
            groups[last].range = groups[last].range.lowerBound..<token.end
        case .part, .cjkSingle, .cjkPair: addGroup(token, [term])
        }
    }

    private mutating func addGroup(_ token: Token, _ terms: [Term]) {
        groups.append(
            Group(terms: terms, position: token.position, length: 1, range: token.start..<token.end))
    }
}
