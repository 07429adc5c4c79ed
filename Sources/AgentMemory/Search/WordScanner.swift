/// Cuts text into the units that a scan compares.
///
/// A word is a run of letters, digits and marks, folded as ``FoldingTable`` says. Han, kana and Hangul end a word and
/// come one by one and as pairs of neighbours.
enum WordScanner {
    enum Kind {
        case word
        /// One character of a CJK run.
        case single
        /// Two neighbours of a CJK run.
        case pair
    }

    /// One unit and its place in the text, in UTF-8 offsets.
    ///
    /// Words are told apart by 64 bits of FNV-1a over their folded scalars: nothing is copied. Two words that collide
    /// would be found for each other, which costs a search one wrong hit in about 10^19 words.
    struct Unit {
        var kind: Kind
        var hash: UInt64
        var start: Int
        var end: Int
    }

    private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x0000_0100_0000_01B3

    /// Calls `body` with each unit in order of its end. Stops early when `body` returns false.
    @inline(__always)
    static func scan(_ text: String, _ body: (Unit) -> Bool) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { scan(utf8: $0, body) }
        if done == nil {
            var text = text
            text.withUTF8 { scan(utf8: $0, body) }
        }
    }

    @inline(__always)
    private static func scan(utf8: UnsafeBufferPointer<UInt8>, _ body: (Unit) -> Bool) {
        let table = FoldingTable.folded
        var hash = seed
        var wordStart = -1
        var neighbour: (value: UInt32, start: Int)?
        var at = 0
        while at < utf8.count {
            let start = at
            let value = decode(utf8, &at)
            let folded: UInt32
            if value < 0x2000 {
                folded = table[Int(value)]
            } else if FoldingTable.isCJK(value) {
                if wordStart >= 0 {
                    if !body(Unit(kind: .word, hash: hash, start: wordStart, end: start)) { return }
                    (hash, wordStart) = (seed, -1)
                }
                let single = (seed ^ UInt64(value)) &* prime
                if !body(Unit(kind: .single, hash: single, start: start, end: at)) { return }
                if let neighbour {
                    let pair = (((seed ^ UInt64(neighbour.value)) &* prime) ^ UInt64(value)) &* prime
                    if !body(Unit(kind: .pair, hash: pair, start: neighbour.start, end: at)) { return }
                }
                neighbour = (value, start)
                continue
            } else {
                folded = FoldingTable.fold(Unicode.Scalar(value) ?? " ")
            }
            if folded == FoldingTable.mark { continue }
            neighbour = nil
            if folded != FoldingTable.separator {
                if wordStart < 0 { wordStart = start }
                hash = (hash ^ UInt64(folded)) &* prime
            } else if wordStart >= 0 {
                if !body(Unit(kind: .word, hash: hash, start: wordStart, end: start)) { return }
                (hash, wordStart) = (seed, -1)
            }
        }
        if wordStart >= 0 { _ = body(Unit(kind: .word, hash: hash, start: wordStart, end: at)) }
    }

    /// The scalar at an offset of a string's UTF-8, which is well-formed.
    @inline(__always)
    private static func decode(_ utf8: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> UInt32 {
        let lead = UInt32(utf8[at])
        if lead < 0x80 {
            at &+= 1
            return lead
        }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var value = lead & (0x7F >> UInt32(length))
        for offset in 1..<length where at &+ offset < utf8.count {
            value = value << 6 | UInt32(utf8[at &+ offset] & 0x3F)
        }
        at = min(at &+ length, utf8.count)
        return value
    }

    /// The hash of the unit that a folded word, or a character that stands alone, is.
    static func hash(_ word: String) -> UInt64 {
        var hash: UInt64 = 0
        scan(word) { unit in
            hash = unit.hash
            return false
        }
        return hash
    }

    /// The units to look for: all words, all pairs, and the single characters that have no neighbour; each once, in
    /// the order of the query, the first `limit` of them.
    static func queryTerms(_ query: String, limit: Int) -> [UInt64] {
        var units: [Unit] = []
        scan(query) { unit in
            // A pair says more than its two characters.
            if unit.kind == .pair {
                units.removeAll { $0.kind == .single && $0.start >= unit.start && $0.end <= unit.end }
            } else if unit.kind == .single, let last = units.last, last.kind == .pair, last.end == unit.start {
                return true
            }
            units.append(unit)
            return units.count < 4 * limit
        }
        var terms: [UInt64] = []
        for unit in units where !terms.contains(unit.hash) && terms.count < limit { terms.append(unit.hash) }
        return terms
    }
}
