/// Goes through a disk's log and makes crash images on the way.
///
/// ```swift
/// var walker = CrashWalker(disk)
/// repeat {
///     for choice in walker.subsets(seed: seed) {
///         let image = walker.image(choice)
///         // Open a store on it: of walker.marks everything must be there.
///     }
/// } while walker.advance()
/// ```
///
/// A step costs what its operation changes, an image what is pending: a log is walked once for all of its crashes.
public struct CrashWalker: Sendable {
    private let log: [DiskOperation]
    private var state: CrashState

    /// Begins before the first operation of the log, as it is now.
    public init(_ disk: SimulatedDisk) {
        (log, state) = disk.withMachine { ($0.log, CrashState(base: $0.base)) }
    }

    /// How many operations have been gone through.
    public var position: Int { state.position }

    /// The operation that was gone through last.
    public var lastOperation: DiskOperation? { position > 0 ? log[position - 1] : nil }

    /// The operations that aren't durable here, in their order.
    public var pending: [PendingOperation] { state.pending }

    /// The test's marks up to here.
    public var marks: [DiskMark] { state.marks }

    /// The marks with this label up to here.
    public func marks(_ label: String) -> [Int] {
        marks.filter { $0.label == label }.map(\.number)
    }

    /// Goes on by one operation. Returns `false` at the end of the log.
    public mutating func advance() -> Bool {
        guard position < log.count else { return false }
        state.advance(log[position])
        return true
    }

    /// Goes on until so many operations have been gone through.
    public mutating func advance(to position: Int) {
        precondition(self.position <= position && position <= log.count, "not ahead: \(position)")
        while self.position < position { state.advance(log[self.position]) }
    }

    /// The disk after a power loss here, with an empty log. Everything on it is durable.
    public func image(_ choice: CrashChoice) -> SimulatedDisk {
        SimulatedDisk(machine: DiskMachine(tree: state.image(choice)))
    }

    /// The disk that a process finds which starts after the one before was killed here: everything is there, and what is
    /// pending still is, so that a power loss later on may take it.
    public var killed: SimulatedDisk {
        var machine = DiskMachine(tree: state.durable)
        for pending in state.pending { machine.record(pending.operation) }
        return SimulatedDisk(machine: machine)
    }
}

// MARK: - What to try

extension CrashWalker {
    /// Every subset of the pending operations where there are at most `exhaustiveLimit`, else `count` random ones.
    public func subsets(exhaustiveLimit: Int = 8, count: Int = 256, seed: UInt64) -> [CrashChoice] {
        if pending.count <= exhaustiveLimit {
            return (0..<(UInt64(1) << UInt64(pending.count))).map { .subset($0) }
        }
        var generator = SeededGenerator(seed: seed &+ UInt64(position))
        return (0..<count).map { _ in .randomSubset(seed: generator.next()) }
    }

    /// The same for the pending creates, renames and unlinks alone; the data is all there.
    public func directoryToggles(exhaustiveLimit: Int = 8, count: Int = 256, seed: UInt64) -> [CrashChoice] {
        let names = pending.count { $0.operation.isDirectoryOperation }
        if names <= exhaustiveLimit {
            return (0..<(UInt64(1) << UInt64(names))).map { .directoryToggles($0) }
        }
        var generator = SeededGenerator(seed: seed &+ UInt64(position))
        return (0..<count).map { _ in .directoryToggles(generator.next()) }
    }

    /// The last operation cut at every byte, `0` and the whole left out. Empty where it isn't a write.
    public func tornTails() -> [CrashChoice] {
        guard let lastOperation, lastOperation.writeCount > 1 else { return [] }
        return (1..<lastOperation.writeCount).map { .tornLast(bytes: $0) }
    }

    /// Garbage in sectors of 512 bytes and of 4 KiB, by turns. Empty where no write is pending.
    public func garbage(count: Int, seed: UInt64, powersafeOverwrite: Bool = false) -> [CrashChoice] {
        guard pending.contains(where: { $0.operation.isWrite }) else { return [] }
        var generator = SeededGenerator(seed: seed &+ UInt64(position))
        return (0..<count).map { index in
            .garbage(
                seed: generator.next(), sector: index.isMultiple(of: 2) ? 512 : 4096,
                powersafeOverwrite: powersafeOverwrite)
        }
    }

    /// Random mixtures of everything.
    public func mixtures(count: Int, seed: UInt64, powersafeOverwrite: Bool = false) -> [CrashChoice] {
        var generator = SeededGenerator(seed: seed &+ UInt64(position))
        return (0..<count).map { _ in .random(generator.next(), powersafeOverwrite: powersafeOverwrite) }
    }
}

// MARK: - One image at a time

extension SimulatedDisk {
    /// The disk after a power loss right after the first `position` operations. To try many positions a
    /// ``CrashWalker`` is faster: this goes through the log from its beginning.
    public func crashImage(after position: Int, choosing choice: CrashChoice) -> SimulatedDisk {
        walker(at: position).image(choice)
    }

    /// The operations that aren't durable after the first `position`.
    public func pendingOperations(after position: Int) -> [PendingOperation] {
        walker(at: position).pending
    }

    private func walker(at position: Int) -> CrashWalker {
        var walker = CrashWalker(self)
        walker.advance(to: position)
        return walker
    }
}
