// Where Amberlog itself comes in: all that the contract has no name for.
#if canImport(Amberlog)
    import AgentMemory
    import Amberlog

    extension EngineKind {
        static let isAmberlogAvailable = true

        /// With its index, which the others do without: their peers have none either.
        static let amberlogIndexed = EngineKind(name: "amberlog-indexed", family: .amberlog) {
            try await open($0, $1, isIndexed: true) { try await $0.checkpoint() }
        }
        /// Checkpointed before a time of reading, not compacted: segments as saves leave them.
        static let amberlog = EngineKind(name: "amberlog", family: .amberlog) {
            try await open($0, $1) { try await $0.checkpoint() }
        }
        /// Compacted before a time of reading: segments in LZ4 blocks.
        static let amberlogSealed = EngineKind(name: "amberlog-sealed", family: .amberlog) {
            try await open($0, $1) { _ = try await $0.compact() }
        }
        /// The same stores, read without keeping anything that was loaded.
        static let amberlogUncached = EngineKind(name: "amberlog-uncached", storeName: "amberlog", family: .amberlog) {
            try await open($0, $1, cacheBytes: 0) { try await $0.checkpoint() }
        }
        static let amberlogSealedUncached = EngineKind(
            name: "amberlog-sealed-uncached", storeName: "amberlog-sealed", family: .amberlog
        ) {
            try await open($0, $1, cacheBytes: 0) { _ = try await $0.compact() }
        }
        /// Saves messages whose metadata are dictionaries, as an application has them.
        static let amberlogDictionaries = EngineKind(name: "amberlog-dictionaries", family: .amberlog) {
            try await open($0, $1, .dictionaries) { try await $0.checkpoint() }
        }

        private static func open(
            _ path: String, _ mode: OpenMode, _ form: BackendEngine<AmberlogStore>.MetadataForm = .encoded,
            cacheBytes: Int? = nil, isIndexed: Bool = false,
            settle: @escaping @Sendable (AmberlogStore) async throws -> Void
        ) async throws -> any Engine {
            var options = StoreOptions()
            options.durability = mode.durability == .synced ? .synced : .buffered
            // Only when the harness asks for it, so that it lies within what is timed or outside of it, never half.
            options.compactAfter = nil
            options.searchEnabled = isIndexed
            if let cacheBytes { options.cacheBytes = cacheBytes }
            // Several read one store at the same time.
            if mode == .reading, cacheBytes == 0 { options.access = .readOnly }
            let store = try await AmberlogStore.open(path, options: options)
            return BackendEngine(
                store, form,
                maintenance: .init(
                    finishBuffered: { try await $0.checkpoint() }, settle: settle,
                    reclaim: { _ = try await $0.compact() }))
        }
    }
#else
    extension EngineKind {
        static let isAmberlogAvailable = false
        static let amberlog = missing("amberlog")
        static let amberlogSealed = missing("amberlog-sealed")
        static let amberlogIndexed = missing("amberlog-indexed")
        static let amberlogUncached = missing("amberlog-uncached")
        static let amberlogSealedUncached = missing("amberlog-sealed-uncached")
        static let amberlogDictionaries = missing("amberlog-dictionaries")

        private static func missing(_ name: String) -> EngineKind {
            EngineKind(name: name, family: .amberlog) { _, _ in throw EngineError("\(name) isn't part of this build") }
        }
    }
#endif
