internal import LogFiles

/// What a ``FaultFileSystem`` guards with its lock.
struct FaultState: Sendable {
    var faults: [Fault] = []
    var injectedCount = 0
    private(set) var counts: [FileOperation: [String: Int]] = [:]
    var transfers = FaultFileSystem.Transfers.whole
    var generator = SeededGenerator(seed: 0)
    var interruptsEveryOtherCall = false
    var space = SpaceAccount()

    mutating func resetCounts() {
        counts = [:]
    }

    /// Counts an operation and finds the fault that it runs into.
    mutating func begin(_ operation: FileOperation, _ paths: [String]) -> Fault? {
        counts[operation, default: [:]][paths[0], default: 0] += 1
        var found: Fault?
        // Every fault counts what passes it, also when another one strikes.
        for index in faults.indices where faults[index].matches(operation, paths) {
            if faults[index].passes > 0 {
                faults[index].passes -= 1
            } else if found == nil, faults[index].times != 0 {
                found = faults[index]
                faults[index].times = faults[index].times.map { $0 - 1 }
            }
        }
        if found != nil { injectedCount += 1 }
        return found
    }

    /// How many of `count` bytes one call moves.
    mutating func transferCount(of count: Int) -> Int {
        guard count > 1 else { return count }
        switch transfers {
        case .whole: return count
        case .oneByte: return 1
        case .random: return 1 + generator.below(count)
        }
    }
}

/// The bytes that files may still grow by.
///
/// Only the first write to a byte costs: bytes that were written before, such as a preallocated journal's, are there
/// already, and bytes that a truncation added are a hole.
struct SpaceAccount: Sendable {
    /// `nil` for no limit.
    var available: Int?
    private var names: [String: AllocationNumber] = [:]
    private var allocated: [AllocationNumber: Int] = [:]
    private var next = 0

    mutating func open(_ path: String, size: Int) -> AllocationNumber {
        if let number = names[path] { return number }
        next += 1
        let number = AllocationNumber(value: next)
        names[path] = number
        allocated[number] = size
        return number
    }

    /// How many of `count` bytes there is room for.
    func room(for count: Int, at offset: Int, of file: AllocationNumber) -> Int {
        guard let available else { return count }
        let free = max(0, (allocated[file] ?? 0) - offset) + available
        return min(count, free)
    }

    mutating func wrote(_ count: Int, at offset: Int, of file: AllocationNumber) {
        let old = allocated[file] ?? 0
        let new = max(old, offset + count)
        // A write behind a hole pays for its own bytes.
        let cost = min(count, new - old)
        available = available.map { max(0, $0 - cost) }
        allocated[file] = new
    }

    mutating func truncated(_ file: AllocationNumber, to size: Int) {
        let old = allocated[file] ?? 0
        guard size < old else { return }
        available = available.map { $0 + old - size }
        allocated[file] = size
    }

    mutating func removed(_ path: String) {
        guard let number = names.removeValue(forKey: path) else { return }
        let size = allocated.removeValue(forKey: number) ?? 0
        available = available.map { $0 + size }
    }

    mutating func renamed(_ path: String, to newPath: String) {
        guard path != newPath else { return }
        removed(newPath)
        names[newPath] = names.removeValue(forKey: path)
    }
}

/// A file of a ``SpaceAccount``, whatever its name is.
struct AllocationNumber: Sendable, Hashable {
    let value: Int
}
