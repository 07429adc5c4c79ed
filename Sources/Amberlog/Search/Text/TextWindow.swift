internal import CSearch

/// 64 bytes of a text, and the words in them that need no second look: ASCII letters, of which only the first may be
/// upper case, or ASCII digits, and then something that can only end them. Most of English text consists of these.
///
/// What bytes are is found out for all of them at once, 16 at a time, and kept as sets, so that finding the next word
/// and knowing that it is such a one takes a few instructions without branches. The idea is that of Langdale and
/// Lemire, "Parsing gigabytes of JSON per second" (VLDB Journal, 2019).
struct TextWindow {
    static let byteCount = Int(AMBER_WINDOW_BYTES)

    /// A word of at least this length is left to ``SlowScanner``, so that what is folded fits a term.
    private static let lengthMax = 56

    enum Word {
        /// It ends there.
        case fast(end: Int)
        /// What decides lies beyond the window.
        case cut
        /// ``SlowScanner`` must see what is there.
        case slow
    }

    /// Readable to eight bytes beyond the window.
    private let bytes: UnsafeRawPointer
    private let words: UInt64
    private let digits: UInt64
    private let uppercase: UInt64
    /// ASCII letters and digits, and all of what is not ASCII.
    private let beginnings: UInt64
    /// What may join the word before it with what comes after.
    private let joints: UInt64
    private let isLast: Bool

    @inline(__always)
    init(_ base: UnsafeRawPointer, at: Int, count: Int, _ scratch: TokenScratch) {
        let rest = count &- at
        if rest >= Self.byteCount &+ 8 {
            bytes = base + at
        } else {
            // Zeros end words and begin nothing.
            scratch.tail.update(repeating: 0, count: TokenScratch.tailCapacity)
            UnsafeMutableRawPointer(scratch.tail).copyMemory(from: base + at, byteCount: rest)
            bytes = UnsafeRawPointer(scratch.tail)
        }
        isLast = rest <= Self.byteCount
        var classes = amber_text_classes()
        amber_classify_text(bytes.assumingMemoryBound(to: UInt8.self), &classes)
        words = classes.words
        digits = classes.digits
        uppercase = classes.uppercase
        beginnings = classes.words | classes.others
        joints = classes.others | classes.joiners & ((classes.words | classes.others | classes.repeaters) &>> 1)
    }

    /// Where the next word may begin; ``byteCount`` for nowhere.
    @inline(__always)
    func beginning(from offset: Int) -> Int {
        (beginnings & (~0 &<< UInt64(truncatingIfNeeded: offset))).trailingZeroBitCount
    }

    @inline(__always)
    func isDigit(at place: Int) -> Bool { digits &>> UInt64(truncatingIfNeeded: place) & 1 != 0 }

    @inline(__always)
    func word(at start: Int) -> Word {
        let shift = UInt64(truncatingIfNeeded: start)
        let length = (~(words &>> shift)).trailingZeroBitCount
        let end = start &+ length
        // Whether something joins is known only with the byte after it.
        if end >= Self.byteCount &- 1, !isLast { return .cut }
        if length == 0 || length > Self.lengthMax { return .slow }
        let span: UInt64 = (1 &<< UInt64(truncatingIfNeeded: length)) &- 1
        let numbers = digits &>> shift & span
        let joins = end < Self.byteCount && joints &>> UInt64(truncatingIfNeeded: end) & 1 != 0
        // An upper case letter in mid-word may begin a part of an identifier.
        if joins || uppercase &>> shift & span & ~1 != 0 || numbers != 0 && numbers != span { return .slow }
        return .fast(end: end)
    }

    /// Writes a word in lower case and returns its ``TermHash``. Up to seven zeros come after it.
    @inline(__always)
    func fold(_ start: Int, _ end: Int, to term: UnsafeMutablePointer<UInt8>) -> UInt64 {
        // Sets the case of letters, and is set in digits.
        let lowercase: UInt64 = 0x2020_2020_2020_2020
        let to = UnsafeMutableRawPointer(term)
        var hash = TermHash.seed
        var at = start
        while at &+ 8 <= end {
            let block = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) | lowercase
            to.storeBytes(of: block.littleEndian, toByteOffset: at &- start, as: UInt64.self)
            hash = TermHash.add(block, to: hash)
            at &+= 8
        }
        if at < end {
            let block =
                (UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) | lowercase)
                & TextBlock.first(end &- at)
            to.storeBytes(of: block.littleEndian, toByteOffset: at &- start, as: UInt64.self)
            hash = TermHash.add(block, to: hash)
        }
        return TermHash.finish(hash)
    }
}
