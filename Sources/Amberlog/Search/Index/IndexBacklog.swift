/// Messages that were committed and that no index run holds yet, in the order of their batches. Guarded by the engine's
/// lock.
///
/// A save only notes here what it has written. A thread of its own makes runs of it, or the search that comes first
/// does, so that a message is found as soon as its save has returned. Saves that come faster than they can be indexed
/// wait for that thread.
struct IndexBacklog: Sendable {
    struct Item: Sendable {
        var session: UInt64
        var run: PendingRun
        /// What a checkpoint takes over is of an older epoch than what comes after it.
        var epoch: UInt64
    }

    private(set) var items: [Item] = []
    private(set) var bytes = 0
    /// Rises with each checkpoint.
    private(set) var epoch: UInt64 = 1
    var isEnabled = false

    /// A thread is asked to index from this size on.
    static let wantedBytes = 1 << 20
    /// Whoever commits more than this waits until it has been taken.
    static let bytesMax = 4 << 20

    /// Saves that wait.
    var waiters: [UnsafeContinuation<Void, Never>] = []

    var isOverfull: Bool { bytes > Self.bytesMax }

    @inline(__always)
    mutating func append(_ run: PendingRun, of session: UInt64) {
        guard isEnabled else { return }
        items.append(Item(session: session, run: run, epoch: epoch))
        bytes += run.records.count
    }

    /// Everything that comes from now on is for the checkpoint after the one that begins.
    mutating func beginEpoch() {
        epoch += 1
    }

    mutating func take() -> [Item] {
        defer {
            items = []
            bytes = 0
        }
        return items
    }
    mutating func takeWaiters() -> [UnsafeContinuation<Void, Never>] {
        defer { waiters = [] }
        return waiters
    }
}
