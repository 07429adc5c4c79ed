import Glibc

/// Numbers for words, in the order in which they were met.
struct WordTable {
    private var arena: [UInt8] = []
    private var starts: [Int] = [0]
    private var slots: [UInt32]

    /// A slot that is free.
    private static let free = UInt32.max

    init() {
        slots = Array(repeating: Self.free, count: 1 << 12)
    }

    var count: Int { starts.count - 1 }

    func word(_ number: Int) -> String {
        String(decoding: arena[starts[number]..<starts[number + 1]], as: UTF8.self)
    }

    /// The number of a word, a new one for a word that wasn't met before.
    @inline(__always)
    mutating func number(of word: UnsafeRawBufferPointer) -> UInt32 {
        var slot = Self.hash(word) & (slots.count - 1)
        while slots[slot] != Self.free {
            let number = slots[slot]
            if equals(Int(number), word) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return insert(word, at: slot)
    }

    private mutating func insert(_ word: UnsafeRawBufferPointer, at slot: Int) -> UInt32 {
        let number = UInt32(count)
        arena.append(contentsOf: word)
        starts.append(arena.count)
        slots[slot] = number
        if count * 2 > slots.count { grow() }
        return number
    }

    private mutating func grow() {
        slots = Array(repeating: Self.free, count: slots.count * 2)
        arena.withUnsafeBytes { arena in
            for number in 0..<count {
                var slot =
                    Self.hash(UnsafeRawBufferPointer(rebasing: arena[starts[number]..<starts[number + 1]]))
                    & (slots.count - 1)
                while slots[slot] != Self.free { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = UInt32(number)
            }
        }
    }

    @inline(__always)
    private func equals(_ number: Int, _ word: UnsafeRawBufferPointer) -> Bool {
        let start = starts[number]
        guard starts[number + 1] - start == word.count else { return false }
        return arena.withUnsafeBytes { memcmp($0.baseAddress! + start, word.baseAddress!, word.count) == 0 }
    }

    /// FNV-1a.
    @inline(__always)
    private static func hash(_ word: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & 0x7FFF_FFFF)
    }
}
