internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Group commit. One batch is in flight at a time; the next is whatever has queued meanwhile: no timer, no sleep.
extension Engine {
    /// Carries an operation out and returns when it is as durable as the store's options say.
    ///
    /// - Throws: `MemoryError`, or `CancellationError` when the task was cancelled while the operation was queued.
    func submit(_ operation: Operation) async throws -> OperationResult {
        guard !isReadOnly else { throw MemoryError.readOnlyStore }
        if !options.isSynced {
            // Written by the caller: no other thread is involved.
            let (outcome, backlog) = state.withLock { (commitDirectly(operation, $0), $0.backlog.bytes) }
            if let outcome {
                if backlog > IndexBacklog.wantedBytes { await keepIndexUp(backlog) }
                return try outcome.get()
            }
        }
        let token = state.withLock { state -> UInt64 in
            state.nextToken += 1
            return state.nextToken
        }
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                enqueue(QueuedOperation(token: token, operation: operation, waiter: continuation))
            }
        } onCancel: {
            cancel(token)
        }
        guard let outcome else { throw CancellationError() }
        return try outcome.get()
    }

    /// Ends sessions, and returns those that there were; in several batches where there are more than fit into one.
    func end(_ target: EndTarget, _ ending: BatchEntry.Ending) async throws -> [SessionInfo] {
        var ended: [SessionInfo] = []
        while case .ended(let some, let isAll) = try await submit(.end(target, ending)) {
            ended += some
            if isAll { break }
        }
        return ended
    }

    private func enqueue(_ queued: QueuedOperation) {
        let (refusal, mustWake) = state.withLock { state -> (MemoryError?, Bool) in
            if let refusal = self.refusal(state) { return (refusal, false) }
            state.queue.append(queued)
            let idle = state.isCommitterIdle
            state.isCommitterIdle = false
            return (nil, idle)
        }
        if let refusal {
            queued.waiter.resume(returning: .failure(refusal))
            return
        }
        switch options.scheduling {
        case .threads: if mustWake { state.signal() }
        case .inline: commitInline()
        }
    }

    /// Takes an operation out of the queue, if it is still there. One that is in a batch goes on.
    private func cancel(_ token: UInt64) {
        let removed = state.withLock { state -> QueuedOperation? in
            guard let index = state.queue.firstIndex(where: { $0.token == token }) else { return nil }
            return state.queue.remove(at: index)
        }
        removed?.waiter.resume(returning: nil)
    }

    func refusal(_ state: EngineState) -> MemoryError? {
        if let failure = state.failure { return failure }
        if state.isClosed { return .closedStore }
        if !state.damages.isEmpty { return .damagedStore(state.damages) }
        return nil
    }

    // MARK: Written by the caller

    /// Commits an operation, or returns `nil` when it has to queue: something is queued or being written already, or
    /// the journal is full.
    private func commitDirectly(_ operation: Operation, _ state: EngineState) -> OperationOutcome? {
        if let refusal = refusal(state) { return .failure(refusal) }
        guard state.queue.isEmpty, !state.isCommitting, let journal = state.journal else { return nil }
        return commit(operation, to: journal, state)
    }

    /// Writes an operation that need not be synchronized, under the lock: a synchronization that begins meanwhile would
    /// make the block durable that it shares.
    ///
    /// - Returns: `nil` when the journal is full.
    private func commit(_ operation: Operation, to journal: JournalFile, _ state: EngineState) -> OperationOutcome? {
        while true {
            let time = state.advanceClock(clock.now_µs())
            let plan = state.plan(operation, time_µs: time, options: options)
            let start = journal.start(synced: false)
            guard state.batch.frameBytes + 8 <= journal.room(from: start, for: operation) else {
                state.rollBack()
                return nil
            }
            if !state.batch.isEmpty {
                do throws(FileError) {
                    let end = try state.batch.write(
                        to: journal, at: start, number: state.nextBatch, durableThrough: state.durableThrough,
                        time_µs: time, synced: false)
                    state.wrote(journal, end: end)
                    state.apply(time_µs: time)
                } catch {
                    state.rollBack()
                    return .failure(MemoryError(error, "Writing to the journal"))
                }
                if journal.offset - journal.writebackOffset >= Self.writebackBytes {
                    journal.file.startWriteback(
                        from: journal.writebackOffset, count: journal.offset - journal.writebackOffset)
                    journal.writebackOffset = journal.offset
                }
            } else {
                state.planEpoch += 1
            }
            switch plan {
            case .decided(let outcome): return outcome
            case .planned(let result): return .success(result)
            case .deferred: continue
            }
        }
    }

    /// Write-back is started this often, so that rotation finds little left to synchronize.
    private static let writebackBytes: UInt64 = 4 << 20

    // MARK: Written by the commit thread

    /// Commits until the store is closed. The body of the commit thread.
    func commitLoop() {
        while true {
            let pause = state.withLock { state -> Int? in
                state.isCommitterIdle = state.queue.isEmpty
                return self.pauseBeforeIdleWork(state)
            }
            let isReady = { (state: EngineState) in !state.queue.isEmpty && !state.isCommitting || state.isClosed }
            let finish = { (state: EngineState) -> Bool in
                state.isCommitterIdle = false
                return state.isClosed && state.queue.isEmpty
            }
            let isTimeToStop =
                if let pause {
                    state.withLock(when: isReady, timeout_ms: pause) { state, _ in finish(state) }
                } else {
                    state.withLock(when: isReady) { finish($0) }
                }
            if isTimeToStop { return }
            commitOnce()
            noteIdleness()
        }
    }

    /// How long the commit thread sleeps before it looks after what it has written; `nil` when that is done.
    private func pauseBeforeIdleWork(_ state: EngineState) -> Int? {
        switch options.durability {
        case .synced: state.durableThrough > state.anchoredThrough ? Self.idle_ms : nil
        case .interval(let interval): max(1, Int(interval.microseconds / 1000))
        case .buffered: nil
        }
    }

    /// Nothing to commit for so long is idle.
    private static let idle_ms = 50

    /// After a pause: synchronizes at intervals, or records in the anchor how far the journal is durable, so that the
    /// last batch before a pause can't pass for a torn tail, and readers see it.
    private func noteIdleness() {
        guard state.withLock({ $0.queue.isEmpty && !$0.isClosed && $0.failure == nil }) else { return }
        switch options.durability {
        case .synced:
            let (durable, isDue) = state.withLock { state -> (UInt64, Bool) in
                let now = clock.now_µs()
                return (
                    state.durableThrough,
                    state.durableThrough > state.anchoredThrough
                        && now - state.lastCommit_µs >= Int64(Self.idle_ms) * 500
                )
            }
            guard isDue else { return }
            do throws(MemoryError) {
                try writeAnchor()
                state.withLock { $0.anchoredThrough = max($0.anchoredThrough, durable) }
            } catch {
                noteFailure(error)
            }
        case .interval:
            synchronizeJournal()
        case .buffered:
            break
        }
    }

    /// Commits in the caller until nothing is queued. For tests.
    private func commitInline() {
        while state.withLock({ !$0.queue.isEmpty && !$0.isCommitting }) { commitOnce() }
    }

    private enum Step {
        case idle
        case refuse([QueuedOperation], MemoryError)
        case rotate(needing: UInt64)
        case written(OperationWaiter, OperationOutcome)
        case write(Formed)
    }

    private struct Formed: Sendable {
        var journal: JournalFile
        var batch: BatchBuilder
        var start: UInt64
        var number: UInt64
        var durableThrough: UInt64
        var time_µs: Int64
        var results: [(OperationWaiter, OperationOutcome)]
    }

    /// Forms one batch of what is queued, writes it, makes it durable, makes it visible, and wakes who waited.
    private func commitOnce() {
        switch state.withLock({ form($0) }) {
        case .idle:
            return
        case .refuse(let operations, let error):
            for operation in operations { operation.waiter.resume(returning: .failure(error)) }
        case .rotate(let bytes):
            rotate(needing: bytes)
        case .written(let waiter, let outcome):
            waiter.resume(returning: outcome)
            keepIndexUpBlocking()
        case .write(let formed):
            write(formed)
        }
    }

    private func form(_ state: EngineState) -> Step {
        guard !state.queue.isEmpty, !state.isCommitting else { return .idle }
        if let failure = state.failure {
            let operations = state.queue
            state.queue = []
            return .refuse(operations, failure)
        }
        guard let journal = state.journal else {
            return .rotate(needing: state.queue[0].operation.journalBytes(sessions: state.table.count))
        }
        if !options.isSynced {
            let queued = state.queue[0]
            guard let outcome = commit(queued.operation, to: journal, state) else {
                return .rotate(needing: queued.operation.journalBytes(sessions: state.table.count))
            }
            state.queue.removeFirst()
            return .written(queued.waiter, outcome)
        }
        let start = journal.start(synced: true)
        let time = state.advanceClock(clock.now_µs())
        var formed = Formed(
            journal: journal, batch: state.batch, start: start, number: state.nextBatch,
            durableThrough: state.durableThrough, time_µs: time, results: [])
        var taken = 0
        forming: for queued in state.queue {
            let room = journal.room(from: start, for: queued.operation)
            guard state.batch.frameBytes + Int(queued.operation.journalBytes(sessions: state.table.count)) <= room,
                state.batch.frameBytes < Self.batchBytes
            else {
                if taken == 0, state.batch.isEmpty {
                    return .rotate(needing: queued.operation.journalBytes(sessions: state.table.count))
                }
                break
            }
            switch state.plan(queued.operation, time_µs: time, options: options) {
            case .decided(let outcome): formed.results.append((queued.waiter, outcome))
            case .planned(let result): formed.results.append((queued.waiter, .success(result)))
            case .deferred:
                if state.batch.isEmpty { state.planEpoch += 1 }
                break forming
            }
            taken += 1
        }
        state.queue.removeFirst(taken)
        state.isCommitting = true
        return .write(formed)
    }

    /// A batch takes no more operations once it is so large: the first of them have waited long enough.
    private static let batchBytes = 8 << 20

    private func write(_ formed: Formed) {
        var end = formed.start
        var failure: MemoryError?
        if !formed.batch.isEmpty {
            do throws(FileError) {
                end = try formed.batch.write(
                    to: formed.journal, at: formed.start, number: formed.number,
                    durableThrough: formed.durableThrough, time_µs: formed.time_µs, synced: true)
                try formed.journal.file.synchronize()
            } catch {
                failure = MemoryError(error, "Writing to the journal")
            }
        }
        if let failure { poison(by: failure) }
        state.withLock { state in
            state.isCommitting = false
            if failure != nil {
                state.rollBack()
            } else if !state.batch.isEmpty {
                state.wrote(formed.journal, end: end)
                state.durableThrough = formed.number
                state.lastCommit_µs = formed.time_µs
                state.apply(time_µs: formed.time_µs)
            } else {
                state.planEpoch += 1
            }
        }
        for (waiter, outcome) in formed.results {
            if let failure, case .success = outcome {
                waiter.resume(returning: .failure(failure))
            } else {
                waiter.resume(returning: outcome)
            }
        }
        keepIndexUpBlocking()
    }
}

