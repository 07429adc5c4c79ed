internal import AgentMemory
internal import LogFormat

/// The options, checked and in the engine's units.
struct ResolvedOptions: Sendable {
    var access: StoreOptions.Access
    var durability: StoreOptions.Durability
    var timeToLive_µs: Int64
    var maximumMessages: Int?
    var maximumJournalBytes: UInt64
    var initialJournalBytes: UInt64
    var cacheBytes: Int
    var indexCacheBytes: Int
    var isSearchEnabled: Bool
    var stemsEnglish: Bool
    var sweepInterval_ms: Int
    var compactAfter_µs: Int64?
    var scheduling: StoreOptions.Scheduling
    /// So many sessions at most end in one batch.
    var endsPerBatch: Int

    /// The caller writes to the journal itself and doesn't wait for the medium.
    var isSynced: Bool { durability == .synced }

    init(_ options: StoreOptions) throws(MemoryError) {
        access = options.access
        durability = options.durability
        timeToLive_µs = 0
        if let timeToLive = options.timeToLive {
            timeToLive_µs = timeToLive.microseconds
            guard timeToLive_µs > 0 else { throw Self.invalid("timeToLive must be positive") }
        }
        if case .interval(let interval) = options.durability, interval.microseconds < 1000 {
            throw Self.invalid("The interval must be at least a millisecond")
        }
        maximumMessages = options.maximumMessages
        if let maximum = maximumMessages, maximum < 1 { throw Self.invalid("maximumMessages must be positive") }
        guard (1 << 16...Limits.journalBytesMax).contains(options.maximumJournalBytes) else {
            throw Self.invalid("maximumJournalBytes must be 64 KiB to 128 MiB")
        }
        guard (1 << 15...Limits.journalBytesMax).contains(options.initialJournalBytes) else {
            throw Self.invalid("initialJournalBytes must be 32 KiB to 128 MiB")
        }
        maximumJournalBytes = UInt64(options.maximumJournalBytes).roundedUpToBlock
        initialJournalBytes = min(UInt64(options.initialJournalBytes).roundedUpToBlock, maximumJournalBytes)
        cacheBytes = options.cacheBytes
        guard cacheBytes >= 0 else { throw Self.invalid("cacheBytes can't be negative") }
        indexCacheBytes = options.indexCacheBytes
        guard indexCacheBytes >= 0 else { throw Self.invalid("indexCacheBytes can't be negative") }
        isSearchEnabled = options.searchEnabled
        stemsEnglish = options.stemsEnglish
        sweepInterval_ms = Int(max(10, min(options.sweepInterval.microseconds / 1000, 86_400_000)))
        compactAfter_µs = options.compactAfter.map { max(0, $0.microseconds) }
        scheduling = options.scheduling
        endsPerBatch = options.endsPerBatch
    }

    private static func invalid(_ what: String) -> MemoryError { MemoryError(.invalidArgument, what) }
}

extension Duration {
    /// Whole microseconds, saturating.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }
}
