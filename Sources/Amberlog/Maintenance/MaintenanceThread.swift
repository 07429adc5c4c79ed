internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What the maintenance thread has to do.
struct MaintenanceState: Sendable {
    var isJournalWanted = false
    var isCheckpointWanted = false
    var isSweepWanted = false
    /// Long work that someone asked for, in order.
    var requests: [@Sendable () -> Void] = []
    var isClosing = false
    /// Someone is doing maintenance in the caller (inline scheduling): don't nest.
    var isBusy = false

    var hasWork: Bool { isJournalWanted || isCheckpointWanted || isSweepWanted || !requests.isEmpty }
}

/// One thread prepares journals, checkpoints, compacts, sweeps, erases and backs up: one thing at a time, so none of
/// them has to know of the others. Long work calls ``doUrgentMaintenance()`` between its steps, so that saves never
/// wait for it.
extension Engine {
    func requestMaintenance(_ change: (inout MaintenanceState) -> Void) {
        maintenance.withLock { change(&$0) }
        if options.scheduling == .threads { maintenance.signal() }
    }

    /// The body of the maintenance thread.
    func maintenanceLoop() {
        while true {
            let isOver = maintenance.withLock(
                when: { $0.hasWork || $0.isClosing }, timeout_ms: options.sweepInterval_ms
            ) { state, hasWork -> Bool in
                if !hasWork { state.isSweepWanted = true }
                return hasWork && !state.hasWork
            }
            if isOver { return }
            doUrgentMaintenance()
            let (isSweepWanted, request) = maintenance.withLock { state -> (Bool, (@Sendable () -> Void)?) in
                let sweep = state.isSweepWanted
                state.isSweepWanted = false
                return (sweep, state.requests.isEmpty ? nil : state.requests.removeFirst())
            }
            if isSweepWanted { routineMaintenance() }
            request?()
        }
    }

    /// Journals first, because saves wait for them; then the checkpoint, because it gives journals back.
    func doUrgentMaintenance() {
        while true {
            let (journal, checkpoint) = maintenance.withLock { state -> (Bool, Bool) in
                defer {
                    state.isJournalWanted = false
                    state.isCheckpointWanted = false
                }
                return (state.isJournalWanted, state.isCheckpointWanted)
            }
            if !journal && !checkpoint { return }
            if journal { prepareJournal() }
            // Without room for a journal, a checkpoint may make some: what has been forgotten goes.
            let isFull = state.withLock { $0.spare == nil && $0.journalFailure?.code == .noSpace }
            if checkpoint || isFull {
                do throws(MemoryError) {
                    try self.checkpoint()
                } catch {
                    noteFailure(error)
                    // Whoever waits for a journal that this checkpoint was to give back hears why there is none.
                    state.withLock { if $0.spare == nil { $0.journalFailure = error } }
                    state.signal()
                }
                // The checkpoint may have given back the room that the journal needed.
                if state.withLock({ $0.spare == nil }) { prepareJournal() }
            }
        }
    }

    /// In inline scheduling, whoever needs maintenance does it.
    func maintainInline() {
        let isMine = maintenance.withLock { state -> Bool in
            if state.isBusy { return false }
            state.isBusy = true
            return true
        }
        guard isMine else { return }
        doUrgentMaintenance()
        maintenance.withLock { $0.isBusy = false }
    }

    /// A failed synchronization poisons the store; any other failure of maintenance is tried again the next time.
    func noteFailure(_ error: MemoryError) {
        poison(by: error)
        state.withLock { $0.lastMaintenanceFailure = error }
    }

