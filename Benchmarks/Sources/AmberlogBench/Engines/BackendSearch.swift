import AgentMemory

/// The search of anything that speaks the contract: hits with their messages and snippets.
final class BackendSearch<Backend: MemoryBackend>: SearchingEngine, @unchecked Sendable {
    // `@unchecked Sendable`: `texts` is written by `prepare`, which nothing runs beside.

    /// A session's own, as a store weighs words that lets no session learn about others.
    let sessionStatistics = SessionStatistics.session
    private let backend: Backend
    private let options: SearchOptions
    private var texts: [(query: String, session: String?)] = []

    init(_ backend: Backend, options: SearchOptions = SearchOptions(limit: ExhaustiveSearch.hits)) {
        self.backend = backend
        self.options = options
    }

    func prepare(_ queries: [SearchQuery]) {
        texts = queries.map { ($0.text, $0.session.map { SessionNames.all[Int($0)] }) }
    }

    func hits(of query: Int) async throws -> [RankedMessage] {
        try await backend.searchHits(texts[query].query, in: texts[query].session, options: options).map { hit in
            guard let session = UInt32(hit.session.drop { !$0.isNumber }) else {
                throw EngineError("no session is called \(hit.session)")
            }
            return RankedMessage(session: session, sequence: UInt32(hit.sequence), score: hit.score)
        }
    }

    func time(_ queries: [Int], _ limit: SearchLimit) async throws -> [UInt64] {
        var times: [UInt64] = []
        let begin = nanoseconds()
        for number in queries {
            let (query, session) = texts[number]
            let start = nanoseconds()
            _ = try await backend.searchHits(query, in: session, options: options)
            let end = nanoseconds()
            times.append(end - start)
            if times.count >= limit.enough && end - begin > limit.nanoseconds { break }
        }
        return times
    }

    func close() async throws { try await backend.close() }

    /// Seconds that saving the messages of a corpus took, 100 a save, session after session.
    static func save(_ corpus: SearchCorpus, to backend: Backend) async throws -> Double {
        let messages = BackendEngine<Backend>.messages(corpus.pool, .encoded)
        return try await seconds {
            for session in 0..<corpus.sessions {
                let end = (session + 1) * corpus.messages
                for first in stride(from: session * corpus.messages, to: end, by: 100) {
                    try await backend.save(
                        Array(messages[first..<min(end, first + 100)]), to: SessionNames.all[session], expecting: nil)
                }
            }
        }
    }
}

extension SearchQuery {
    /// As a person would write it: words alone rank, a plus makes one mandatory.
    var text: String {
        words.map { operation == .all ? "+\($0)" : $0 }.joined(separator: " ")
    }
}
