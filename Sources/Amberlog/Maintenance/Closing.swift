internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Ending.
extension Engine {
    /// Commits what is queued, checkpoints, and releases everything. Blocks; not for a cooperative thread.
    func close() throws(MemoryError) {
        let wasClosed = state.withLock { state -> Bool in
            defer { state.isClosed = true }
            return state.isClosed
        }
        if wasClosed { return }
        state.signal()
        var failure: MemoryError?
        if !isReadOnly, state.withLock({ $0.damages.isEmpty }) {
            let workers = threads.withLock { $0 }
            indexer.withLock { $0.isClosing = true }
            indexer.signal()
            // The committer, which needs journals, ends before the maintenance thread, which makes them.
            for worker in workers.dropLast() { worker.join() }
            maintenance.withLock { $0.isClosing = true }
            maintenance.signal()
            workers.last?.join()
            do throws(MemoryError) {
                try poisoning { () throws(MemoryError) in
                    try checkpoint()
                    try retireJournals()
                    try writeAnchor()
                }
            } catch {
                failure = error
            }
        }
        io.close()
        state.withLock { state in
            state.descriptors.removeAll()
            state.messageCache.removeAll()
        }
        catalog.withLock { $0.release() }
        try? lockFile?.unlock()
        if let failure { throw failure }
    }

    /// Ends the threads without waiting or writing: what a store does that is let go without being closed. Nothing is
    /// lost, because the journal has it all.
    func abandon() {
        state.withLock { $0.isClosed = true }
        state.signal()
        indexer.withLock { $0.isClosing = true }
        indexer.signal()
        maintenance.withLock { state in
            state.isClosing = true
            state.requests = []
            state.isJournalWanted = false
            state.isCheckpointWanted = false
            state.isSweepWanted = false
        }
        maintenance.signal()
        io.close()
    }

    /// Everything stands in segments, so no journal is needed. One small file stays for the next opening.
    private func retireJournals() throws(MemoryError) {
        let isEmpty = state.withLock { state in
            state.dirty.isEmpty && state.ended.isEmpty && state.failure == nil
        }
        guard isEmpty else { return }
        try catalog.withLock { (catalog) throws(MemoryError) in
            let listed = catalog.journals.values.sorted { $0.number < $1.number }
            if !listed.isEmpty {
                try catalog.append(listed.map { ManifestItem.journalRetired($0.number) })
                catalog.journals = [:]
            }
            if try catalog.isPinned || catalog.hasReaders { return }
            var hasKept = false
            for journal in listed + catalog.recyclable {
                if !hasKept, journal.size == options.initialJournalBytes {
                    hasKept = true
                } else {
                    try catalog.removeFile(StorePaths.journal(journal.number))
                }
            }
        }
    }
}
