internal import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

/// Runs in memory: words are gathered from the backlog on one thread, made into a run on another, merged if small.
extension Engine {
    /// Indexes everything that is committed and not indexed yet. Whoever calls it does the work.
    ///
    /// - Parameter epoch: Messages of older epochs are in runs afterwards, where searches and flushes find them. Those
    ///   of this one and newer ones are gathered further: each run that is made early has to be merged later.
    func indexBacklog(finishingBefore epoch: UInt64 = .max) throws(MemoryError) {
        guard options.isSearchEnabled else { return }
        let waiting = search.gathering.withLock { indexer -> Int in
            let (items, waiters, wasOverfull) = state.withLock { state in
                let wasOverfull = state.backlog.isOverfull
                return (state.backlog.take(), state.backlog.takeWaiters(), wasOverfull)
            }
            if wasOverfull { state.signal() }
            for waiter in waiters { waiter.resume() }
            gather(items, indexer)
            if indexer.epoch < epoch { putAside(indexer) }
            return search.gathered.withLock { $0.count }
        }
        // The thread that gathers only helps where the other one doesn't keep up.
        if epoch > 0 || waiting > Self.gatheredMax || options.scheduling == .inline {
            try finishRuns(before: epoch > 0 ? epoch : .max)
        } else if waiting > 0 {
            requestMaintenance { $0.requests.append { [weak self] in try? self?.finishRuns(before: .max) } }
        }
    }

    /// So many wait for the maintenance thread to make runs of them.
    private static let gatheredMax = 2

    private func gather(_ items: [IndexBacklog.Item], _ indexer: borrowing MessageIndexer) {
        for item in items {
            if item.epoch != indexer.epoch {
                putAside(indexer)
                indexer.epoch = item.epoch
            }
            var offset = 0
            let bytes = item.run.records.bytes
            for index in 0..<item.run.count {
                guard let record = MessageRecord(bytes, at: offset) else { break }
                indexer.add(record, session: item.session, sequence: item.run.firstSequence + UInt64(index))
                offset += record.bytes.count
            }
            if indexer.isFull { putAside(indexer) }
        }
    }

    private func putAside(_ indexer: borrowing MessageIndexer) {
        if indexer.documents == 0 { return }
        let run = indexer.take()
        search.gathered.withLock { $0.append(run) }
    }

    /// Makes runs of what has been gathered of older epochs.
    private func finishRuns(before epoch: UInt64) throws(MemoryError) {
        let failure = search.finishing.withLock { _ -> MemoryError? in
            var failure: MemoryError?
            while let next = search.gathered.withLock({ runs in
                runs.first.map { $0.epoch < epoch } ?? false ? runs.removeFirst() : nil
            }) {
                do throws(MemoryError) {
                    try finish(next)
                } catch {
                    // The messages are safe in journal and segments: they are indexed from there later.
                    search.contents.withLock { $0.noteGap() }
                    failure = error
                }
            }
            return failure
        }
        if let failure { throw failure }
    }

    private func finish(_ gathered: GatheredRun) throws(MemoryError) {
        let run = SearchIndex.MemoryRun(reader: try gathered.finish(), epoch: gathered.epoch)
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
            // Only this and the flush change the list, both with the finishing lock held.
            contents.memory.removeAll { run in parts.contains { $0 === run.reader } }
            if let merged { contents.memory.append(SearchIndex.MemoryRun(reader: merged, epoch: last.epoch)) }
            contents.version += 1
        }
    }

    /// A run in memory of this size stays as it is until it is flushed.
    private static let mergedBytesMax = 4 << 20
}