    /// Runs work on the maintenance thread and returns what it returns.
    func onMaintenanceThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(MemoryError) -> Value
    ) async throws(MemoryError) -> Value {
        if options.scheduling == .inline { return try work() }
        let result = await withUnsafeContinuation { (waiter: UnsafeContinuation<Result<Value, MemoryError>, Never>) in
            let refused = maintenance.withLock { state -> Bool in
                if state.isClosing { return true }
                state.requests.append {
                    do throws(MemoryError) {
                        waiter.resume(returning: .success(try work()))
                    } catch {
                        waiter.resume(returning: .failure(error))
                    }
                }
                return false
            }
            if refused { waiter.resume(returning: .failure(.closedStore)) } else { maintenance.signal() }
        }
        return try result.get()
    }

    /// What happens at every sweep interval without anyone asking.
    private func routineMaintenance() {
        if state.withLock({ self.hasExpired($0) }) {
            // Through the queue, like everything that changes the store.
            Task { _ = try? await end(.expired, .expired) }
        }
        do throws(MemoryError) {
            try catalog.withLock { (catalog) throws(MemoryError) in try catalog.collectGraves() }
            try writeAnchor()
            try compactInBackground()
            // What failed before, for want of room perhaps, is tried again.
            if isCatchingUpIndex { requestCatchUp() }
            try mergeRuns()
        } catch {
            noteFailure(error)
        }
    }

    private func hasExpired(_ state: EngineState) -> Bool {
        let now = state.advanceClock(clock.now_µs())
        for slot in 0..<state.table.slotCount where state.table[slot].pointee.number != 0 {
            let record = state.table[slot]
            if record.pointee.status & SessionRecord.isVisible != 0, record.pointee.isHidden(at: now) { return true }
        }
        return false
    }

    /// Records how far journal and manifest are durable.
    func writeAnchor() throws(MemoryError) {
        try withFileErrors("Writing the anchor") { () throws(FileError) in
            try anchor.withLock { (anchor) throws(FileError) in
                // Looked at with the anchor's lock held: of two threads, the later one must not write the earlier state.
                let durable = state.withLock { $0.durableThrough }
                let (number, length) = catalog.withLock { ($0.number, $0.length) }
                try anchor?.write(durableThrough: durable, manifestNumber: number, manifestLength: length)
            }
        }
    }

    // MARK: Journals

    /// Makes the spare journal, from a retired file when one of the right size is there.
    ///
    /// On the maintenance thread, ahead of need; or on the commit thread, when that one is busy with a checkpoint. If
    /// the other one is at it already, returns at once.
    func prepareJournal() {
        let work = state.withLock { state -> (size: UInt64, number: UInt64, unusable: JournalFile?)? in
            let wanted = max(
                state.journalBytes, min(state.wantedJournalBytes.roundedUpToBlock, UInt64(Limits.journalBytesMax)))
            if let spare = state.spare, spare.size >= state.wantedJournalBytes { return nil }
            if state.failure != nil || state.isPreparingJournal { return nil }
            // Back-pressure: more journals than this means that checkpoints don't keep up; saves wait for one.
            if state.closedJournals.count >= Self.closedJournalsMax { return nil }
            let unusable = state.spare
            state.spare = nil
            state.isPreparingJournal = true
            state.nextFile += 1
            return (wanted, state.nextFile - 1, unusable)
        }
        guard let work else { return }
        do throws(MemoryError) {
            let journal = try catalog.withLock { (catalog) throws(MemoryError) -> JournalFile in
                if let unusable = work.unusable {
                    try catalog.append([.journalRetired(unusable.number)])
                    catalog.journals[unusable.number] = nil
                    try catalog.removeFile(StorePaths.journal(unusable.number))
                }
                return try makeJournal(number: work.number, size: work.size, catalog)
            }
            state.withLock { state in
                state.spare = journal
                state.isPreparingJournal = false
            }
        } catch {
            poison(by: error)
            state.withLock { state in
                state.isPreparingJournal = false
                state.journalFailure = error
            }
        }
        state.signal()
    }

    /// An erase closes two, and saves must go on beside it.
    private static let closedJournalsMax = 3

    private func makeJournal(number: UInt64, size: UInt64, _ catalog: Catalog) throws(MemoryError) -> JournalFile {
        let old = catalog.recyclable.firstIndex { $0.size >= size }
        let retired = old.map { catalog.recyclable.remove(at: $0) }
        let journal = try withFileErrors("Making a journal") { () throws(FileError) -> JournalFile in
            try sheddingDescriptors { () throws(FileError) -> JournalFile in
                if let retired {
                    return try JournalPreparation.recycle(
                        retired.number, number: number, size: retired.size, store: identity.id, in: files)
                }
                // Zeros pay when every batch is synchronized; otherwise they are only twice the writing.
                return try JournalPreparation.create(
                    number: number, size: size, fillingWithZeros: options.isSynced, store: identity.id, in: files)
            }
        }
        let entry = JournalState(number: number, file: journal.identity, size: journal.size, firstBatch: 0)
        // With the counters, so that the number is not given again once the journal has been retired.
        let counters = catalog.completing(state.withLock { $0.counters })
        try catalog.append([.journal(entry), .counters(counters)])
        catalog.journals[number] = entry
        return journal
    }
}
