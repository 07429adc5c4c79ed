internal import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

/// The inverted index of a store: a log-structured merge tree of immutable runs (O'Neil et al., 1996).
///
/// New messages become small runs in memory, which merge among themselves; after a checkpoint, those of its epoch are
/// merged into one run in a file; runs in files merge in tiers, in the background. All of it is derived data: lost or
/// damaged, it is made again from the segments, and no save or load depends on it.
///
/// IMPORTANT: a run is put in force only for messages whose batches are durable. Otherwise a power loss could take a
/// message and give its sequence to another one, and the run would speak of the wrong one.
final class SearchIndex: Sendable {
    /// A run in a file.
    struct DiskRun: Sendable {
        var state: IndexRunState
        var reader: RunReader
    }

    struct MemoryRun: Sendable {
        var reader: RunReader
        var epoch: UInt64
    }

    struct Contents: Sendable {
        /// `nil` until the first search has opened them.
        var disk: [DiskRun]?
        var memory: [MemoryRun] = []
        /// Some messages in segments are in no run: they are being indexed.
        private(set) var isCatchingUp = false
        /// How often that has come to be so.
        private(set) var gaps = 0
        /// Everything is about to be indexed anew: whoever indexes what is missing stops.
        var isReindexWanted = false
        /// Runs that turned out to be damaged, by number: searches do without them.
        var damaged: [UInt64: MemoryError] = [:]
        /// Grows with every change, so that a search that fails can tell whether the runs were replaced under it.
        var version: UInt64 = 0

        mutating func noteGap() {
            isCatchingUp = true
            gaps += 1
            version += 1
        }

        /// - Parameter known: ``gaps`` when the work began: others may have come since.
        mutating func closeGaps(_ known: Int) {
            if gaps == known { isCatchingUp = false }
        }
    }

    /// What one search looks at.
    struct Snapshot: Sendable {
        var runs: [RunReader]
        var isComplete: Bool
        var version: UInt64
    }

    let contents = Mutex(Contents())
    /// Held while words are gathered from the backlog. A search waits for it, so that it misses nothing; then for
    /// ``finishing``.
    let gathering: Mutex<MessageIndexer>
    /// What has been gathered and isn't a run yet, oldest first.
    let gathered = Mutex<[GatheredRun]>([])
    /// Held while what has been gathered becomes runs, and while the list of runs in memory changes.
    let finishing = Mutex(())
    /// Held while the runs that the manifest lists are opened, and while both the manifest's list and this one change.
    /// Otherwise a search could open the list of before and keep it, or take a run for one more that it has in memory.
    let listing = Mutex(())
    let cache: PageCache

    init(cacheBytes: Int, stemsEnglish: Bool) {
        cache = PageCache(bytes: cacheBytes)
        gathering = Mutex(MessageIndexer(stemsEnglish: stemsEnglish))
    }
}

extension Engine {
    var tokenOptions: UInt32 { options.stemsEnglish ? MessageIndexer.stemsEnglish : 0 }

    /// Which of some sequences of a session are still there.
    func liveSequences(of session: UInt64, _ sequences: Range<UInt64>) -> [Range<UInt64>] {
        state.withLock { $0.liveSequences(of: session, sequences, now_µs: clock.now_µs()) }
    }

    /// Called after a commit, without any lock: has the backlog indexed, and waits while it is overfull.
    func keepIndexUp(_ backlogBytes: Int) async {
        requestIndexing()
        if backlogBytes <= IndexBacklog.bytesMax || options.scheduling == .inline { return }
        await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
            let mustWait = state.withLock { state -> Bool in
                guard state.backlog.isOverfull, !state.isClosed else { return false }
                state.backlog.waiters.append(waiter)
                return true
            }
            if !mustWait { waiter.resume() }
        }
    }

    /// The same on the commit thread, which may block.
    func keepIndexUpBlocking() {
        let bytes = state.withLock { $0.backlog.bytes }
        if bytes <= IndexBacklog.wantedBytes { return }
        requestIndexing()
        if bytes <= IndexBacklog.bytesMax || options.scheduling == .inline { return }
        state.withLock(when: { !$0.backlog.isOverfull || $0.isClosed }) { _ in }
    }

    private func requestIndexing() {
        if options.scheduling == .inline {
            try? indexBacklog(finishingBefore: 0)
        } else {
            indexer.withLock { $0.isWanted = true }
            indexer.signal()
        }
    }

    /// The body of the index thread.
    func indexLoop() {
        while true {
            let isOver = indexer.withLock(when: { $0.isWanted || $0.isClosing }) { state -> Bool in
                state.isWanted = false
                return state.isClosing
            }
            if isOver { break }
            try? indexBacklog(finishingBefore: 0)
        }
        // Whoever comes now doesn't wait any more, because the store is closed.
        for waiter in state.withLock({ $0.backlog.takeWaiters() }) { waiter.resume() }
    }
}

/// What the index thread has to do.
struct IndexerState: Sendable {
    var isWanted = false
    var isClosing = false
}

extension EngineState {
    /// Which of some sequences of a session are still there, in order.
    func liveSequences(of session: UInt64, _ sequences: Range<UInt64>, now_µs: Int64) -> [Range<UInt64>] {
        guard let slot = table.slot(ofNumber: session) else { return [] }
        let record = table[slot]
        if record.pointee.isHidden(at: max(now_µs, latestClock_µs)) { return [] }
        var rest = sequences.clamped(
            to: record.pointee.firstLive..<max(record.pointee.firstLive, record.pointee.nextSequence))
        if rest.isEmpty { return [] }
        let removed = table.removedRanges(slot)
        if removed.isEmpty { return [rest] }
        var live: [Range<UInt64>] = []
        for gap in removed where gap.overlaps(rest) {
            if gap.lowerBound > rest.lowerBound { live.append(rest.lowerBound..<gap.lowerBound) }
            rest = min(gap.upperBound, rest.upperBound)..<rest.upperBound
        }
        if !rest.isEmpty { live.append(rest) }
        return live
    }
}
