/// A search without an index: feed it messages page by page, then ask for the best.
///
/// ```swift
/// var scan = try RankedScan("where did Alice work", options: SearchOptions(limit: 5))
/// scan.add(try await backend.load("user_123"), of: "user_123")
/// for match in scan.matches() {
///     print(match.session, match.sequence, match.score)
/// }
/// ```
///
/// **What matches.** A query is a set of words; a message that has any of them matches. Words are runs of letters,
/// digits and marks; case is folded, and so are the diacritics of Latin, Greek and Cyrillic and the vowel signs of
/// Hebrew and Arabic. Han, kana and Hangul are compared as pairs of neighbouring characters, one by one only where the
/// query has one alone. There are no operators: punctuation separates words. The first 64 different words count.
///
/// **How it ranks.** Okapi BM25 with k1 = 1.2 and b = 0.75, where the inverse document frequency of a word that *d* of
/// *n* messages have is ln(1 + (*n* - *d* + 0.5) / (*d* + 0.5)), over all messages that were added: filters decide
/// what is a hit, not what a word weighs. Of equal scores, the newer message comes first.
///
/// **What it costs.** O(1) memory for each message that matches and passes the filters, and none for the others; at
/// 131,072 matches those in the weaker half by the statistics so far are dropped, so memory stays bounded and what is
/// kept is ranked exactly.
public struct RankedScan: Sendable {
    /// A message that matches.
    public struct Match: Sendable, Hashable {
        /// Where the message was found.
        public var session: String
        /// The place of the message in its session.
        public var sequence: UInt64
        /// Higher is better. Comparable within one scan only.
        public var score: Double

        /// A match, as a search makes it.
        public init(session: String, sequence: UInt64, score: Double) {
            self.session = session
            self.sequence = sequence
            self.score = score
        }
    }

    private struct Candidate {
        var session: Int
        var sequence: UInt64
        var timestamp: Timestamp
        var length: UInt32
    }

    /// How to search, with a context of at most 100,000.
    public let options: SearchOptions
    private let terms: [UInt64]
    /// A bit for the low six bits of each term: rules out most words of a text at once.
    private let filter: UInt64

    private var sessions: [String] = []
    private var candidates: [Candidate] = []
    /// For each candidate, how often it has each term.
    private var frequencies: [UInt16] = []
    private var documentFrequencies: [Int]
    private var documents = 0
    private var totalLength = 0
    private let candidateLimit: Int

    /// Makes a scan that has seen nothing yet.
    ///
    /// - Throws: ``MemoryError/Code/invalidArgument`` for a negative limit or context.
    public init(_ query: String, options: SearchOptions = SearchOptions()) throws(MemoryError) {
        guard options.limit >= 0, options.context >= 0 else {
            throw MemoryError(.invalidArgument, "A search needs a limit and a context of 0 or more")
        }
        var options = options
        options.context = min(options.context, 100_000)
        self.options = options
        terms = WordScanner.queryTerms(query, limit: 64)
        filter = terms.reduce(0) { $0 | 1 << ($1 & 63) }
        documentFrequencies = Array(repeating: 0, count: terms.count)
        candidateLimit = max(65_536, min(options.limit, 1 << 30))
    }

    /// Whether nothing can match: the query has no word, or no hit is asked for.
    public var isEmpty: Bool { terms.isEmpty || options.limit == 0 }

    /// Takes in messages of a session, in any order and in any number of pages; each message once.
    ///
    /// Costs O(*n*) for *n* bytes of content. Messages without a sequence are passed over.
    public mutating func add(_ messages: some Sequence<Message>, of session: String) {
        var sessionIndex =
            sessions.last.map(ExactString.init) == ExactString(session) ? sessions.count - 1 : nil
        var counts = Array(repeating: UInt16(0), count: terms.count)
        for message in messages {
            guard let sequence = message.sequence else { continue }
            let length = count(message.content, &counts)
            documents += 1
            totalLength += length
            var matches = false
            for (term, frequency) in counts.enumerated() where frequency > 0 {
                documentFrequencies[term] += 1
                matches = true
            }
            guard matches else { continue }
            if passes(message) {
                if sessionIndex == nil {
                    sessionIndex = sessions.count
                    sessions.append(session)
                }
                candidates.append(
                    Candidate(
                        session: sessionIndex ?? 0, sequence: sequence, timestamp: message.timestamp,
                        length: UInt32(clamping: length)))
                frequencies.append(contentsOf: counts)
                if candidates.count >= 2 * candidateLimit { dropWeaker() }
            }
            for term in counts.indices { counts[term] = 0 }
        }
    }

    /// The best matches of what was added, best first, at most ``SearchOptions/limit``.
    public func matches() -> [Match] {
        ranked(options.limit).map { index, score in
            let candidate = candidates[index]
            return Match(session: sessions[candidate.session], sequence: candidate.sequence, score: score)
        }
    }

    /// A hit of what ``matches()`` gave, with a snippet.
    public func hit(
        for match: Match, message: Message, before: [Message] = [], after: [Message] = []
    ) -> SearchHit {
        SearchHit(
            session: match.session, sequence: match.sequence, score: match.score, message: message,
            snippet: snippet(of: message.content), before: before, after: after)
    }

    /// The part of a text that has the most of the query's words, at most some 250 bytes, with `…` where it was cut.
    public func snippet(of content: String) -> Snippet {
        SnippetMaker(content: content).snippet { unit in term(unit.hash) }
    }

    // MARK: Counting

    @inline(__always)
    private func term(_ hash: UInt64) -> Int? {
        guard filter >> (hash & 63) & 1 == 1 else { return nil }
        return terms.firstIndex(of: hash)
    }

    /// Adds up how often each term occurs and returns the number of words, CJK characters counted one by one.
    private func count(_ content: String, _ counts: inout [UInt16]) -> Int {
        var length = 0
        WordScanner.scan(content) { unit in
            if unit.kind != .pair { length &+= 1 }
            if let term = term(unit.hash), counts[term] < .max { counts[term] &+= 1 }
            return true
        }
        return length
    }

    private func passes(_ message: Message) -> Bool {
        if let role = options.role, message.role != role { return false }
        if let after = options.after, message.timestamp < after { return false }
        if let before = options.before, message.timestamp >= before { return false }
        return true
    }

    // MARK: Ranking

    /// The indices and scores of the best candidates, best first.
    private func ranked(_ limit: Int) -> [(index: Int, score: Double)] {
        guard limit > 0, documents > 0 else { return [] }
        let ranking = BM25(documents: documents, totalLength: totalLength, frequencies: documentFrequencies)
        var best = TopItems<(index: Int, score: Double)>(limit: limit) { isBetter($0, $1) }
        for (index, candidate) in candidates.enumerated() {
            let counts = frequencies[index * terms.count..<(index + 1) * terms.count]
            best.offer((index, ranking.score(length: Int(candidate.length), counts)))
        }
        return best.sorted()
    }

    private func isBetter(_ left: (index: Int, score: Double), _ right: (index: Int, score: Double)) -> Bool {
        if left.score != right.score { return left.score > right.score }
        let (first, second) = (candidates[left.index], candidates[right.index])
        if first.timestamp != second.timestamp { return first.timestamp > second.timestamp }
        if first.sequence != second.sequence { return first.sequence > second.sequence }
        return sessions[first.session] < sessions[second.session]
    }

    private mutating func dropWeaker() {
        let kept = ranked(candidateLimit).map(\.index).sorted()
        let width = terms.count
        frequencies = kept.flatMap { frequencies[$0 * width..<($0 + 1) * width] }
        candidates = kept.map { candidates[$0] }
    }
}
