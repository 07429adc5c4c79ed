internal import Synchronization

/// Buffers for reads, used again: a load takes and gives back one or a few, and the allocator never sees the large
/// ones come and go (a large `free` makes it merge and trim).
///
/// At most 16 are kept, of at most 256 KiB each.
enum ReadBuffers {
    typealias Buffer = (base: UnsafeMutableRawPointer, capacity: Int)

    /// Addresses rather than pointers, which are not `Sendable`: a buffer belongs to nobody while it is here.
    private static let pool = Mutex<[(address: UInt, capacity: Int)]>([])
    private static let keptMax = 16
    private static let capacityMax = 256 << 10
    private static let capacityMin = 32 << 10

    /// A buffer of at least `count` bytes.
    static func take(_ count: Int) -> Buffer {
        guard count <= capacityMax else { return (.allocate(byteCount: count, alignment: 16), count) }
        let found = pool.withLock { pool -> (address: UInt, capacity: Int)? in
            guard let index = pool.lastIndex(where: { $0.capacity >= count }) else { return nil }
            pool.swapAt(index, pool.count - 1)
            return pool.removeLast()
        }
        if let found, let base = UnsafeMutableRawPointer(bitPattern: found.address) { return (base, found.capacity) }
        var capacity = capacityMin
        while capacity < count { capacity *= 2 }
        return (.allocate(byteCount: capacity, alignment: 16), capacity)
    }

    /// Gives a buffer back.
    static func give(_ base: UnsafeMutableRawPointer, _ capacity: Int) {
        let address = UInt(bitPattern: base)
        let isKept = pool.withLock { pool -> Bool in
            guard capacity <= capacityMax, pool.count < keptMax else { return false }
            pool.append((address, capacity))
            return true
        }
        if !isKept { base.deallocate() }
    }
}
