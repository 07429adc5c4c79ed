internal import LogFormat

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// The session index: records in plain memory, found by the session's id through an open-addressing hash table.
///
/// A session costs its 120-byte record, 8 bytes of hash table at a load of 1/4 to 3/4 (11 to 32 bytes), and its id.
/// Records never move, slots are reused. Lookup is O(1); Swift's seeded SipHash keeps ids from outside from
/// colliding on purpose. Guarded by the engine's lock.
final class SessionTable {
    private static let recordsPerChunk = 1024

    private var chunks: [UnsafeMutablePointer<SessionRecord>] = []
    private var free: [Int32] = []
    /// One past the highest slot ever used.
    private(set) var slotCount: Int32 = 0
    private(set) var count = 0
    /// `hash << 32 | slot + 1`, 0 for empty. The hash's upper half avoids touching the record of most non-matches.
    private var buckets: [UInt64]
    private var mask: Int
    /// Ranges of sequences that were removed from the end, by slot: few sessions have any.
    var removed: [Int32: [Range<UInt64>]] = [:]
    /// Slots by session number. Made by the first search, because nothing else needs it.
    private var slotsByNumber: [UInt64: Int32]?

    init() {
        buckets = Array(repeating: 0, count: 64)
        mask = 63
    }

    deinit {
        for slot in 0..<slotCount where self[slot].pointee.number != 0 { self[slot].pointee.id.deallocate() }
        for chunk in chunks { chunk.deallocate() }
    }

    /// The record in a slot. A number of 0 means that the slot is free.
    @inline(__always)
    subscript(slot: Int32) -> UnsafeMutablePointer<SessionRecord> {
        chunks[Int(slot) / Self.recordsPerChunk] + Int(slot) % Self.recordsPerChunk
    }

