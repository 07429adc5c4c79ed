internal import AgentMemory

/// A query as the index understands it: keys of terms instead of words.
struct SearchPlan: Sendable {
    struct Term: Sendable {
        /// The term's key; of a prefix, what its terms begin with.
        var key: [UInt8]
        /// Other terms that count as the same.
        var alternatives: [[UInt8]] = []
        var isPrefix = false
        var isRequired = false
        var isExcluded = false
        /// It was typed as a word of its own, too, not only in a phrase.
        var isAlone = true
        /// Filters have no weight.
        var isFilter = false
        /// A word that carries no meaning in a question.
        var isFunctionWord = false
        /// Other forms of the word, which a question means too.
        var forms: [[UInt8]] = []
        /// The same word as an author's name.
        var authorKey: [UInt8]?
    }

    /// Words that must stand next to each other: their keys and places.
    struct Phrase: Sendable {
        var words: [(key: [UInt8], position: Int)]
        var isRequired: Bool
        var isExcluded: Bool
        /// The places of its words in ``terms``.
        var terms: [Int]
    }

    var terms: [Term] = []
    var phrases: [Phrase] = []
    var filters: QueryFilters
    var selection: Query.Selection
    /// The query is a question rather than words to look for.
    var isQuestion = false
    /// The query asks when something was, or for how long.
    var asksForTime = false
    var dates: [DateRange] = []

    /// Words that only add to the rank: more say nothing more. A word of many parts is many terms.
    private static let optionalMax = 64
    /// Words of phrases that narrow down what is looked at. Those beyond are still looked for in the message.
    private static let phraseWordsMax = 1024

    init(_ query: Query, stemsEnglish: Bool, ranking: SearchRanking) {
        filters = query.filters
        selection = query.selection
        let tokenizer = Tokenizer(Tokenizer.Options(stemsEnglish: stemsEnglish))
        var words: [String] = []
        for clause in query.clauses {
            switch clause.kind {
            case .word:
                words.append(clause.text)
                addWord(clause.text, clause.occurrence, tokenizer)
            case .prefix: addPrefix(clause.text, clause.occurrence, tokenizer)
            case .phrase: addPhrase(clause.text, clause.occurrence, tokenizer)
            }
        }
        isQuestion = !ranking.isEmpty && QuestionWords.isQuestion(words)
        if ranking.contains(.questionWords), isQuestion {
            setAsideFunctionWords()
            for index in terms.indices { terms[index].forms = IrregularForms.others[terms[index].key] ?? [] }
        } else {
            for index in terms.indices { terms[index].isFunctionWord = false }
        }
        if ranking.contains(.times) {
            asksForTime =
                words.contains { QuestionWords.matches($0, "when") }
                || (words.count > 1 && QuestionWords.matches(words[0], "how")
                    && QuestionWords.matches(words[1], "long"))
            dates = DateRange.all(in: words)
        }
        addFilters()
    }

    private mutating func addWord(
        _ text: String, _ occurrence: QueryClause.Occurrence, _ tokenizer: borrowing Tokenizer
    ) {
        let tokens = QueryTokens(text, tokenizer: tokenizer)
        let isOne = tokens.groups.count == 1 && tokens.groups[0].terms.count <= 1
        if occurrence != .should, !isOne {
            // What must or must not be there as several terms is there as a phrase.
            addPhrase(text, occurrence, tokenizer)
            return
        }
        for group in tokens.groups {
            for term in (group.whole.map { [$0] } ?? []) + group.terms {
                add(term, occurrence, isFunctionWord: occurrence == .should && QuestionWords.contains(term))
            }
        }
    }