extension Operation {
    /// The bytes that it takes in a journal, or a few more.
    func journalBytes(sessions: Int) -> UInt64 {
        let fixed = FrameHeader.byteCount + BatchHeader.fixedByteCount + 5 * BatchEntry.byteCount + 1100
        switch self {
        case .save(let request): return UInt64(fixed + request.messages.records.count + (request.origin?.count ?? 0))
        case .setMetadata(_, let json): return UInt64(fixed + json.count)
        case .begin, .end(.session, _), .remove, .trim: return UInt64(fixed)
        // More are left to the next batch.
        case .end: return UInt64(fixed + min(sessions, Limits.batchEntriesMax) * BatchEntry.byteCount)
        }
    }
}

extension EngineState {
    /// A batch stands in the journal up to `end`.
    func wrote(_ journal: JournalFile, end: UInt64) {
        journal.offset = end
        journal.lastBatch = nextBatch
        journal.isAlignmentDue = false
    }

    /// No more is written to a journal.
    func close(_ journal: JournalFile) {
        var closed = JournalState(
            number: journal.number, file: journal.identity, size: journal.size, firstBatch: 0)
        closed.endOffset = journal.offset
        closed.lastBatch = journal.lastBatch
        closedJournals.append(closed)
    }

    /// Keeps others from writing batches, unless someone is.
    func beginCommitting() -> Bool {
        if isCommitting { return false }
        isCommitting = true
        return true
    }

    func failQueue(_ error: MemoryError) {
        let operations = queue
        queue = []
        for operation in operations { operation.waiter.resume(returning: .failure(error)) }
    }
}

extension MemoryError {
    static func damagedStore(_ damages: [StoreDamage]) -> MemoryError {
        let first = damages.first
        return MemoryError(
            .damaged,
            "The store holds damaged data and is read-only until `amberlog verify --repair` has run: "
                + (first?.what ?? ""),
            at: .init(file: first?.file, offset: first?.offset))
    }
}
