import AgentMemory

@testable import Amberlog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a search must find, by looking at every message: written from the documentation of the query language and of
/// the ranking, without an index.
struct SearchOracle {
    struct Document {
        var session: String
        var message: Message
        var sequence: UInt64
        /// The terms of the content with their positions.
        var words: [(key: [UInt8], position: Int)] = []
        var counts: [[UInt8]: Int] = [:]
        var authors: Set<[UInt8]> = []
        var length: Double

        var time_s: Int64 { MessageIndexer.seconds(message.timestamp.microseconds) }
    }

    struct Clause {
        enum Kind {
            /// Any of them counts, each for itself.
            case terms([[UInt8]])
            case phrase([(key: [UInt8], position: Int)])
            case prefix([UInt8])
        }
        var kind: Kind
        var occurrence: QueryClause.Occurrence
    }

    /// A word that is scored.
    enum Term: Hashable {
        case word([UInt8])
        case prefix([UInt8])
    }

    private(set) var documents: [Document] = []
    /// What messages came to, by content and metadata: most are asked about again and again.
    private var known: [Message: Document] = [:]

    /// Looks at these messages from now on.
    mutating func show(_ sessions: [String: [Message]]) {
        documents = []
        for (session, messages) in sessions {
            for message in messages {
                var document = known[message] ?? Self.document(message, session)
                known[message] = document
                document.session = session
                documents.append(document)
            }
        }
    }

    private static func document(_ message: Message, _ session: String) -> Document {
        var document = Document(session: session, message: message, sequence: message.sequence ?? 0, length: 0)
        var length = 0
        for token in tokens(message.content) {
            let key = key(of: token)
            document.words.append((key, token.position))
            document.counts[key, default: 0] += 1
            if token.kind != .whole, token.kind != .cjkPair { length = token.position + 1 }
        }
        document.length = Double(DocumentLength.words(DocumentLength.byte(length)))
        for name in ["speaker", "name", "author"] {
            guard case .string(let author)? = message.metadata[name] else { continue }
            for token in tokens(author) where token.kind != .whole { document.authors.insert(key(of: token)) }
        }
        return document
    }

    /// Folded and stemmed, without a field.
    private static func key(of token: CollectedToken) -> [UInt8] {
        var bytes = token.bytes
        if token.isStemmable {
            var count = bytes.count
            bytes.withUnsafeMutableBufferPointer { EnglishStemmer.stem($0, count: &count) }
            bytes = Array(bytes.prefix(count))
        }
        return bytes
    }

    // MARK: The query

    static func clauses(_ query: Query) -> [Clause] {
        query.clauses.compactMap { clause in
            let found = tokens(clause.text)
            let groups = QueryTokens(clause.text, tokenizer: Tokenizer()).groups
            let parts = groups.flatMap { group in group.terms.isEmpty ? group.whole.map { [$0] } ?? [] : group.terms }
            func keys(_ terms: [QueryTokens.Term]) -> [(key: [UInt8], position: Int)] {
                terms.map { term in
                    let token = found.first { $0.bytes == term.bytes && $0.kind == term.kind }
                    return (token.map(key(of:)) ?? term.bytes, term.position)
                }
            }
            if parts.isEmpty { return nil }
            switch clause.kind {
            case .prefix:
                guard let last = groups.last.flatMap({ $0.whole ?? $0.terms.last }) else { return nil }
                return Clause(kind: .prefix(last.bytes), occurrence: clause.occurrence)
            case .word where clause.occurrence == .should || (groups.count == 1 && groups[0].terms.count <= 1):
                let all = groups.flatMap { group in (group.whole.map { [$0] } ?? []) + group.terms }
                return Clause(kind: .terms(keys(all).map(\.key)), occurrence: clause.occurrence)
            case .word, .phrase:
                if parts.count == 1 {
                    return Clause(kind: .terms(keys(parts).map(\.key)), occurrence: clause.occurrence)
                }
                return Clause(kind: .phrase(keys(parts)), occurrence: clause.occurrence)
            }
        }
    }

    static func has(_ clause: Clause, _ document: Document) -> Bool {
        switch clause.kind {
        case .terms(let keys): keys.contains { document.counts[$0] != nil }
        case .prefix(let prefix): document.counts.keys.contains { $0.starts(with: prefix) }
        case .phrase(let words):
            document.words.contains { start in
                words.allSatisfy { word in
                    document.words.contains {
                        $0.key == word.key && $0.position - start.position == word.position - words[0].position
                    }
                }
            }
        }
    }

    /// Whether a message may be a result: filters, what must be there, what must not.
    static func isAllowed(_ document: Document, _ query: Query, _ clauses: [Clause]) -> Bool {
        guard query.filters.passes(document.message) else { return false }
        return clauses.allSatisfy { clause in
            switch clause.occurrence {
            case .should: true
            case .must: has(clause, document)
            case .mustNot: !has(clause, document)
            }
        }
    }

    /// Whether a message matches, whatever its neighbors say.
    static func matches(_ document: Document, _ query: Query, _ clauses: [Clause]) -> Bool {
        guard isAllowed(document, query, clauses) else { return false }
        switch query.selection {
        case .nothing: return false
        case .newestFirst: return true
        case .ranked: return clauses.contains { $0.occurrence != .mustNot && has($0, document) }
        }
    }

    /// The words that are scored, each once.
    static func terms(_ clauses: [Clause]) -> [Term] {
        var terms: [Term] = []
        for clause in clauses where clause.occurrence != .mustNot {
            let added: [Term] =
                switch clause.kind {
                case .terms(let keys): keys.map { .word($0) }
                case .phrase(let words): words.map { .word($0.key) }
                case .prefix(let prefix): [.prefix(prefix)]
                }
            for term in added where !terms.contains(term) { terms.append(term) }
        }
        return terms
    }

    static func frequency(_ term: Term, _ document: Document) -> Int {
        switch term {
        case .word(let key): min(255, document.counts[key] ?? 0)
        case .prefix(let prefix):
            min(255, document.counts.reduce(0) { $0 + ($1.key.starts(with: prefix) ? $1.value : 0) })
        }
    }

    // MARK: Okapi BM25

    /// The scores of messages by the statistics of all of them.
    static func okapi(_ terms: [Term], _ documents: [Document]) -> [Double] {
        let average = max(1, documents.reduce(0) { $0 + $1.length } / Double(max(1, documents.count)))
        var scores = [Double](repeating: 0, count: documents.count)
        for term in terms {
            let frequencies = documents.map { Double(frequency(term, $0)) }
            let weight = rarity(frequencies.count { $0 > 0 }, documents.count)
            for (index, frequency) in frequencies.enumerated() where frequency > 0 {
                let norm = 1.2 * (0.25 + 0.75 * documents[index].length / average)
                scores[index] += weight * 2.2 * frequency / (frequency + norm)
            }
        }
        return scores
    }

    static func rarity(_ count: Int, _ total: Int) -> Double {
        log(1 + (Double(total - count) + 0.5) / (Double(count) + 0.5))
    }
}
