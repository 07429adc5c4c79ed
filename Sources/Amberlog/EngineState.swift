internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Everything that the engine's lock guards.
///
/// `@unchecked Sendable`: touched only inside the engine's `Monitor`, but for `batch`, `effects` and the active
/// journal, which belong to whoever has set `isCommitting`.
final class EngineState: @unchecked Sendable {
    let table: SessionTable
    var hot: [HotSession?] = []
    var freeHot: [Int32] = []
    let descriptors: DescriptorCache
    let messageCache: MessageCache

    // Committing.
    var queue: [QueuedOperation] = []
    var nextToken: UInt64 = 1
    let batch = BatchBuilder()
    var effects: [Effect] = []
    /// Someone is writing a batch outside the lock, or keeps others from it.
    var isCommitting = false
    /// The commit thread waits to be woken.
    var isCommitterIdle = false
    /// Changes whenever planning starts over: what a session has planned counts only in the epoch it was planned in.
    var planEpoch: UInt64 = 1
    var nextBatch: UInt64 = 1
    /// The newest batch whose synchronization has returned.
    var durableThrough: UInt64 = 0
    /// The newest batch that is written and visible.
    var committedThrough: UInt64 = 0
    var nextSession: UInt64 = 1
    var nextFile: UInt64 = 1
    /// The latest time seen: a clock that jumps back brings nothing back.
    var latestClock_µs: Int64 = 0

    /// The newest batch that the anchor is known to cover.
    var anchoredThrough: UInt64 = 0
    var lastCommit_µs: Int64 = 0

    // Journals.
    var journal: JournalFile?
    var spare: JournalFile?
    /// Journals that are no longer written to and whose contents are not all in segments, oldest first.
    var closedJournals: [JournalState] = []
    /// A spare of at least this size is wanted.
    var wantedJournalBytes: UInt64 = 0
    var lastRotation_µs: Int64 = 0
    /// Some thread is making the spare.
    var isPreparingJournal = false
    /// Why the last attempt to make a journal failed, until someone has heard of it.
    var journalFailure: MemoryError?
    var journalBytes: UInt64

    // Checkpointing.
    /// Hot sessions with changes that no segment holds.
    var dirty: [Int32] = []
    var ended: [EndedSession] = []
    /// Bytes of records in memory that no segment holds.
    var pendingBytes = 0

    // Search.
    /// Messages that no index run holds yet; see ``SearchIndex``.
    var backlog = IndexBacklog()

    // Condition.
    var failure: MemoryError?
    var isClosed = false
    /// Why background work last failed: reported in the statistics, tried again.
    var lastMaintenanceFailure: MemoryError?
    var damages: [StoreDamage] = []
    /// Sequences that damage took from sessions, by session number.
    var missing: [UInt64: [Range<UInt64>]] = [:]
    var liveMessages: UInt64 = 0
    var liveBytes: UInt64 = 0
    var segmentBytes: UInt64 = 0

    struct EndedSession: Sendable {
        var number: UInt64
        var generation: UInt64
        var segmentLength: UInt64
        var isKnownToManifest: Bool
        var ending: BatchEntry.Ending
        var batch: UInt64

        /// The checkpoint that records the end removes its segment. An erase overwrites it first.
        var hasRemovableSegment: Bool { generation > 0 && isKnownToManifest && ending != .erased }
    }

    init(table: SessionTable, maximumOpenFiles: Int, cacheBytes: Int, journalBytes: UInt64) {
        self.table = table
        descriptors = DescriptorCache(capacity: maximumOpenFiles)
        messageCache = MessageCache(capacity: cacheBytes)
        self.journalBytes = journalBytes
    }

    /// The hot state of a session, made when there is none.
    func hotSession(_ slot: Int32) -> HotSession {
        let index = table[slot].pointee.hot
        if index >= 0, let session = hot[Int(index)] { return session }
        let session = HotSession(slot: slot)
        let record = table[slot].pointee
        if record.generation > 0 || record.lastBatch > 0 { session.flushed = table.state(slot) }
        session.lastBatch = record.lastBatch
        session.plannedNext = record.nextSequence
        if let reused = freeHot.popLast() {
            hot[Int(reused)] = session
            table[slot].pointee.hot = reused
        } else {
            hot.append(session)
            table[slot].pointee.hot = Int32(hot.count - 1)
        }
        return session
    }

    /// The hot state of a session, if it has one.
    @inline(__always)
    func existingHot(_ slot: Int32) -> HotSession? {
        let index = table[slot].pointee.hot
        return index < 0 ? nil : hot[Int(index)]
    }

    /// Lets the hot state go when nothing needs it. One that a checkpoint is writing isn't dirty, and still needed: the
    /// checkpoint may fail.
    func coolDown(_ slot: Int32) {
        let index = table[slot].pointee.hot
        guard index >= 0, let session = hot[Int(index)], session.runs.isEmpty, !session.isDirty, session.pins == 0,
            session.lastBatch <= table[slot].pointee.lastBatch
        else { return }
        hot[Int(index)] = nil
        freeHot.append(index)
        table[slot].pointee.hot = -1
    }

    /// Closes the cached descriptor of a session.
    func dropDescriptor(_ slot: Int32) {
        let index = table[slot].pointee.descriptor
        guard index >= 0 else { return }
        descriptors.remove(at: index)
        table[slot].pointee.descriptor = -1
    }

    func markDirty(_ session: HotSession) {
        if !session.isDirty {
            session.isDirty = true
            dirty.append(session.slot)
        }
    }

    /// What is known of a session.
    func info(_ slot: Int32, metadata: [String: JSONValue] = [:]) -> SessionInfo {
        let record = table[slot].pointee
        let lastSequence = record.nextSequence - 1
        var first: UInt64 = 0
        if record.liveCount > 0 {
            first = record.firstLive
            for range in table.removedRanges(slot) where range.contains(first) { first = range.upperBound }
        }
        return SessionInfo(
            id: record.idText, createdAt: Timestamp(microseconds: record.created_µs),
            updatedAt: Timestamp(microseconds: record.updated_µs), messageCount: Int(record.liveCount),
            firstSequence: first, lastSequence: lastSequence, byteCount: record.liveBytes,
            expiresAt: record.expiry_µs.map { Timestamp(microseconds: $0) }, metadata: metadata)
    }

    /// The time now, never before a time seen earlier.
    func advanceClock(_ now_µs: Int64) -> Int64 {
        latestClock_µs = max(latestClock_µs, now_µs)
        return latestClock_µs
    }
}

/// Acknowledged data that is damaged. While a store has any, it takes no writes.
public struct StoreDamage: Sendable, Hashable {
    /// Relative to the store.
    public var file: String
    /// In bytes, where the damage begins in the file.
    public var offset: UInt64
    /// The sessions that lost messages, by id; `nil` when that can't be known.
    public var sessions: [String]?
    /// What is wrong there, in words.
    public var what: String
}

extension EngineState {
    /// A session as its segment has it.
    func segment(ofNumber number: UInt64) -> (SessionState, String)? {
        guard let slot = table.slot(ofNumber: number) else { return nil }
        let flushed = existingHot(slot).map(\.flushed) ?? table.state(slot)
        guard let flushed, flushed.generation > 0 else { return nil }
        return (flushed, table[slot].pointee.idText)
    }
}
