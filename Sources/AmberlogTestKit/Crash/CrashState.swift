/// What a disk is sure to hold after the first ``position`` operations of a log, and what it may hold besides.
///
/// Advances by one operation at a time, so that a suite that cuts the power after each of them never goes through the
/// log again.
struct CrashState: Sendable {
    private(set) var position = 0
    private(set) var durable: DiskTree
    private(set) var pending: [PendingOperation] = []
    private(set) var marks: [DiskMark] = []

    init(base: DiskTree) {
        durable = base
    }

    /// Goes on to the state after one more operation.
    ///
    /// Complexity: O(size of the operation) or, for a synchronization, O(size of what is pending).
    mutating func advance(_ operation: DiskOperation) {
        switch operation {
        case .mark(let mark):
            marks.append(mark)
        case .synchronizeFile(let file):
            settle(hidesNothing: true) { $0.operation.changedFile == file }
        case .synchronizeDirectory(let directory):
            settle(hidesNothing: false) { $0.synchronizedDirectory(directory) }
        case .volumeSync(let since):
            settle(hidesNothing: since == 0) { $0.index >= since }
        case .writebackFailed(let file):
            pending.removeAll { $0.operation.changedFile == file }
        default:
            pending.append(PendingOperation(index: position, operation: operation))
        }
        position += 1
    }

    /// The disk after a power loss here.
    ///
    /// Complexity: O(number of files + size of the files that pending operations change).
    func image(_ choice: CrashChoice) -> DiskTree {
        var tree = durable
        for (pending, fate) in zip(pending, choice.fates(of: pending)) {
            tree.apply(pending.operation, fate)
        }
        return tree
    }

    /// Makes the chosen operations durable, in their order.
    ///
    /// What is left pending is carried out after them in an image, so an earlier operation whose outcome a chosen one
    /// hides becomes durable with it. Nothing such is left behind when all of a file's writes are chosen: then
    /// `hidesNothing`.
    private mutating func settle(hidesNothing: Bool, _ isChosen: (inout PendingOperation) -> Bool) {
        var settled: [DiskOperation] = []
        var rest: [PendingOperation] = []
        for var candidate in pending.reversed() {
            let operation = candidate.operation
            if isChosen(&candidate) || !hidesNothing && settled.contains(where: operation.conflicts) {
                settled.append(operation)
            } else {
                rest.append(candidate)
            }
        }
        for operation in settled.reversed() { durable.apply(operation) }
        pending = rest.reversed()
    }
}

/// An operation that the disk may have lost after a power loss.
public struct PendingOperation: Sendable, Hashable {
    /// Its index in the disk's log.
    public let index: Int
    /// What it would have done.
    public let operation: DiskOperation
    /// The directories that must be synchronized yet. A rename between two needs both.
    private var directories: Set<Inode>

    init(index: Int, operation: DiskOperation) {
        self.index = index
        self.operation = operation
        directories = Set(operation.slots.map(\.directory))
    }

    /// Whether that was the last directory it waited for.
    mutating func synchronizedDirectory(_ directory: Inode) -> Bool {
        directories.remove(directory) != nil && directories.isEmpty
    }
}
