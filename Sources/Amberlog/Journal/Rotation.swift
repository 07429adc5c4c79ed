internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// From one journal to the next.
extension Engine {
    /// Goes on in the spare journal, waiting for one if there is none.
    func rotate(needing bytes: UInt64) {
        // The eighth that is kept for forgetting comes on top.
        let wanted = (bytes + UInt64(2 * Limits.blockBytes)) * 8 / 7 + UInt64(Limits.blockBytes)
        var old: JournalFile?
        let isReady = state.withLock { state -> Bool in
            state.isCommitting = true
            state.wantedJournalBytes = max(state.wantedJournalBytes, wanted)
            old = state.journal
            return state.spare.map { $0.size >= wanted } ?? false
        }
        if !isReady {
            let hasClosed = state.withLock { !$0.closedJournals.isEmpty }
            requestMaintenance {
                $0.isJournalWanted = true
                if hasClosed { $0.isCheckpointWanted = true }
            }
            switch options.scheduling {
            case .threads: prepareJournal()
            case .inline: maintainInline()
            }
        }
        // In every mode: nothing is written to a journal before its predecessor is durable, so that the order of
        // journals is an order of durability.
        var failure: MemoryError?
        if let old, !options.isSynced, old.lastBatch > 0 {
            do throws(FileError) {
                try old.file.synchronize()
            } catch {
                let error = MemoryError(error, "Synchronizing the journal")
                poison(by: error)
                failure = error
            }
        }
        // A spare of the right size, or a reason why there will be none.
        let isSettled = { (state: EngineState) in
            failure != nil || state.failure != nil || state.journalFailure != nil || self.options.scheduling == .inline
                || (state.spare.map { $0.size >= wanted } ?? false)
        }
        let mustCheckpoint = state.withLock(when: isSettled) { state -> Bool in
            defer { state.isCommitting = false }
            if failure != nil { return false }
            guard state.spare.map({ $0.size >= wanted }) ?? false else {
                // The journal could not be made. Those who wait hear of it; the next save tries again.
                if let error = state.journalFailure {
                    state.journalFailure = nil
                    state.failQueue(error)
                }
                return false
            }
            state.journalFailure = nil
            state.wantedJournalBytes = 0
            if !options.isSynced { state.durableThrough = max(state.durableThrough, state.committedThrough) }
            if let journal = state.journal {
                state.close(journal)
                let now = clock.now_µs()
                if now - state.lastRotation_µs < Self.busyRotation_µs {
                    state.journalBytes = min(options.maximumJournalBytes, state.journalBytes * 4)
                }
                state.lastRotation_µs = now
            }
            state.journal = state.spare
            state.spare = nil
            return !state.closedJournals.isEmpty
        }
        requestMaintenance {
            $0.isJournalWanted = true
            if mustCheckpoint { $0.isCheckpointWanted = true }
        }
        if options.scheduling == .inline { maintainInline() }
    }

    /// A journal that filled up faster than this was too small.
    private static let busyRotation_µs: Int64 = 10_000_000

    /// Makes what the journal holds durable. Called at intervals, at checkpoints and on closing.
    ///
    /// - Returns: `false` when the store is poisoned.
    @discardableResult
    func synchronizeJournal() -> Bool {
        let work = state.withLock { state -> (JournalFile, UInt64)? in
            guard let journal = state.journal, state.failure == nil,
                state.durableThrough < state.committedThrough
            else { return nil }
            // What is written from now on must not share a block with what this makes durable.
            journal.isAlignmentDue = true
            return (journal, state.committedThrough)
        }
        guard let (journal, through) = work else { return state.withLock { $0.failure == nil } }
        do throws(FileError) {
            try journal.file.synchronize()
            state.withLock { $0.durableThrough = max($0.durableThrough, through) }
            return true
        } catch {
            poison(by: MemoryError(error, "Synchronizing the journal"))
            return false
        }
    }
}
