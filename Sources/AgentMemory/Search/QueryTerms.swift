/// The words of a query, by what they are asked for.
package struct QueryTerms: Sendable {
    /// What adds to the rank, and of which one has to be there where nothing is required.
    package let alternatives: [QueryTerm]
    package let required: [QueryTerm]
    package let excluded: [QueryTerm]

    /// At most ``QueryLimits/words`` alternatives count. What must or must not be there is never left out.
    package init(_ query: Query) {
        var alternatives: [QueryTerm] = []
        var required: [QueryTerm] = []
        var excluded: [QueryTerm] = []
        for clause in query.clauses {
            switch clause.occurrence {
            case .should where clause.kind == .word: alternatives += QueryTerm.alternatives(of: clause.text)
            case .should: alternatives += [QueryTerm(clause)].compactMap(\.self)
            case .must: required += [QueryTerm(clause)].compactMap(\.self)
            case .mustNot: excluded += [QueryTerm(clause)].compactMap(\.self)
            }
        }
        self.alternatives = Array(alternatives.prefix(QueryLimits.words))
        self.required = required
        self.excluded = excluded
    }

    /// What a message that matches is shown for.
    package var wanted: [QueryTerm] { required + alternatives }

    /// Where a text has them, for its snippet.
    package func matches(in content: String) -> [SnippetMaker.Match] {
        let wanted = wanted
        let words = FoldedWords.words(of: content)
        var matches: [SnippetMaker.Match] = []
        for place in words.indices where matches.count < SnippetMaker.matchesMax {
            for (number, term) in wanted.enumerated() where term.matches(words, at: place) {
                matches.append(
                    SnippetMaker.Match(
                        term: number, start: words[place].range.lowerBound,
                        end: words[place + term.words.count - 1].range.upperBound))
            }
        }
        return matches
    }
}

extension FoldedWords {
    /// All words of a text, in order.
    static func words(of text: String) -> [Word] {
        var words: [Word] = []
        scan(text) { word in
            words.append(word)
            return true
        }
        return words
    }
}
