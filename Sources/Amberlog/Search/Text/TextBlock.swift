/// Eight bytes of a text, and which of them are ASCII letters and digits.
///
/// A set of bytes is a mask with the high bit of each of its bytes, the first byte of the text lowest. The tests work
/// on all eight bytes at once: adding a constant to seven bits carries into the eighth where the value is at least
/// so great.
struct TextBlock {
    static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let eachByte: UInt64 = 0x0101_0101_0101_0101

    let bytes: UInt64
    let uppercase: UInt64
    let letters: UInt64
    let digits: UInt64

    @inline(__always)
    init(_ bytes: UInt64) {
        let sevenBits = bytes & ~TextBlock.highBits
        let ascii = ~bytes & TextBlock.highBits
        let lowered = sevenBits | 0x20 &* TextBlock.eachByte
        self.bytes = bytes
        uppercase = TextBlock.within(sevenBits, 0x41, 0x5A) & ascii
        // Setting 0x20 makes letters of letters alone.
        letters = TextBlock.within(lowered, 0x61, 0x7A) & ascii
        digits = TextBlock.within(sevenBits, 0x30, 0x39) & ascii
    }

    @inline(__always)
    private static func within(_ sevenBits: UInt64, _ first: UInt64, _ last: UInt64) -> UInt64 {
        (sevenBits &+ (0x80 &- first) &* eachByte) & ~(sevenBits &+ (0x7F &- last) &* eachByte)
    }

    /// The bytes with letters in lower case.
    @inline(__always)
    var folded: UInt64 { bytes | uppercase &>> 2 }

    /// The bytes that may begin a token: ASCII letters and digits, and all of what is not ASCII.
    @inline(__always)
    var beginnings: UInt64 { letters | digits | bytes & TextBlock.highBits }

    /// How many of the bytes, from the first on, are in the set. 0 to 8.
    @inline(__always)
    static func leading(_ set: UInt64) -> Int { (~set & highBits).trailingZeroBitCount &>> 3 }

    /// The bits of the first `count` bytes. `count` is 0 to 7.
    @inline(__always)
    static func first(_ count: Int) -> UInt64 { (1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1 }

    /// The eight bytes at an offset, with zeros after the end.
    @inline(__always)
    static func load(_ base: UnsafeRawPointer, _ at: Int, _ count: Int) -> UInt64 {
        if at &+ 8 <= count {
            return UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        }
        if at >= count { return 0 }
        if count >= 8 {
            let last = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
            return last &>> UInt64(truncatingIfNeeded: (at &+ 8 &- count) &* 8)
        }
        var block: UInt64 = 0
        for offset in at..<count {
            block |=
                UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
                &<< UInt64(truncatingIfNeeded: (offset &- at) &* 8)
        }
        return block
    }
}
