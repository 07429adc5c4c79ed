/// Eight bytes of a text at once: adding a constant to seven bits carries into the eighth where the value is at least
/// so great.
enum TextBlock {
    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let eachByte: UInt64 = 0x0101_0101_0101_0101

    /// Whether those of the bytes that a mask has are lower case letters of ASCII.
    @inline(__always)
    static func areLowercase(_ bytes: UInt64, _ mask: UInt64) -> Bool {
        let sevenBits = bytes & ~highBits
        let letters = (sevenBits &+ (0x80 &- 0x61) &* eachByte) & ~(sevenBits &+ (0x7F &- 0x7A) &* eachByte) & ~bytes
        return letters & highBits & mask == highBits & mask
    }

    /// The bits of the first `count` bytes. `count` is 0 to 7.
    @inline(__always)
    static func first(_ count: Int) -> UInt64 { (1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1 }

    /// Whether a byte is a letter or digit of ASCII.
    @inline(__always)
    static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }
}
