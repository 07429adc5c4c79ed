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
                open: { try await AmberlogSearch.open($0, .wordsOnly) }),
            SearchingEngineKind(
                name: "amberlog-unmerged", family: .amberlog, build: { try await build($0, $1, isMerged: false) },
                open: { try await AmberlogSearch.open($0, .wordsOnly) }),
            SearchingEngineKind(
                name: "amberlog-default", storeName: "amberlog", family: .amberlog,
                build: { try await build($0, $1, isMerged: true) },
                open: { try await AmberlogSearch.open($0, .conversation) }),
            SearchingEngineKind(
                name: "amberlog-messages", storeName: "amberlog", family: .amberlog,
                build: { try await build($0, $1, isMerged: true) },
                open: { TextSearch(try await AmberlogStore.open($0, options: AmberlogSearch.reading)) }),
        ]

        private static func build(
            _ path: String, _ source: SearchSource, isMerged: Bool
        ) async throws -> SearchBuild {
            let store = try await AmberlogStore.open(path, options: AmberlogSearch.options)
            let processor = ProcessorTime.now()
            var time = try await TextSearch.save(source.corpus, to: store)
            time += try await seconds { try await store.checkpoint() }
            let used = ProcessorTime.now() - processor
            if isMerged { try await store.mergeIndex() }
            try await store.close()
            return SearchBuild(seconds: time, processorSeconds: used, indexBytes: Files.allocatedBytes("\(path)/index"))
        }
    }

    /// How Amberlog is opened to be searched.
    private enum AmberlogSearch {
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

        /// Where the best messages are, without fetching them.
        static func open(_ path: String, _ ranking: SearchRanking) async throws -> TextSearch {
            let store = try await AmberlogStore.open(path, options: reading)
            let options = SearchOptions(limit: ExhaustiveSearch.hits, ranking: ranking)
            return TextSearch(
                find: { try await store.searchMatches($0, in: $1, options: options) },
                close: { try await store.close() })
        }
    }
#else
    extension SearchingEngineKind {
        static let amberlog: [SearchingEngineKind] = []
    }
#endif
