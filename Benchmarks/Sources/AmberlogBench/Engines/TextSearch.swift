import AgentMemory

/// A search that takes a text, as a person would write it.
///
/// `@unchecked Sendable`: `texts` is written by `prepare`, which nothing runs beside.
final class TextSearch: SearchingEngine, @unchecked Sendable {
    typealias Find = @Sendable (_ text: String, _ session: String?) async throws -> [RankedScan.Match]

    /// A session's own, as a store weighs words that lets no session learn about others.
    let sessionStatistics = SessionStatistics.session
    private let find: Find
    private let end: @Sendable () async throws -> Void
    private var texts: [(query: String, session: String?)] = []

    init(find: @escaping Find, close end: @escaping @Sendable () async throws -> Void) {
        self.find = find
        self.end = end
    }

    /// The search of anything that speaks the contract: hits with their messages and snippets.
    convenience init(
        _ backend: some MemoryBackend, options: SearchOptions = SearchOptions(limit: ExhaustiveSearch.hits)
    ) {
        self.init(
            find: { text, session in
                try await backend.searchHits(text, in: session, options: options).map {
                    RankedScan.Match(session: $0.session, sequence: $0.sequence, score: $0.score)
                }
            },
            close: { try await backend.close() })
    }

    func prepare(_ queries: [SearchQuery]) {
        texts = queries.map { ($0.text, $0.session.map { SessionNames.all[Int($0)] }) }
    }

    func hits(of query: Int) async throws -> [RankedMessage] {
        try await find(texts[query].query, texts[query].session).map { match in
            guard let session = UInt32(match.session.drop { !$0.isNumber }) else {
                throw EngineError("no session is called \(match.session)")
            }
            return RankedMessage(session: session, sequence: UInt32(match.sequence), score: match.score)
        }
    }

    func time(_ queries: [Int], _ limit: SearchLimit) async throws -> [UInt64] {
        var times: [UInt64] = []
        let begin = nanoseconds()
        for number in queries {
            let (query, session) = texts[number]
            let start = nanoseconds()
            _ = try await find(query, session)
            let end = nanoseconds()
            times.append(end - start)
            if times.count >= limit.enough && end - begin > limit.nanoseconds { break }
        }
        return times
    }

    func close() async throws { try await end() }

    /// Seconds that saving the messages of a corpus took, 100 a save, session after session.
    static func save<Backend: MemoryBackend>(_ corpus: SearchCorpus, to backend: Backend) async throws -> Double {
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
