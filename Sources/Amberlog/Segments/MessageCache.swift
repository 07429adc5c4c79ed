internal import AgentMemory

/// The newest messages of sessions that were loaded lately, as they were returned. An agent loads the same end of a
/// conversation before every answer: it finds it here, and only what was said since is read. Guarded by the engine's
/// lock.
///
/// Eviction is SIEVE (Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024): entries stand in the order of their
/// arrival, a hit sets a bit and moves nothing, and a hand that walks from the oldest to the newest takes the first
/// entry without the bit. One pass over every session therefore doesn't wash out the popular ones.
final class MessageCache {
    struct Entry {
        /// The newest live messages below `end`, the oldest of them first; never empty.
        var messages: [Message]
        /// One past the newest sequence that the session had given when they were read.
        var end: UInt64
        fileprivate var slot: Int32
        fileprivate var cost: Int
        fileprivate var wasUsed = false
        /// The next to arrive, -1 for none.
        fileprivate var newer: Int32 = -1
        /// The one that arrived before, -1 for none.
        fileprivate var older: Int32 = -1
    }

    private let capacity: Int
    private var entries: [Entry?] = []
    private var free: [Int32] = []
    private var newest: Int32 = -1
    private var oldest: Int32 = -1
    private var hand: Int32 = -1
    /// The bytes that the entries take, about.
    private(set) var cost = 0

    /// - Parameter capacity: In bytes; 0 keeps nothing.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// One entry may cost this part of the whole, so that a few long sessions don't fill the cache.
    static let shareMax = 32

    /// The entry at an index that a record holds.
    @inline(__always)
    func find(_ index: Int32) -> (messages: [Message], end: UInt64)? {
        guard index >= 0 else { return nil }
        guard let entry = entries[Int(index)] else { return nil }
        if !entry.wasUsed { entries[Int(index)]?.wasUsed = true }
        return (entry.messages, entry.end)
    }

    /// Replaces what the entry at an index holds.
    func replace(_ index: Int32, _ messages: [Message], end: UInt64, cost newCost: Int) {
        guard var entry = entries[Int(index)] else { return }
        cost += newCost - entry.cost
        entry.messages = messages
        entry.end = end
        entry.cost = newCost
        entries[Int(index)] = entry
    }

    /// Takes an entry in and returns its index. `evicted` is told the slot of each record that lost its entry.
    func insert(_ messages: [Message], end: UInt64, cost newCost: Int, slot: Int32, evicted: (Int32) -> Void) -> Int32 {
        while cost + newCost > capacity, oldest >= 0 { evicted(evict()) }
        let entry = Entry(messages: messages, end: end, slot: slot, cost: newCost, older: newest)
        let index: Int32
        if let reused = free.popLast() {
            index = reused
            entries[Int(index)] = entry
        } else {
            index = Int32(entries.count)
            entries.append(entry)
        }
        if newest >= 0 { entries[Int(newest)]?.newer = index } else { oldest = index }
        newest = index
        cost += newCost
        return index
    }

    /// Lets an entry go.
    func remove(_ index: Int32) {
        guard index >= 0, let entry = entries[Int(index)] else { return }
        if hand == index { hand = entry.newer }
        if entry.newer >= 0 { entries[Int(entry.newer)]?.older = entry.older } else { newest = entry.older }
        if entry.older >= 0 { entries[Int(entry.older)]?.newer = entry.newer } else { oldest = entry.newer }
        entries[Int(index)] = nil
        free.append(index)
        cost -= entry.cost
    }

    func removeAll() {
        entries = []
        free = []
        (newest, oldest, hand) = (-1, -1, -1)
        cost = 0
    }

    /// Removes the first entry from the hand on that wasn't used since the hand was there last, and returns its slot.
    private func evict() -> Int32 {
        if hand < 0 { hand = oldest }
        while entries[Int(hand)]?.wasUsed == true {
            entries[Int(hand)]?.wasUsed = false
            let next = entries[Int(hand)]?.newer ?? -1
            hand = next < 0 ? oldest : next
        }
        let index = hand
        let slot = entries[Int(index)]?.slot ?? -1
        remove(index)
        return slot
    }

    /// What keeping messages costs, in bytes: their text, their metadata (which may be decoded one day), and what
    /// stands around each.
    static func cost(of messages: [Message]) -> Int {
        var bytes = 128
        for message in messages {
            bytes += message.content.utf8.count + 160
            if message.hasMetadata { bytes += 3 * message.withEncodedMetadata { $0.count } }
        }
        return bytes
    }
}

extension EngineState {
    /// Keeps the newest messages of a session as they were read, unless any of them was removed meanwhile.
    ///
    /// - Parameter view: The session as it was when the read was planned.
    func remember(_ messages: [Message], cost: Int, of view: SessionView) {
        guard !isClosed, view.slot < table.slotCount else { return }
        let record = table[view.slot]
        guard record.pointee.number == view.number, record.pointee.firstLive == view.firstLive,
            table.removedRanges(view.slot) == view.removed
        else { return }
        if record.pointee.cached >= 0 {
            // A read that began earlier may come later.
            if let known = messageCache.find(record.pointee.cached), known.end > view.end { return }
            messageCache.replace(record.pointee.cached, messages, end: view.end, cost: cost)
            return
        }
        record.pointee.cached = messageCache.insert(messages, end: view.end, cost: cost, slot: view.slot) { evicted in
            table[evicted].pointee.cached = -1
        }
    }

    func view(_ slot: Int32, removed: [Range<UInt64>]) -> SessionView {
        let record = table[slot]
        return SessionView(
            slot: slot, number: record.pointee.number, firstLive: record.pointee.firstLive, removed: removed,
            end: record.pointee.nextSequence)
    }

    /// Forgets what is kept of a session.
    func dropCached(_ slot: Int32) {
        let index = table[slot].pointee.cached
        guard index >= 0 else { return }
        messageCache.remove(index)
        table[slot].pointee.cached = -1
    }

    /// What must not have changed for messages that were read to be the newest of a session.
    struct SessionView: Sendable {
        var slot: Int32
        var number: UInt64
        var firstLive: UInt64
        var removed: [Range<UInt64>]
        /// One past the newest sequence.
        var end: UInt64
    }
}
