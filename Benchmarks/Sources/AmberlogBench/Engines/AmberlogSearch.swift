// Where Amberlog's search comes in.
#if canImport(Amberlog)
    import AgentMemory
    import Amberlog

    extension SearchingEngineKind {
        /// Whether search has an index. A scan of a million messages for each query has no place in these tables.
        static let isAmberlogIndexed = false

        /// `amberlog`: ranked (session, sequence, score), plain BM25, runs merged; `amberlog-unmerged`: the same
        /// before merging; `amberlog-default`: ranked with default options; `amberlog-messages`: default options,
        /// through the contract, with messages and snippets.
        static let amberlog: [SearchingEngineKind] = isAmberlogIndexed ? [amberlogMessages] : []

        private static let amberlogMessages = SearchingEngineKind(
            name: "amberlog-messages", storeName: "amberlog", family: .amberlog, build: build,
            open: { BackendSearch(try await AmberlogStore.open($0, options: options)) })

        private static var options: StoreOptions {
            var options = StoreOptions()
            options.durability = .buffered
            options.compactAfter = nil
            return options
        }

        private static func build(_ path: String, _ source: SearchSource) async throws -> SearchBuild {
            let store = try await AmberlogStore.open(path, options: options)
            let processor = ProcessorTime.now()
            var time = try await BackendSearch.save(source.corpus, to: store)
            time += try await seconds { try await store.checkpoint() }
            let used = ProcessorTime.now() - processor
            try await store.close()
            return SearchBuild(seconds: time, processorSeconds: used, indexBytes: nil)
        }
    }
#else
    extension SearchingEngineKind {
        static let amberlog: [SearchingEngineKind] = []
    }
#endif
