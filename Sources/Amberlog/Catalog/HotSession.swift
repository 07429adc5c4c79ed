internal import LogFormat

/// The messages of one save that stand in the journal but in no segment yet.
struct PendingRun {
    var records: Chunk
    var firstSequence: UInt64
    var count: Int
    /// The journal batch that holds them.
    var batch: UInt64

    var endSequence: UInt64 { firstSequence + UInt64(count) }
}

/// What the engine holds in memory of a session that was written to since its last checkpoint. Guarded by the
/// engine's lock.
final class HotSession {
    let slot: Int32
    /// Written and not yet checkpointed, oldest first. Also what reads of hot sessions are served from.
    var runs: [PendingRun] = []
    /// The session as the manifest knows it; `nil` when it doesn't know it yet.
    var flushed: SessionState?
    /// Set since the last checkpoint.
    var metadata: [UInt8]?
    var origin: [UInt8]?
    /// The newest client ids, once a save with an id has needed them.
    var ids: RememberedIDs?
    /// Client ids that no segment holds yet, oldest first.
    var newIDs: [SegmentIDs.Entry] = []
    /// The last batch that changed the session.
    var lastBatch: UInt64 = 0
    /// How many checkpoints in a row couldn't read the segment's last commit frame.
    var failedReads = 0
    /// It has changes that no segment holds.
    var isDirty = false
    /// Saves that rely on ``ids`` being here.
    var pins = 0

    // The batch that is being formed or written.

    /// The planning epoch that last touched the session.
    var plannedIn: UInt64 = 0
    /// That batch changes more than it appends: nothing else of the session may join it.
    var isPlannedExclusively = false
    /// One past the newest sequence once that batch is written.
    var plannedNext: UInt64 = 0
    var plannedCount: UInt64 = 0
    /// Client ids in that batch.
    var plannedIDs: [Identity: UInt64] = [:]

    init(slot: Int32) {
        self.slot = slot
    }

    /// Brings the ids into memory: those of the segment, and those that have come since.
    func remember(_ flushed: [SegmentIDs.Entry]) {
        var ids = RememberedIDs()
        for entry in flushed + newIDs { ids.remember(entry) }
        self.ids = ids
    }
}

/// The newest client ids of a session, oldest forgotten first.
struct RememberedIDs {
    private var sequences: [Identity: UInt64] = [:]
    private var order: [SegmentIDs.Entry] = []
    private var oldest = 0

    /// The sequence of the message with this id.
    func sequence(of id: Identity) -> UInt64? { sequences[id] }

    mutating func remember(_ entry: SegmentIDs.Entry) {
        if sequences.updateValue(entry.sequence, forKey: entry.hash) != nil {
            // Given again after its message was removed: the older entry must not take the newer one with it.
            order.removeAll { $0.hash == entry.hash }
            oldest = min(oldest, order.count)
        }
        order.append(entry)
        while order.count - oldest > Limits.rememberedIDs {
            sequences[order[oldest].hash] = nil
            oldest += 1
        }
        // Shifting the array down once in a thousand keeps forgetting O(1) on average.
        if oldest > Limits.rememberedIDs {
            order.removeFirst(oldest)
            oldest = 0
        }
    }

    /// Forgets the ids of messages from a sequence on: they were removed and may be saved again.
    mutating func forget(from sequence: UInt64) {
        order.removeFirst(oldest)
        oldest = 0
        for entry in order where entry.sequence >= sequence { sequences[entry.hash] = nil }
        order.removeAll { $0.sequence >= sequence }
    }

    /// All of them, oldest first.
    var entries: ArraySlice<SegmentIDs.Entry> { order[oldest...] }
}
