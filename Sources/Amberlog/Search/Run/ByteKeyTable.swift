/// Numbers byte strings from 0 in the order in which they come: a hash table with linear probing, its keys one after
/// another in one array.
struct ByteKeyTable: ~Copyable {
    private struct Slot {
        /// The upper half of the hash: most other keys are told from it without looking at them.
        var hash: UInt32
        /// One more than the key's number, 0 for none.
        var number: UInt32
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private var keys: UnsafeMutablePointer<UInt8>
    private var keyCapacity: Int
    private var keyCount = 0
    /// Where each key ends.
    private var ends: [UInt32] = []
    private var hashes: [UInt64] = []

    init(capacity: Int = 256) {
        var size = 64
        while size < 2 * capacity { size *= 2 }
        mask = size - 1
        slots = .allocate(capacity: size)
        slots.initialize(repeating: Slot(hash: 0, number: 0), count: size)
        keyCapacity = 8 * size
        keys = .allocate(capacity: keyCapacity)
    }

    deinit {
        slots.deallocate()
        keys.deallocate()
    }

    var count: Int { ends.count }

    subscript(number: Int) -> UnsafeRawBufferPointer {
        let start = number == 0 ? 0 : Int(ends[number - 1])
        return UnsafeRawBufferPointer(start: keys + start, count: Int(ends[number]) - start)
    }

    /// The number of a key, and whether it is new.
    @inline(__always)
    mutating func number(of key: UnsafeRawBufferPointer, hash: UInt64) -> (number: UInt32, isNew: Bool) {
        let short = UInt32(truncatingIfNeeded: hash >> 32)
        var at = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[at]
            if slot.number == 0 { return (insert(key, hash, at), true) }
            if slot.hash == short, isEqual(Int(slot.number) - 1, key) { return (slot.number - 1, false) }
            at = (at &+ 1) & mask
        }
    }

    @inline(__always)
    private func isEqual(_ number: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let known = self[number]
        guard known.count == key.count else { return false }
        var index = 0
        while index < key.count {
            if known[index] != key[index] { return false }
            index &+= 1
        }
        return true
    }

    private mutating func insert(_ key: UnsafeRawBufferPointer, _ hash: UInt64, _ at: Int) -> UInt32 {
        if keyCount + key.count > keyCapacity {
            keyCapacity = max(2 * keyCapacity, keyCount + key.count)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: keyCapacity)
            larger.update(from: keys, count: keyCount)
            keys.deallocate()
            keys = larger
        }
        if let base = key.baseAddress {
            UnsafeMutableRawPointer(keys + keyCount).copyMemory(from: base, byteCount: key.count)
        }
        keyCount += key.count
        ends.append(UInt32(truncatingIfNeeded: keyCount))
        hashes.append(hash)
        slots[at] = Slot(hash: UInt32(truncatingIfNeeded: hash >> 32), number: UInt32(ends.count))
        if 2 * ends.count > mask { grow() }
        return UInt32(ends.count - 1)
    }

    private mutating func grow() {
        let size = 4 * (mask + 1)
        slots.deallocate()
        slots = .allocate(capacity: size)
        slots.initialize(repeating: Slot(hash: 0, number: 0), count: size)
        mask = size - 1
        for number in 0..<ends.count {
            var at = Int(truncatingIfNeeded: hashes[number]) & mask
            while slots[at].number != 0 { at = (at &+ 1) & mask }
            slots[at] = Slot(hash: UInt32(truncatingIfNeeded: hashes[number] >> 32), number: UInt32(number + 1))
        }
    }
}

/// A fast hash of short byte strings, eight bytes at a time: multiply and fold, as wyhash does. Not for keys that
/// someone might choose to make collide: there it costs time, never a wrong result.
enum ByteHash {
    @inline(__always)
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var at = 0
        while bytes.count &- at >= 8 {
            state = mix(state ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at &+= 8
        }
        var rest: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count {
            rest |= UInt64(bytes[at]) &<< shift
            shift &+= 8
            at &+= 1
        }
        return mix(state ^ rest ^ 0xA076_1D64_78BD_642F)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
