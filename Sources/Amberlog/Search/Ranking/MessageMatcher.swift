internal import AgentMemory

/// Looks at a message that was found: whether it passes what the index can't decide, and where the words are in it.
struct MessageMatcher: Sendable {
    private let plan: SearchPlan
    private let stemsEnglish: Bool
    private let keys: [[UInt8]]
    private let prefixes: [[UInt8]]

    init(_ plan: SearchPlan, stemsEnglish: Bool) {
        self.plan = plan
        self.stemsEnglish = stemsEnglish
        let shown = plan.terms.filter { !$0.isFilter && !$0.isExcluded && !$0.isFunctionWord }
        prefixes = shown.filter(\.isPrefix).map(\.key)
        keys = shown.filter { !$0.isPrefix }.map(\.key)
    }

    /// Whether a message that the index found may not be a result.
    var rejectsSome: Bool { !plan.phrases.isEmpty || !plan.filters.isEmpty }

    /// Where the query's words are, in order; `nil` when the message is no result.
    func matches(in message: Message) -> [SnippetMaker.Match]? {
        if !plan.filters.isEmpty, !plan.filters.passes(message) { return nil }
        let tokenizer = Tokenizer(Tokenizer.Options(stemsEnglish: stemsEnglish))
        var matches: [SnippetMaker.Match] = []
        var words: [(key: [UInt8], position: Int)] = []
        let needsWords = !plan.phrases.isEmpty
        var content = message.content
        content.withUTF8 { utf8 in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Tokenizer.termBytesMax + 2) { buffer in
                guard let base = buffer.baseAddress else { return }
                tokenizer.forEachToken(in: UnsafeRawBufferPointer(utf8)) { token in
                    if matches.count >= SnippetMaker.matchesMax, !needsWords { return }
                    let count = ContentTerm.key(.content, token.term, stems: token.isStemmable, into: base)
                    let key = UnsafeRawBufferPointer(start: base, count: count)
                    if needsWords { words.append((Array(key), token.position)) }
                    if let term = term(key, token), matches.count < SnippetMaker.matchesMax {
                        matches.append(SnippetMaker.Match(term: term, start: token.start, end: token.end))
                    }
                }
            }
        }
        guard needsWords else { return matches }
        return passesPhrases(words) ? matches : nil
    }

    private func term(_ key: UnsafeRawBufferPointer, _ token: Token) -> Int? {
        for (index, known) in keys.enumerated() where known.count == key.count && known.elementsEqual(key) {
            return index
        }
        for (index, prefix) in prefixes.enumerated()
        where token.term.count >= prefix.count - 1 && token.term.prefix(prefix.count - 1).elementsEqual(prefix[1...]) {
            return keys.count + index
        }
        return nil
    }

    private func passesPhrases(_ words: [(key: [UInt8], position: Int)]) -> Bool {
        var places: [[UInt8]: Set<Int>] = [:]
        for word in words { places[word.key, default: []].insert(word.position) }
        var hasOne = false
        for phrase in plan.phrases {
            let has = contains(phrase, places)
            if phrase.isRequired, !has { return false }
            if phrase.isExcluded, has { return false }
            if !phrase.isExcluded, has { hasOne = true }
        }
        if hasOne { return true }
        // Without any of the phrases, some word outside of them must be there.
        let inPhrases = Set(plan.phrases.filter { !$0.isExcluded }.flatMap(\.terms))
        if inPhrases.isEmpty { return true }
        return plan.terms.enumerated().contains { index, term in
            guard !term.isFilter, !term.isExcluded, term.isAlone || !inPhrases.contains(index) else { return false }
            if term.isPrefix { return words.contains { $0.key.starts(with: term.key) } }
            return places[term.key] != nil
        }
    }

    private func contains(_ phrase: SearchPlan.Phrase, _ places: [[UInt8]: Set<Int>]) -> Bool {
        guard let first = phrase.words.first, let starts = places[first.key] else { return false }
        return starts.contains { start in
            phrase.words.allSatisfy { word in
                places[word.key]?.contains(start + word.position - first.position) ?? false
            }
        }
    }
}
