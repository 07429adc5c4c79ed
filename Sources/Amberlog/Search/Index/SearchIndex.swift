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
    /// Held while the backlog is indexed: a search waits for it, so that it misses nothing.
    let building: Mutex<NextRun>
    let cache: PageCache

    init(cacheBytes: Int, stemsEnglish: Bool) {
        cache = PageCache(bytes: cacheBytes)
        building = Mutex(NextRun(stemsEnglish: stemsEnglish))
    }
}

/// Messages on their way into a run. They are gathered until a search, a flush, or their number calls for it: each run
/// that is made early has to be merged later.
struct NextRun: ~Copyable {
    let indexer: MessageIndexer
    /// All of them are of this epoch.
    var epoch: UInt64 = 0

    init(stemsEnglish: Bool) {
        indexer = MessageIndexer(stemsEnglish: stemsEnglish)
    }
}

extension Engine {
    /// Indexes everything that is committed and not indexed yet. Whoever calls it does the work.
    ///
    /// - Parameter epoch: Messages of older epochs are in runs afterwards, where searches and flushes find them. Those
    ///   of this one and newer ones are gathered further.
    func indexBacklog(finishingBefore epoch: UInt64 = .max) throws(MemoryError) {
        guard options.isSearchEnabled else { return }
        let failure = search.building.withLock { next -> MemoryError? in
            let (items, waiters, wasOverfull) = state.withLock { state in
                let wasOverfull = state.backlog.isOverfull
                return (state.backlog.take(), state.backlog.takeWaiters(), wasOverfull)
            }
            if wasOverfull { state.signal() }
            for waiter in waiters { waiter.resume() }
            do throws(MemoryError) {
                try index(items, &next)
                if next.epoch < epoch { try finish(&next) }
                return nil
            } catch {
                // The messages are safe in journal and segments: they are indexed from there later.
                search.contents.withLock { $0.noteGap() }
                return error
            }
        }
        if let failure { throw failure }
    }

    private func index(_ items: [IndexBacklog.Item], _ next: inout NextRun) throws(MemoryError) {
        for item in items {
            if item.epoch != next.epoch {
                try finish(&next)
                next.epoch = item.epoch
            }
            var offset = 0
            let bytes = item.run.records.bytes
            for index in 0..<item.run.count {
                guard let record = MessageRecord(bytes, at: offset) else { break }
                next.indexer.add(record, session: item.session, sequence: item.run.firstSequence + UInt64(index))
                offset += record.bytes.count
            }
            if next.indexer.isFull { try finish(&next) }
        }
    }

    /// Makes a run in memory of what has been gathered.
    private func finish(_ next: inout NextRun) throws(MemoryError) {
        if next.indexer.documents == 0 { return }
        let run = SearchIndex.MemoryRun(reader: try next.indexer.finish(), epoch: next.epoch)
        let runs = search.contents.withLock { contents -> [SearchIndex.MemoryRun] in
            contents.memory.append(run)
            contents.version += 1
            return contents.memory
        }
        try mergeInMemory(runs)
    }

    /// Merges the newest runs while each is less than twice as large as what comes after it, as the digits of a binary
    /// counter carry: O(log n) runs, each message merged O(log n) times.
    private func mergeInMemory(_ runs: [SearchIndex.MemoryRun]) throws(MemoryError) {
        guard let last = runs.last else { return }
        var first = runs.count - 1
        var documents = last.reader.documents
        while first > 0, runs[first - 1].epoch == last.epoch, runs[first - 1].reader.documents < 2 * documents,
            runs[first - 1].reader.residentBytes < Self.mergedBytesMax
        {
            first -= 1
            documents += runs[first].reader.documents
        }
        if first == runs.count - 1 { return }
        let parts = runs[first...].map(\.reader)
        let merged = try RunMerger.merge(parts, tokenOptions: tokenOptions, isLive: liveSequences)
        search.contents.withLock { contents in
            // Only this, under the building lock, and the flush, under it too, change the list.
            contents.memory.removeAll { run in parts.contains { $0 === run.reader } }
            if let merged { contents.memory.append(SearchIndex.MemoryRun(reader: merged, epoch: last.epoch)) }
            contents.version += 1
        }
    }

    var tokenOptions: UInt32 { options.stemsEnglish ? MessageIndexer.stemsEnglish : 0 }

    /// Which of some sequences of a session are still there.
    func liveSequences(of session: UInt64, _ sequences: Range<UInt64>) -> [Range<UInt64>] {
        state.withLock { $0.liveSequences(of: session, sequences, now_µs: clock.now_µs()) }
    }

    /// A run in memory of this size stays as it is until it is flushed.
    private static let mergedBytesMax = 4 << 20

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
