/// Lengths of messages in one byte: exact up to 32 words, then with four significant bits, rounded down.
///
/// Everything that ranks uses the rounded length, and so do the sums, so that averages are exact in terms of it.
enum DocumentLength {
    /// The byte for a length in words.
    @inline(__always)
    static func byte(_ length: Int) -> UInt8 {
        if length < 32 { return UInt8(max(0, length)) }
        let exponent = Int.bitWidth - 1 - length.leadingZeroBitCount - 4
        if exponent > 14 { return 255 }
        return UInt8(16 + 16 * exponent + (length >> exponent) - 16)
    }

    /// The length that a byte stands for.
    @inline(__always)
    static func words(_ byte: UInt8) -> Int {
        if byte < 32 { return Int(byte) }
        let exponent = Int(byte >> 4) - 1
        return (16 + Int(byte & 15)) << exponent
    }

    /// For each byte its length.
    static let table: [UInt32] = (0...255).map { UInt32(words(UInt8($0))) }
}
