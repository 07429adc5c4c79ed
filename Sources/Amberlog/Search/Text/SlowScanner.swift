/// Finds the tokens that a ``TextWindow`` doesn't: whatever is not ASCII, and identifiers.
struct SlowScanner {
    let base: UnsafeRawPointer
    let count: Int
    let scratch: TokenScratch
    let stems: Bool
    let table: UnsafePointer<UInt16>

    /// What stands at a place: how many tokens (in the scratch memory), how many positions they take, and where to go
    /// on.
    struct Found {
        var next: Int
        var tokens: Int
        var positions: Int
    }

    init(base: UnsafeRawPointer, count: Int, scratch: TokenScratch, stems: Bool) {
        self.base = base
        self.count = count
        self.scratch = scratch
        self.stems = stems
        table = ScalarClasses.table
    }

    /// The tokens at `at`, which is less than `count`. Goes on by at least a byte.
    @inline(never)
    func scan(at: Int, position: Int) -> Found {
        if byte(at) < 0x80 { return scanCompound(at: at, position: position) }
        let (value, next) = decode(at)
        switch ScalarClasses.of(value, table) {
        case ScalarClasses.separator, ScalarClasses.mark, ScalarClasses.apostrophe:
            return Found(next: next, tokens: 0, positions: 0)
        case ScalarClasses.spaceless: return scanSpaceless(at: at, position: position)
        case ScalarClasses.emoji: return scanEmoji(at: at, position: position)
        default: return scanCompound(at: at, position: position)
        }
    }

    @inline(never)
    private func scanCompound(at: Int, position: Int) -> Found {
        var scanner = CompoundScanner(self)
        return scanner.scan(at: at, position: position)
    }

    // MARK: Scalars

    @inline(__always)
    func byte(_ at: Int) -> UInt8 { base.load(fromByteOffset: at, as: UInt8.self) }

    /// The scalar at `at`, which is less than `count`, and where the next one begins.
    @inline(__always)
    func decode(_ at: Int) -> (value: UInt32, next: Int) {
        let lead = UInt32(byte(at))
        if lead < 0x80 { return (lead, at &+ 1) }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        // Not in well-formed text.
        guard at &+ length <= count else { return (0, count) }
        var value = lead & (0x7F &>> UInt32(truncatingIfNeeded: length))
        var offset = 1
        while offset < length {
            value = value &<< 6 | UInt32(byte(at &+ offset)) & 0x3F
            offset &+= 1
        }
        return (value, at &+ length)
    }

    /// Writes a scalar to the folded term and returns where the next one goes.
    @inline(__always)
    func write(_ value: UInt32, at: Int) -> Int {
        let term = scratch.term + at
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value &>> shift & 0x3F | 0x80) }
        if value < 0x80 {
            term[0] = UInt8(truncatingIfNeeded: value)
            return at &+ 1
        }
        if value < 0x800 {
            term[0] = UInt8(truncatingIfNeeded: value &>> 6 | 0xC0)
            term[1] = tail(0)
            return at &+ 2
        }
        if value < 0x10000 {
            term[0] = UInt8(truncatingIfNeeded: value &>> 12 | 0xE0)
            (term[1], term[2]) = (tail(6), tail(0))
            return at &+ 3
        }
        term[0] = UInt8(truncatingIfNeeded: value &>> 18 & 0x07 | 0xF0)
        (term[1], term[2], term[3]) = (tail(12), tail(6), tail(0))
        return at &+ 4
    }

    // MARK: Tokens

    /// A token of folded bytes, cut to what a term may have.
    @inline(__always)
    func token(from: Int, to: Int, start: Int, end: Int, position: Int, kind: Token.Kind) -> Token {
        let bytes = scratch.term + from
        var length = to - from
        if length > Tokenizer.termBytesMax {
            length = Tokenizer.termBytesMax
            while length > 0, bytes[length] & 0xC0 == 0x80 { length &-= 1 }
        }
        // The bytes after the term are there, whatever they are.
        let term = UnsafeRawBufferPointer(start: bytes, count: length)
        var hash = TermHash.seed
        var isLetters = length > 2
        var at = 0
        while at < length {
            let rest = length &- at
            let mask = rest < 8 ? TextBlock.first(rest) : ~0
            let block = UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: at, as: UInt64.self))
            hash = TermHash.add(block & mask, to: hash)
            isLetters = isLetters && TextBlock.areLowercase(block, mask)
            at &+= 8
        }
        return Token(
            term: term, hash: TermHash.finish(hash), start: start, end: end, position: position, kind: kind,
            isStemmable: stems && isLetters)
    }
}
