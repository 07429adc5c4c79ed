internal import CSearch

/// The term that each folded word became, so that a word is stemmed and looked up in the run's terms only once.
///
/// An open hash table in which nearly every look-up is one cache line: a word of up to eight bytes is known by its
/// ``TermHash`` alone, which no other such word has; only longer ones are compared byte by byte.
struct WordTerms: ~Copyable {
    private struct Slot: BitwiseCopyable {
        var hash: UInt64
        var term: UInt32
        /// 0: nothing here. ``short``. Otherwise one more than where the word stands in ``words``.
        var place: UInt32
    }

    private static let short = UInt32.max

    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private var count = 0
    /// Long words, each behind its length.
    private var words = Column<UInt8>(capacity: 1024)

    init() {
        mask = 1023
        slots = Self.emptySlots(mask + 1)
    }

    deinit { slots.deallocate() }

    private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
        slots.initialize(repeating: Slot(hash: 0, term: 0, place: 0), count: count)
        return slots
    }

    /// Has what a look-up needs fetched: with hundreds of thousands of different words, waiting for memory is most of
    /// what a look-up takes.
    @inline(__always)
    func prefetch(_ hash: UInt64) {
        amber_prefetch(slots + (Int(truncatingIfNeeded: hash) & mask))
    }

    /// - Parameters:
    ///   - word: At most 255 bytes, none of them 0.
    ///   - hash: Its ``TermHash``.
    ///   - make: Makes the term of a word that is new.
    @inline(__always)
    mutating func term(of word: UnsafeRawBufferPointer, hash: UInt64, _ make: () -> UInt32) -> UInt32 {
        let isShort = word.count <= 8
        var at = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[at]
            if slot.place == 0 { return insert(word, hash, isShort, at, make()) }
            if slot.hash == hash {
                if isShort {
                    if slot.place == Self.short { return slot.term }
                } else if slot.place != Self.short, isEqual(slot.place, word) {
                    return slot.term
                }
            }
            at = (at &+ 1) & mask
        }
    }

    private func isEqual(_ place: UInt32, _ word: UnsafeRawBufferPointer) -> Bool {
        let known = words.base + Int(place) - 1
        guard Int(known[0]) == word.count else { return false }
        for index in 0..<word.count where known[index + 1] != word[index] { return false }
        return true
    }

    @inline(never)
    private mutating func insert(
        _ word: UnsafeRawBufferPointer, _ hash: UInt64, _ isShort: Bool, _ at: Int, _ term: UInt32
    ) -> UInt32 {
        var place = Self.short
        if !isShort {
            place = UInt32(truncatingIfNeeded: words.count + 1)
            words.reserve(word.count + 1)
            words.appendReserved(UInt8(truncatingIfNeeded: word.count))
            for byte in word { words.appendReserved(byte) }
        }
        slots[at] = Slot(hash: hash, term: term, place: place)
        count += 1
        if 2 * count > mask { grow() }
        return term
    }

    private mutating func grow() {
        let old = slots
        let size = mask + 1
        mask = 2 * size - 1
        slots = Self.emptySlots(mask + 1)
        for index in 0..<size where old[index].place != 0 {
            var at = Int(truncatingIfNeeded: old[index].hash) & mask
            while slots[at].place != 0 { at = (at &+ 1) & mask }
            slots[at] = old[index]
        }
        old.deallocate()
    }
}