    static func hash(_ id: UnsafeRawBufferPointer) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(bytes: id)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }

    /// The slot of the session with this id, or `nil`.
    func find(_ id: UnsafeRawBufferPointer) -> Int32? {
        let hash = Self.hash(id)
        var bucket = Int(hash) & mask
        while true {
            let entry = buckets[bucket]
            if entry == 0 { return nil }
            if UInt32(entry >> 32) == hash {
                let slot = Int32(truncatingIfNeeded: (entry & 0xFFFF_FFFF) &- 1)
                let known = self[slot].pointee.idBytes
                if known.count == id.count, memcmp(known.baseAddress!, id.baseAddress!, id.count) == 0 { return slot }
            }
            bucket = (bucket &+ 1) & mask
        }
    }

    /// Adds a session whose id is not there yet.
    func insert(id: UnsafeRawBufferPointer, state: SessionState) -> Int32 {
        if (count + 1) * 4 > buckets.count * 3 { rehash(buckets.count * 2) }
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = slotCount
            slotCount += 1
            if Int(slot) / Self.recordsPerChunk == chunks.count {
                chunks.append(.allocate(capacity: Self.recordsPerChunk))
            }
        }
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, id.count))
        UnsafeMutableRawBufferPointer(start: memory, count: id.count).copyMemory(from: id)
        let hash = Self.hash(id)
        self[slot].initialize(
            to: SessionRecord(
                number: state.number, generation: 0, segmentLength: 0, firstLive: 1, nextSequence: 1, liveCount: 0,
                liveBytes: 0, lastBatch: 0, created_µs: 0, updated_µs: 0, timeToLive_µs: 0, id: memory, idHash: hash,
                idCount: UInt16(id.count), flags: 0, status: 0, hot: -1, descriptor: -1, cached: -1))
        set(state, at: slot)
        place(hash: hash, slot: slot)
        count += 1
        slotsByNumber?[state.number] = slot
        return slot
    }

    /// The slot of the session with this number. O(sessions) the first time, O(1) then.
    func slot(ofNumber number: UInt64) -> Int32? {
        if let slotsByNumber { return slotsByNumber[number] }
        var slots: [UInt64: Int32] = [:]
        slots.reserveCapacity(count)
        for slot in 0..<slotCount where self[slot].pointee.number != 0 { slots[self[slot].pointee.number] = slot }
        slotsByNumber = slots
        return slots[number]
    }

    /// Removes the session in a slot. Its hot state and its descriptor must have been let go.
    func remove(_ slot: Int32) {
        let record = self[slot]
        unplace(hash: record.pointee.idHash, slot: slot)
        slotsByNumber?[record.pointee.number] = nil
        record.pointee.id.deallocate()
        record.pointee.number = 0
        removed[slot] = nil
        free.append(slot)
        count -= 1
    }

    /// Overwrites what a record says, except its id.
    func set(_ state: SessionState, at slot: Int32) {
        let record = self[slot]
        record.pointee.generation = state.generation
        record.pointee.segmentLength = state.segmentLength
        record.pointee.firstLive = state.firstLive
        record.pointee.nextSequence = state.nextSequence
        record.pointee.liveCount = state.liveCount
        record.pointee.liveBytes = state.liveBytes
        record.pointee.lastBatch = state.lastBatch
        record.pointee.created_µs = state.created_µs
        record.pointee.updated_µs = state.updated_µs
        record.pointee.timeToLive_µs = state.timeToLive_µs
        record.pointee.flags = state.flags
        setRemoved(state.removed, at: slot)
    }

    func setRemoved(_ ranges: [Range<UInt64>], at slot: Int32) {
        if ranges.isEmpty {
            if self[slot].pointee.status & SessionRecord.hasRemoved != 0 { removed[slot] = nil }
            self[slot].pointee.status &= ~SessionRecord.hasRemoved
        } else {
            removed[slot] = ranges
            self[slot].pointee.status |= SessionRecord.hasRemoved
        }
    }

    /// The ranges of removed sequences of a session.
    func removedRanges(_ slot: Int32) -> [Range<UInt64>] {
        self[slot].pointee.status & SessionRecord.hasRemoved == 0 ? [] : removed[slot] ?? []
    }

    /// What the record says, as the manifest writes it.
    func state(_ slot: Int32) -> SessionState {
        let record = self[slot].pointee
        var state = SessionState(
            number: record.number, created_µs: record.created_µs, timeToLive_µs: record.timeToLive_µs)
        state.generation = record.generation
        state.segmentLength = record.segmentLength
        state.firstLive = record.firstLive
        state.nextSequence = record.nextSequence
        state.liveCount = record.liveCount
        state.liveBytes = record.liveBytes
        state.lastBatch = record.lastBatch
        state.updated_µs = record.updated_µs
        state.flags = record.flags
        state.removed = removedRanges(slot)
        return state
    }

    private func place(hash: UInt32, slot: Int32) {
        var bucket = Int(hash) & mask
        while buckets[bucket] != 0 { bucket = (bucket + 1) & mask }
        buckets[bucket] = UInt64(hash) << 32 | UInt64(UInt32(slot) + 1)
    }

    /// Takes a slot out of the hash table and closes the gap, so that no tombstones slow later lookups
    /// (Knuth, The Art of Computer Programming 3, section 6.4, algorithm R).
    private func unplace(hash: UInt32, slot: Int32) {
        let entry = UInt64(hash) << 32 | UInt64(UInt32(slot) + 1)
        var hole = Int(hash) & mask
        while buckets[hole] != entry {
            if buckets[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        var bucket = hole
        while true {
            bucket = (bucket + 1) & mask
            let other = buckets[bucket]
            if other == 0 { break }
            let home = Int(other >> 32) & mask
            // May move back only if its home does not lie between the hole and it.
            if (bucket - home) & mask >= (bucket - hole) & mask {
                buckets[hole] = other
                hole = bucket
            }
        }
        buckets[hole] = 0
    }

    private func rehash(_ size: Int) {
        buckets = Array(repeating: 0, count: size)
        mask = size - 1
        for slot in 0..<slotCount where self[slot].pointee.number != 0 {
            place(hash: self[slot].pointee.idHash, slot: slot)
        }
    }
}