    @discardableResult
    private mutating func add(
        _ term: QueryTokens.Term, _ occurrence: QueryClause.Occurrence, isFunctionWord: Bool = false,
        isAlone: Bool = true
    ) -> Int? {
        var planned = Term(key: Self.key(.content, term))
        planned.isRequired = occurrence == .must
        planned.isExcluded = occurrence == .mustNot
        planned.isFunctionWord = isFunctionWord
        planned.isAlone = isAlone
        if occurrence != .mustNot, term.kind != .whole { planned.authorKey = Self.key(.author, term) }
        if let known = terms.firstIndex(where: {
            $0.key == planned.key && !$0.isPrefix && $0.isExcluded == planned.isExcluded
        }) {
            if planned.isRequired { terms[known].isRequired = true }
            if isAlone { terms[known].isAlone = true }
            return known
        }
        // What must or must not be there is never left out.
        let isBounded = !isAlone || occurrence == .should
        if isBounded, terms.count >= (isAlone ? Self.optionalMax : Self.phraseWordsMax) { return nil }
        terms.append(planned)
        return terms.count - 1
    }

    private mutating func addPrefix(
        _ text: String, _ occurrence: QueryClause.Occurrence, _ tokenizer: borrowing Tokenizer
    ) {
        let tokens = QueryTokens(text, tokenizer: tokenizer)
        guard let group = tokens.groups.last, let last = group.whole ?? group.terms.last,
            occurrence != .should || terms.count < Self.optionalMax
        else { return }
        // The words before the one that isn't finished are words.
        for group in tokens.groups.dropLast() { for term in group.terms { add(term, occurrence) } }
        // Not stemmed: stems begin as their words do, but for a letter at the end that some change.
        var term = Term(key: [TermField.content.rawValue] + last.bytes)
        term.isPrefix = true
        term.isRequired = occurrence == .must
        term.isExcluded = occurrence == .mustNot
        let known = terms.firstIndex { $0.isPrefix && $0.key == term.key && $0.isExcluded == term.isExcluded }
        if let known {
            if term.isRequired { terms[known].isRequired = true }
        } else {
            terms.append(term)
        }
    }

    private mutating func addPhrase(
        _ text: String, _ occurrence: QueryClause.Occurrence, _ tokenizer: borrowing Tokenizer
    ) {
        let tokens = QueryTokens(text, tokenizer: tokenizer)
        var phrase = Phrase(
            words: [], isRequired: occurrence == .must, isExcluded: occurrence == .mustNot, terms: [])
        for group in tokens.groups {
            let parts = group.terms.isEmpty ? group.whole.map { [$0] } ?? [] : group.terms
            for term in parts { phrase.words.append((Self.key(.content, term), term.position)) }
        }
        if phrase.words.isEmpty { return }
        if phrase.words.count == 1 {
            for group in tokens.groups {
                for term in group.terms.isEmpty ? group.whole.map({ [$0] }) ?? [] : group.terms {
                    add(term, occurrence)
                }
            }
            return
        }
        if !phrase.isExcluded {
            for group in tokens.groups {
                let parts = group.terms.isEmpty ? group.whole.map { [$0] } ?? [] : group.terms
                for term in parts {
                    let place = add(term, phrase.isRequired ? .must : .should, isAlone: false)
                    if let place { phrase.terms.append(place) }
                }
            }
        }
        phrases.append(phrase)
    }

    /// Words without meaning count only when there is no other.
    private mutating func setAsideFunctionWords() {
        let isInPhrase = Set(phrases.flatMap(\.terms))
        let meaningful = Set(
            terms.indices.filter { !terms[$0].isFunctionWord || isInPhrase.contains($0) || terms[$0].isRequired })
        let isLost = !meaningful.contains { !terms[$0].isExcluded }
        for index in terms.indices where isLost || meaningful.contains(index) { terms[index].isFunctionWord = false }
        // What is set aside stays in its place, without weight.
    }

    /// Terms that every result has, or none: they narrow down what is looked at. Whether a message passes is decided by
    /// the message itself in the end.
    private mutating func addFilters() {
        if let first = filters.roles.first {
            addFilter(Self.key(first), alternatives: filters.roles.dropFirst().map { Self.key($0) })
        }
        for role in filters.excludedRoles { addFilter(Self.key(role), isExcluded: true) }
        for condition in filters.metadata where !condition.isExcluded {
            var keys = condition.values.compactMap { Self.key(condition.key, $0) }
            // What isn't a plain value is looked at in the message: under this key, and under the first part of it.
            keys.append(Self.key(complex: condition.key))
            if let dot = condition.key.firstIndex(of: ".") {
                keys.append(Self.key(complex: String(condition.key[..<dot])))
            }
            addFilter(keys[0], alternatives: Array(keys.dropFirst()))
        }
    }

