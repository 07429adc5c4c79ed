public import LogFiles
internal import LogFormat

/// How a store is opened.
///
/// ```swift
/// var options = StoreOptions()
/// options.durability = .interval(.milliseconds(100))
/// options.timeToLive = .seconds(30 * 86_400)
/// let store = try await AmberlogStore.open("agent-memory", options: options)
/// ```
public struct StoreOptions: Sendable {
    /// When a save returns.
    public enum Durability: Sendable, Hashable {
        /// After the messages are on the medium. Survives power loss. The default.
        case synced
        /// After the operating system has them, which survives a crash of the process. A thread synchronizes at this
        /// interval, so that a power loss takes at most so much.
        case interval(Duration)
        /// After the operating system has them, which survives a crash of the process. Synchronized at checkpoints
        /// and on closing; a power loss may take what came after.
        case buffered
    }

    /// What the opener may do.
    public enum Access: Sendable, Hashable {
        /// Reads and writes; the store is made when the directory is missing or empty.
        case createIfMissing
        /// Reads and writes; a missing store is an error.
        case readWrite
        /// Reads, while another process may write: sees the state of the moment of opening and moves on with
        /// ``AmberlogStore/refresh()``. Changes no byte.
        case readOnly
    }

    /// What the opener may do.
    public var access: Access = .createIfMissing
    /// When a save returns.
    public var durability: Durability = .synced
    /// A session expires this long after its last save; `nil` for never. Given to sessions when they begin.
    public var timeToLive: Duration?
    /// A session keeps at most so many messages: the oldest go first. `nil` for no limit.
    public var maximumMessages: Int?
    /// A journal file grows to at most this many bytes, 64 KiB to 128 MiB. The first is smaller; a busy store makes
    /// them four times as large, up to here. What waits in memory for a checkpoint is about as much; on a disk that can't
    /// keep up at most four times, and saves wait for it.
    public var maximumJournalBytes = 64 << 20
    /// The size of the first journal file, in bytes.
    public var initialJournalBytes = 4 << 20
    /// At most so many segment files are kept open; `nil` for half of what the process may open, up to 16,384.
    public var maximumOpenFiles: Int?
    /// So many bytes of messages that were loaded lately are kept for the next load; 0 for none.
    public var cacheBytes = 32 << 20
    /// Whether messages are indexed. Without an index, a search reads every message. What was saved while this was off is
    /// indexed when the store is opened with it on.
    public var searchEnabled = true
    /// Whether English words are found in all their forms: `painted` by `painting`. Applies to messages that are indexed
    /// from now on; ``AmberlogStore/reindex(progress:)`` brings the others up to it.
    public var stemsEnglish = true
    /// So many bytes of pages of the index are kept in memory.
    public var indexCacheBytes = 64 << 20
    /// Expired sessions are swept this often.
    public var sweepInterval: Duration = .seconds(60)
    /// Compact in the background: sessions with more dead than live bytes, and sessions that have been quiet for
    /// this long. `nil` for only when ``AmberlogStore/compact()`` is called.
    public var compactAfter: Duration? = .seconds(600)
    /// The time of day, for tests.
    public var clock: any WallClock = SystemClock()

    /// Who does the work that needs a thread of its own. For tests: with `.inline` the caller does it, so that every
    /// operation on the file system comes in an order that the seed determines.
    package enum Scheduling: Sendable, Hashable {
        case threads, inline
    }
    package var scheduling: Scheduling = .threads
    /// So many sessions at most end in one batch.
    package var endsPerBatch = Limits.batchEntriesMax

    /// The defaults.
    public init() {}
}
