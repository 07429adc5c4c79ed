internal import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

/// Indexing from segments: what a crash, a damaged run, or a time without search has left out of the runs. On the
/// maintenance thread.
extension Engine {
    /// Runs in memory of so many bytes are gathered before they are written as one.
    private static let stepBytes = 16 << 20

    func requestCatchUp() {
        guard options.isSearchEnabled, !isReadOnly, options.scheduling == .threads else { return }
        requestMaintenance { state in
            state.requests.append { [weak self] in self?.catchUpNow() }
        }
    }

    /// In inline scheduling there is no thread that indexes what is missing: the next search does, before it looks.
    func catchUpInline() {
        guard options.isSearchEnabled, !isReadOnly, options.scheduling == .inline, isCatchingUpIndex else { return }
        let isMine = maintenance.withLock { state -> Bool in
            if state.isBusy { return false }
            state.isBusy = true
            return true
        }
        guard isMine else { return }
        catchUpNow()
        maintenance.withLock { $0.isBusy = false }
    }

    private func catchUpNow() {
        do throws(MemoryError) {
            try catchUpIndex()
        } catch {
            // Damage that only this has found: the run is done without, and its messages come the next time.
            if !noteDamage(error) { noteFailure(error) }
        }
    }

    /// Whether some messages are known to be in no run.
    var isCatchingUpIndex: Bool { search.contents.withLock { $0.isCatchingUp } }

    /// Searches say from now on that they are not complete.
    func noteIndexGap() {
        search.contents.withLock { $0.noteGap() }
    }

    /// Whether segments hold messages that no run may have.
    var needsCatchUp: Bool {
        let (checkpointed, indexed) = catalog.withLock { ($0.checkpointed, $0.indexed) }
        return indexed < checkpointed || isCatchingUpIndex
    }

    /// Indexes the live messages in segments that are in no run.
    ///
    /// - Parameter progress: Told how many sessions of how many have been looked at.
    func catchUpIndex(progress: ((_ done: Int, _ total: Int) -> Void)? = nil) throws(MemoryError) {
        guard options.isSearchEnabled, needsCatchUp else { return }
        try checkpoint()
        let epoch = state.withLock { $0.backlog.epoch }
        let gaps = search.contents.withLock { contents -> Int in
            contents.noteGap()
            return contents.gaps
        }
        let through = catalog.withLock { $0.checkpointed }
        try indexBacklog()
        // What the checkpoint could not write counts as indexed below, and would be gone with the process.
        let unwritten = search.contents.withLock { contents in contents.memory.filter { $0.epoch < epoch } }
        if !unwritten.isEmpty { _ = try replaceRuns([], adding: unwritten.map(\.reader), indexed: nil) { true } }
        try dropDamagedRuns()
        let sessions = state.withLock { state -> [UInt64] in
            (0..<state.table.slotCount).map { state.table[$0].pointee.number }.filter { $0 != 0 }
        }
        let indexer = MessageIndexer(stemsEnglish: options.stemsEnglish)
        var runs: [RunReader] = []
        // A run's messages come in the order of the sessions' numbers.
        for (index, session) in sessions.sorted().enumerated() {
            if maintenance.withLock({ $0.isClosing }) || search.contents.withLock({ $0.isReindexWanted }) { return }
            if index % 64 == 0 {
                progress?(index, sessions.count)
                doUrgentMaintenance()
            }
            try indexMissing(of: session, through: through, indexer, &runs)
            if runs.reduce(0, { $0 + $1.residentBytes }) >= Self.stepBytes { try writeRuns(&runs) }
        }
        if indexer.documents > 0 { runs.append(try indexer.take().finish()) }
        try writeRuns(&runs)
        progress?(sessions.count, sessions.count)
        search.contents.withLock { $0.closeGaps(gaps) }
        if search.contents.withLock({ $0.isCatchingUp }) { return }
        let counters = state.withLock { $0.counters }
        try catalog.withLock { (catalog) throws(MemoryError) in
            catalog.indexed = max(catalog.indexed, through)
            try catalog.append([.counters(catalog.completing(counters))])
        }
        try mergeRuns()
    }

