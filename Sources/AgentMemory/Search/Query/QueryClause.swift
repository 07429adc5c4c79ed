/// A word, the beginning of a word, or a phrase that a query asks for.
///
/// ```swift
/// QueryClause(.phrase, "two words", occurrence: .must).description  // +"two words"
/// ```
package struct QueryClause: Sendable, Hashable {
    /// What a clause asks for.
    package enum Kind: Sendable, Hashable {
        /// A run of text without spaces, such as `garden`, `user_id` or `东京塔`. It may hold several terms.
        case word
        /// The beginning of a word. Where the text holds several terms, only the last one is cut short.
        case prefix
        /// Words next to each other, with one space between them.
        case phrase
    }

    /// What a clause means for a message.
    package enum Occurrence: Sendable, Hashable {
        /// Having it adds to the rank.
        case should
        /// No hit without it.
        case must
        /// No hit with it.
        case mustNot
    }

    /// What is asked for.
    package var kind: Kind
    /// As it was typed, without quotes and operators; at most ``QueryLimits/clauseBytes``. Never empty.
    package var text: String
    /// What it means for a message.
    package var occurrence: Occurrence

    /// A clause, as the parser makes it.
    package init(_ kind: Kind, _ text: String, occurrence: Occurrence = .should) {
        self.kind = kind
        self.text = text
        self.occurrence = occurrence
    }
}

extension QueryClause: CustomStringConvertible {
    /// The clause in the query language.
    package var description: String {
        switch kind {
        case .word: occurrence.sign + text
        case .prefix: occurrence.sign + text + "*"
        case .phrase: occurrence.sign + "\"" + text + "\""
        }
    }
}

extension QueryClause.Occurrence {
    fileprivate var sign: String {
        switch self {
        case .should: ""
        case .must: "+"
        case .mustNot: "-"
        }
    }
}
