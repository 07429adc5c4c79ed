/// A search with the whole query language and without an index: feed it messages page by page, then ask for the best.
///
/// ```swift
/// var scan = try QueryScan(#""Ada Lovelace" -draft role:user"#, options: SearchOptions(limit: 5))
/// scan.add(try await backend.load("user_123"), of: "user_123")
/// for match in scan.matches() { print(match.session, match.sequence, match.score) }
/// ```
///
/// What matches is what ``Query`` says, with words folded as ``FoldedWords`` does. It ranks as ``RankedScan`` does: by
/// ``BM25`` over all messages that were added, where a phrase is one term and a prefix another; of equal scores, the
/// newer message comes first. It costs O(1) memory for each message that matches; at 131,072 matches those in the weaker
/// half by the statistics so far are dropped.
package struct QueryScan: MessageScan {
    private struct Candidate {
        var session: String
        var sequence: UInt64
        var timestamp: Timestamp
        var length: Int
        var counts: [UInt16]
    }

    /// How to search, with a context of at most 100,000.
    package let options: SearchOptions
    private let query: Query
    private let terms: QueryTerms
    /// What adds to the rank: first what must be there.
    private let wanted: [QueryTerm]
    /// Whether there is anything to rank by.
    private let isRanked: Bool
    /// The hashes of the words of all terms: most messages have none, and are left after one look.
    private let hashes: Set<UInt64>
    /// Whether a word of a message can count without being one of those.
    private let hasPrefix: Bool

    private var candidates: [Candidate] = []
    private var frequencies: [Int]
    private var documents = 0
    private var totalLength = 0
    private let candidateLimit: Int

    /// Makes a scan that has seen nothing yet.
    ///
    /// - Throws: ``MemoryError/Code/invalidArgument`` for a negative limit or context.
    package init(_ text: String, options: SearchOptions, now: Timestamp = .now) throws(MemoryError) {
        guard options.limit >= 0, options.context >= 0 else {
            throw MemoryError(.invalidArgument, "A search needs a limit and a context of 0 or more")
        }
        var options = options
        options.context = min(options.context, 100_000)
        self.options = options
        var query = Query(parsing: text, now: now)
        if let after = options.after { query.filters.add(after: after) }
        if let before = options.before { query.filters.add(before: before) }
        self.query = query
        isRanked = query.selection == .ranked
        terms = QueryTerms(query)
        wanted = terms.wanted
        let all = wanted + terms.excluded
        hasPrefix = all.contains(where: \.isPrefix)
        hashes = Set(all.flatMap(\.words).map(WordScanner.hash))
        frequencies = Array(repeating: 0, count: wanted.count)
        candidateLimit = max(65_536, min(options.limit, 1 << 30))
    }

    /// Whether nothing can match: the query asks for nothing, or no hit is wanted.
    package var isEmpty: Bool {
        if options.limit == 0 { return true }
        return switch query.selection {
        case .nothing: true
        case .ranked: wanted.isEmpty
        case .newestFirst: false
        }
    }

    /// Takes in messages of a session, in any order and in any number of pages; each message once.
    ///
    /// Costs O(*n*) for *n* bytes of content. Messages without a sequence are passed over.
    package mutating func add(_ messages: some Sequence<Message>, of session: String) {
        for message in messages {
            guard let sequence = message.sequence else { continue }
            let (length, counts, isUnwanted) = count(message.content)
            documents += 1
            totalLength += length
            for (term, count) in counts.enumerated() where count > 0 { frequencies[term] += 1 }
            guard !isUnwanted, answers(counts), passes(message) else { continue }
            candidates.append(
                Candidate(
                    session: session, sequence: sequence, timestamp: message.timestamp, length: length, counts: counts))
            if candidates.count >= 2 * candidateLimit {
                candidates = ranked(candidateLimit).map { candidates[$0.index] }
            }
        }
    }

    /// The number of words, how often each wanted term occurs, and whether an unwanted one does.
    private func count(_ content: String) -> (length: Int, counts: [UInt16], isUnwanted: Bool) {
        var length = 0
        var isWorthALook = hasPrefix
        WordScanner.scan(content) { unit in
            if unit.kind == .pair { return true }
            length &+= 1
            if !isWorthALook, hashes.contains(unit.hash) { isWorthALook = true }
            return true
        }
        guard isWorthALook else { return (length, Array(repeating: 0, count: wanted.count), false) }
        let words = FoldedWords.words(of: content)
        return (length, wanted.map { $0.count(in: words) }, terms.excluded.contains { $0.count(in: words) > 0 })
    }

    private func answers(_ counts: [UInt16]) -> Bool {
        if !isRanked { return true }
        guard counts.prefix(terms.required.count).allSatisfy({ $0 > 0 }) else { return false }
        return !terms.required.isEmpty || counts.contains { $0 > 0 }
    }

    private func passes(_ message: Message) -> Bool {
        if let role = options.role, message.role != role { return false }
        return query.filters.passes(message)
    }

    // MARK: Ranking

    /// The best matches of what was added, best first, at most ``SearchOptions/limit``.
    package func matches() -> [RankedScan.Match] {
        ranked(options.limit).map { index, score in
            let candidate = candidates[index]
            return RankedScan.Match(session: candidate.session, sequence: candidate.sequence, score: score)
        }
    }

    private func ranked(_ limit: Int) -> [(index: Int, score: Double)] {
        guard limit > 0 else { return [] }
        let ranking = BM25(documents: documents, totalLength: totalLength, frequencies: frequencies)
        var best = TopItems<(index: Int, score: Double)>(limit: limit) { isBetter($0, $1) }
        for (index, candidate) in candidates.enumerated() {
            best.offer((index, ranking.score(length: candidate.length, candidate.counts)))
        }
        return best.sorted()
    }

    private func isBetter(_ left: (index: Int, score: Double), _ right: (index: Int, score: Double)) -> Bool {
        if left.score != right.score { return left.score > right.score }
        let (first, second) = (candidates[left.index], candidates[right.index])
        if first.timestamp != second.timestamp { return first.timestamp > second.timestamp }
        if first.sequence != second.sequence { return first.sequence > second.sequence }
        return first.session.utf8.lexicographicallyPrecedes(second.session.utf8)
    }

    // MARK: Hits

    /// A hit of what ``matches()`` gave, with a snippet.
    package func hit(
        for match: RankedScan.Match, message: Message, before: [Message] = [], after: [Message] = []
    ) -> SearchHit {
        SearchHit(
            session: match.session, sequence: match.sequence, score: match.score, message: message,
            snippet: SnippetMaker(content: message.content).snippet(terms.matches(in: message.content)), before: before,
            after: after)
    }
}

extension MemoryBackend {
    /// Reads every message of the session, or of all sessions, and answers the query: for backends that have nothing
    /// better. See ``QueryScan``. Costs O(*n*) loads and time for *n* messages; memory stays bounded.
    @concurrent
    package func queriedHits(
        _ query: String, in session: String?, options: SearchOptions, now: Timestamp
    ) async throws -> [SearchHit] {
        try await hits(of: QueryScan(query, options: options, now: now), in: session)
    }
}
