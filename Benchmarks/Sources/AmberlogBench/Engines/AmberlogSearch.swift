// Where Amberlog's search comes in.
#if canImport(Amberlog)
    import AgentMemory
    import Amberlog

    extension SearchingEngineKind {
        /// `amberlog`: ranked (session, sequence, score), plain BM25, runs merged; `amberlog-unmerged`: the same
        /// before merging; `amberlog-default`: ranked with default options; `amberlog-messages`: default options,
        /// through the contract, with messages and snippets.
        static let amberlog: [SearchingEngineKind] = [
            SearchingEngineKind(
                name: "amberlog", family: .amberlog, build: { try await build($0, $1, isMerged: true) },
                open: { try await AmberlogSearch($0, .wordsOnly) }),
            SearchingEngineKind(
                name: "amberlog-unmerged", family: .amberlog, build: { try await build($0, $1, isMerged: false) },
                open: { try await AmberlogSearch($0, .wordsOnly) }),
            SearchingEngineKind(
                name: "amberlog-default", storeName: "amberlog", family: .amberlog,
                build: { try await build($0, $1, isMerged: true) },
                open: { try await AmberlogSearch($0, .conversation) }),
            SearchingEngineKind(
                name: "amberlog-messages", storeName: "amberlog", family: .amberlog,
                build: { try await build($0, $1, isMerged: true) },
                open: { BackendSearch(try await AmberlogStore.open($0, options: AmberlogSearch.reading)) }),
        ]

        private static func build(
            _ path: String, _ source: SearchSource, isMerged: Bool
        ) async throws -> SearchBuild {
            let store = try await AmberlogStore.open(path, options: AmberlogSearch.options)
            let processor = ProcessorTime.now()
            var time = try await BackendSearch.save(source.corpus, to: store)
            time += try await seconds { try await store.checkpoint() }
            let used = ProcessorTime.now() - processor
            if isMerged { try await store.mergeIndex() }
            try await store.close()
            return SearchBuild(seconds: time, processorSeconds: used, indexBytes: Files.allocatedBytes("\(path)/index"))
        }
    }

    /// Amberlog's own side: where the best messages are, without fetching them.
    ///
    /// `@unchecked Sendable`: `texts` is written by `prepare`, which nothing runs beside.
    final class AmberlogSearch: SearchingEngine, @unchecked Sendable {
        let sessionStatistics = SessionStatistics.session
        private let store: AmberlogStore
        private let options: SearchOptions
        private var texts: [(query: String, session: String?)] = []

        /// Words as they stand, as the peers have them.
        static var options: StoreOptions {
            var options = StoreOptions()
            options.durability = .buffered
            options.compactAfter = nil
            options.stemsEnglish = false
            return options
        }

        /// Several read one store at the same time.
        static var reading: StoreOptions {
            var options = options
            options.access = .readOnly
            return options
        }

        init(_ path: String, _ ranking: SearchRanking) async throws {
            store = try await AmberlogStore.open(path, options: Self.reading)
            options = SearchOptions(limit: ExhaustiveSearch.hits, ranking: ranking)
        }

        func prepare(_ queries: [SearchQuery]) {
            texts = queries.map { ($0.text, $0.session.map { SessionNames.all[Int($0)] }) }
        }

        func hits(of query: Int) async throws -> [RankedMessage] {
            try await store.searchMatches(texts[query].query, in: texts[query].session, options: options).map { match in
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
                _ = try await store.searchMatches(query, in: session, options: options)
                let end = nanoseconds()
                times.append(end - start)
                if times.count >= limit.enough && end - begin > limit.nanoseconds { break }
            }
            return times
        }

        func close() async throws { try await store.close() }
    }
#else
    extension SearchingEngineKind {
        static let amberlog: [SearchingEngineKind] = []
    }
#endif