    private mutating func addFilter(_ key: [UInt8], alternatives: [[UInt8]] = [], isExcluded: Bool = false) {
        var term = Term(key: key)
        term.alternatives = alternatives
        term.isFilter = true
        term.isRequired = !isExcluded
        term.isExcluded = isExcluded
        terms.append(term)
    }

    // MARK: Keys

    private static func withKey(_ body: (UnsafeMutablePointer<UInt8>) -> Int?) -> [UInt8]? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * RunLayout.keyBytesMax) { buffer in
            guard let base = buffer.baseAddress, let count = body(base) else { return nil }
            return Array(UnsafeBufferPointer(start: base, count: count))
        }
    }

    static func key(_ field: TermField, _ term: QueryTokens.Term) -> [UInt8] {
        withKey { key in
            term.bytes.withUnsafeBytes { ContentTerm.key(field, $0, stems: term.isStemmable, into: key) }
        } ?? []
    }

    static func key(_ role: Role) -> [UInt8] {
        withKey { key in
            var name = role.name
            return name.withUTF8 { RoleTerm.key(code: role.code, name: UnsafeRawBufferPointer($0), into: key) }
        } ?? []
    }

    static func key(_ name: String, _ value: String) -> [UInt8]? {
        // Values that JSON writes with escapes are not plain ones.
        if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) { return nil }
        var (name, value) = (name, value)
        return withKey { key in
            name.withUTF8 { name in
                value.withUTF8 { value in
                    MetadataTerms.key(
                        UnsafeRawBufferPointer(name), .string(UnsafeRawBufferPointer(value), hasEscapes: false),
                        into: key)
                }
            }
        }
    }
}

extension SearchPlan {
    static func key(complex name: String) -> [UInt8] {
        var name = name
        return withKey { key in
            name.withUTF8 { MetadataTerms.key(UnsafeRawBufferPointer($0), .nested, into: key) }
        } ?? [TermField.metadata.rawValue]
    }
}

extension QuestionWords {
    private static let asking: [StaticString] = [
        "what", "when", "where", "who", "whom", "whose", "which", "why", "how",
    ]
    private static let auxiliaries: [StaticString] = [
        "is", "are", "was", "were", "am", "do", "does", "did", "has", "have", "had", "can", "could", "will", "would",
        "should", "shall", "may", "might", "must",
    ]

    /// Whether words are a question: they end in a question mark, have a question word, or begin as questions do.
    static func isQuestion(_ words: [String]) -> Bool {
        guard let first = words.first, let last = words.last else { return false }
        if last.utf8.last == 0x3F { return true }
        return words.contains { word in asking.contains { matches(word, $0) } }
            || auxiliaries.contains { matches(first, $0) }
    }

    /// Whether a word as it was typed is another, but for its case and what isn't a letter at its ends.
    static func matches(_ word: String, _ other: StaticString) -> Bool {
        let count = other.utf8CodeUnitCount
        guard word.utf8.count >= count, word.utf8.count <= count + 8 else { return false }
        var matched = 0
        for byte in word.utf8 {
            let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            guard folded >= 0x61 && folded <= 0x7A || folded >= 0x80 else {
                // Before the word or after it, not within.
                if matched == 0 || matched == count { continue }
                return false
            }
            guard matched < count, other.utf8Start[matched] == folded else { return false }
            matched += 1
        }
        return matched == count
    }

    /// Whether a word of the query carries no meaning in a question.
    static func contains(_ term: QueryTokens.Term) -> Bool {
        term.kind == .word && term.bytes.withUnsafeBytes { contains($0) }
    }
}
