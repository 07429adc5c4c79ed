internal import LogFiles

/// The segment files that are kept open, so that a read is one system call. Guarded by the engine's lock.
///
/// Second-chance replacement (Corbató's clock, 1968): a hit sets a bit, nothing is moved. A file that is let go here
/// closes when the last read of it has finished.
final class DescriptorCache {
    private struct Entry {
        var file: (any File)?
        var slot: Int32
        var wasUsed: Bool
    }

    private var capacity: Int
    private var entries: [Entry] = []
    private var free: [Int32] = []
    private var hand = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { entries.count - free.count }

    /// The file at an index that a record holds.
    @inline(__always)
    func file(at index: Int32) -> (any File)? {
        guard index >= 0 else { return nil }
        entries[Int(index)].wasUsed = true
        return entries[Int(index)].file
    }

    /// Takes a file in. `evicted` is told the slot of a record that lost its entry.
    func insert(_ file: any File, slot: Int32, evicted: (Int32) -> Void) -> Int32 {
        if count < capacity {
            if let index = free.popLast() {
                entries[Int(index)] = Entry(file: file, slot: slot, wasUsed: true)
                return index
            }
            entries.append(Entry(file: file, slot: slot, wasUsed: true))
            return Int32(entries.count - 1)
        }
        while entries[hand].wasUsed || entries[hand].file == nil {
            entries[hand].wasUsed = false
            hand = (hand + 1) % entries.count
        }
        evicted(entries[hand].slot)
        entries[hand] = Entry(file: file, slot: slot, wasUsed: true)
        let index = Int32(hand)
        hand = (hand + 1) % entries.count
        return index
    }

    /// Lets a file go.
    func remove(at index: Int32) {
        guard index >= 0 else { return }
        entries[Int(index)] = Entry(file: nil, slot: -1, wasUsed: false)
        free.append(index)
    }

    /// Lets half of the files go (the last one, too), oldest first, and keeps no more than that from now on: the process has run out of
    /// descriptors, and not through this cache alone. `evicted` is told the slot of each record that lost its entry.
    func shed(evicted: (Int32) -> Void) {
        let kept = count / 2
        capacity = max(1, kept)
        while count > kept {
            if entries[hand].file != nil {
                evicted(entries[hand].slot)
                remove(at: Int32(hand))
            }
            hand = (hand + 1) % entries.count
        }
    }

    func removeAll() {
        entries = []
        free = []
        hand = 0
    }
}