    /// Removes every run and indexes all messages again. On the maintenance thread.
    func reindex(progress: ((_ done: Int, _ total: Int) -> Void)? = nil) throws(MemoryError) {
        guard options.isSearchEnabled else {
            throw MemoryError(.invalidArgument, "The store was opened without search")
        }
        search.contents.withLock { $0.isReindexWanted = false }
        let numbers = catalog.withLock { $0.runs.keys.sorted() }
        try search.listing.withLock { (_) throws(MemoryError) in
            try unlistRuns(numbers)
            search.contents.withLock { contents in
                contents.disk = []
                contents.noteGap()
            }
        }
        for number in numbers { search.cache.remove(run: number) }
        try reclaim(numbers.map(StorePaths.indexRun), journals: [])
        try catchUpIndex(progress: progress)
        try mergeAllRuns()
    }

    private func writeRuns(_ runs: inout [RunReader]) throws(MemoryError) {
        if runs.isEmpty { return }
        _ = try replaceRuns([], adding: runs, indexed: nil) { true }
        runs = []
    }

    /// Takes runs out of the manifest.
    ///
    /// IMPORTANT: the same edit says that nothing is sure to be indexed any more. Otherwise a crash before the messages
    /// are indexed again would leave them out for good.
    func unlistRuns(_ numbers: [UInt64]) throws(MemoryError) {
        let counters = state.withLock { $0.counters }
        try catalog.withLock { (catalog) throws(MemoryError) in
            catalog.indexed = 0
            var items = numbers.map { ManifestItem.indexRunRemoved($0) }
            items.append(.counters(catalog.completing(counters)))
            try catalog.append(items)
            for number in numbers { catalog.runs[number] = nil }
        }
    }

    private func dropDamagedRuns() throws(MemoryError) {
        let damaged = search.contents.withLock { $0.damaged.keys.sorted() }
        let listed = catalog.withLock { catalog in damaged.filter { catalog.runs[$0] != nil } }
        if listed.isEmpty { return }
        try unlistRuns(listed)
        try reclaim(listed.map(StorePaths.indexRun), journals: [])
    }

    /// - Parameter runs: Gets what is full.
    private func indexMissing(
        of session: UInt64, through: UInt64, _ indexer: borrowing MessageIndexer, _ runs: inout [RunReader]
    ) throws(MemoryError) {
        guard let (segment, id) = state.withLock({ $0.segment(ofNumber: session) }) else { return }
        var missing = liveSequences(of: session, segment.firstLive..<segment.nextSequence)
        for run in try runsForCoverage() where !missing.isEmpty {
            for entry in try run.columns(run.access(search.cache, .mayWait)).entries(ofSession: session) {
                missing = missing.flatMap { $0.subtracting(entry.sequences) }
            }
        }
        if missing.isEmpty { return }
        do throws(MemoryError) {
            try segmentReader(segment, session: id).scan { (block) throws(MemoryError) in
                var offset = 0
                for index in 0..<block.count {
                    guard let record = MessageRecord(block.records, at: offset) else { break }
                    offset += record.bytes.count
                    let sequence = block.firstSequence + UInt64(index)
                    if missing.contains(where: { $0.contains(sequence) }) {
                        indexer.add(record, session: session, sequence: sequence)
                    }
                }
                if indexer.isFull { runs.append(try indexer.take().finish()) }
            }
        } catch  where error.isFileMissing && state.withLock({ $0.segment(ofNumber: session)?.0 != segment }) {
            // Cleared or compacted since: what is still there is looked at the next time.
        } catch  where error.code == .damaged {
            // The messages can't be read, so they can't be found: the rest of the store can.
            state.withLock { $0.lastMaintenanceFailure = error }
        }
    }

    private func runsForCoverage() throws(MemoryError) -> [RunReader] {
        let disk = try openRuns()
        return search.contents.withLock { contents in disk.map(\.reader) + contents.memory.map(\.reader) }
    }
}

extension Range<UInt64> {
    /// What is left of the range without another one.
    fileprivate func subtracting(_ other: Range<UInt64>) -> [Range<UInt64>] {
        guard overlaps(other) else { return [self] }
        var rest: [Range<UInt64>] = []
        if lowerBound < other.lowerBound { rest.append(lowerBound..<other.lowerBound) }
        if other.upperBound < upperBound { rest.append(other.upperBound..<upperBound) }
        return rest
    }
}
