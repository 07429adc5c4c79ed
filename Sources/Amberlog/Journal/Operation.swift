internal import AgentMemory
internal import LogFormat

/// A change of the store, as a caller asks for it.
enum Operation: Sendable {
    case save(SaveRequest)
    /// Makes a session without any message.
    case begin(session: String, created_µs: Int64, timeToLive_µs: Int64)
    /// Ends sessions, all of them in one batch.
    case end(EndTarget, BatchEntry.Ending)
    /// Removes the newest messages: those from a sequence on, if the session still is what it was.
    case remove(session: String, from: UInt64, expecting: SessionExtent)
    /// Keeps the newest so many messages.
    case trim(session: String, keep: Int)
    case setMetadata(session: String, json: Chunk)
}

/// Which messages a session has. A session that was cleared and begun again has another number, and one of which the
/// newest were removed has fewer.
struct SessionExtent: Sendable, Hashable {
    var number: UInt64
    var firstLive: UInt64
    var nextSequence: UInt64
    var liveCount: UInt64
}

extension Operation {
    /// It makes room, sooner or later.
    var isForgetting: Bool {
        switch self {
        case .end, .remove, .trim: true
        case .save, .begin, .setMetadata: false
        }
    }
}

struct SaveRequest: Sendable {
    var session: String
    var messages: EncodedMessages
    var expecting: UInt64?
    /// JSON that says how far an import has come, replaced in the same atomic save.
    var origin: Chunk?
}

/// Which sessions an operation ends.
enum EndTarget: Sendable {
    case session(String)
    case all
    /// Those last saved to before a time.
    case updatedBefore(Int64)
    /// Those that have expired.
    case expired
}

/// What an operation did.
enum OperationResult: Sendable {
    case saved(SaveReceipt)
    /// `isAll` is false when there were more than a batch takes.
    case ended([SessionInfo], isAll: Bool)
    case done
    /// Nothing: the session's client ids have to be in memory first.
    case lacksIDs
}

typealias OperationOutcome = Result<OperationResult, MemoryError>

/// Who waits for an operation. `nil` tells that it was cancelled before its batch was formed.
typealias OperationWaiter = UnsafeContinuation<OperationOutcome?, Never>

/// An operation that waits for its batch.
struct QueuedOperation: Sendable {
    var token: UInt64
    var operation: Operation
    var waiter: OperationWaiter
}

/// What becomes true in memory once the batch is written.
enum Effect {
    case begin(slot: Int32)
    case append(slot: Int32, run: PendingRun, ids: [SegmentIDs.Entry])
    case origin(slot: Int32, json: [UInt8])
    case end(slot: Int32, ending: BatchEntry.Ending)
    case firstLive(slot: Int32, sequence: UInt64, count: UInt64, bytes: UInt64)
    case removed(slot: Int32, range: Range<UInt64>, bytes: UInt64)
    case metadata(slot: Int32, json: [UInt8])
}
