/// Collects the frontier of a block or a term: for each frequency the smallest length.
struct FrontierBuilder: ~Copyable {
    /// By frequency. 255 where there is none.
    private let shortest: UnsafeMutablePointer<UInt8>
    private var highest = 0

    init() {
        shortest = .allocate(capacity: RunLayout.frequencyMax + 1)
        shortest.initialize(repeating: .max, count: RunLayout.frequencyMax + 1)
    }

    deinit { shortest.deallocate() }

    mutating func removeAll() {
        shortest.update(repeating: .max, count: highest + 1)
        highest = 0
    }

    @inline(__always)
    mutating func add(frequency: UInt8, length: UInt8) {
        let index = Int(frequency)
        if length <= shortest[index] {
            shortest[index] = length
            highest = max(highest, index)
        }
    }

    /// Takes in what another frontier bounds.
    mutating func add(_ other: Frontier) {
        for pair in [other.pairs.0, other.pairs.1, other.pairs.2] {
            add(frequency: UInt8(pair >> 8), length: UInt8(truncatingIfNeeded: pair))
        }
    }

    func frontier() -> Frontier {
        // From the highest frequency down, what is shorter than all before: rising in both when read backwards.
        var kept: [(frequency: UInt8, length: UInt8)] = []
        var frequency = highest
        while frequency > 0 {
            let length = shortest[frequency]
            if kept.isEmpty || length < kept[kept.count - 1].length {
                kept.append((UInt8(truncatingIfNeeded: frequency), length))
            }
            frequency -= 1
        }
        kept.reverse()
        if kept.isEmpty { kept = [(0, 255)] }
        // Two pairs become one that dominates both: the neighbours that lose least by it.
        while kept.count > 3 {
            var best = 0
            var bestLoss = Int.max
            for index in 0..<(kept.count - 1) {
                let loss = Int(kept[index + 1].length) - Int(kept[index].length)
                if loss < bestLoss { (best, bestLoss) = (index, loss) }
            }
            kept[best] = (kept[best + 1].frequency, kept[best].length)
            kept.remove(at: best + 1)
        }
        func pack(_ index: Int) -> UInt16 {
            let pair = kept[min(index, kept.count - 1)]
            return UInt16(pair.frequency) << 8 | UInt16(pair.length)
        }
        return Frontier((pack(0), pack(1), pack(2)))
    }
}
