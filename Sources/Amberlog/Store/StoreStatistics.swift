public import AgentMemory

/// What a store holds and how it is doing.
public struct StoreStatistics: Sendable {
    /// Sessions that can be loaded.
    public var sessions: Int
    /// Their messages.
    public var messages: UInt64
    /// The records of live messages, before compression.
    public var liveBytes: UInt64
    /// The segments' lengths together, dead messages and padding included.
    public var segmentBytes: UInt64
    /// The length of the manifest in force.
    public var manifestBytes: UInt64
    /// The preallocated journals.
    public var journalBytes: UInt64
    /// Records in memory that no segment holds yet.
    public var pendingBytes: Int
    /// Sessions with something in memory besides their index entry.
    public var hotSessions: Int
    /// Segments that are kept open for reads.
    public var openFiles: Int
    /// The messages that are kept for the next load.
    public var cachedBytes: Int
    /// The newest batch, and the newest that is known to be on the medium.
    public var committedBatch: UInt64
    /// The newest batch of the journal that is on the medium.
    public var durableBatch: UInt64
    /// The files of the search index, and their bytes.
    public var indexRuns: Int
    /// The files of the index together.
    public var indexBytes: UInt64
    /// The messages in the index. Forgotten ones count until a merge leaves them out; of the newest, some are indexed
    /// only when someone searches.
    public var indexedMessages: UInt64
    /// What the index takes in memory, cached pages included.
    public var indexMemoryBytes: Int
    /// A search looks at every message. Otherwise a crash, damage, or a time without search has left some out, and they
    /// are being indexed in the background, unless the store is open read-only.
    public var isIndexComplete: Bool
    /// Damage that was found when opening. A store with any takes no writes.
    public var damages: [StoreDamage]
    /// Why the store takes no more writes, if it doesn't.
    public var failure: MemoryError?
    /// Why background work last failed, if it has.
    public var lastMaintenanceFailure: MemoryError?
}
