/// A word that needs no second look: ASCII letters, of which only the first may be upper case, or ASCII digits, and then
/// something that can only end it. Most of English text consists of these.
struct FastWord {
    let count: Int
    let hash: UInt64
    let isNumber: Bool

    /// The word at `at`, folded to `term`; or `nil` if ``SlowScanner`` must see what is there.
    @inline(__always)
    init?(_ first: TextBlock, base: UnsafeRawPointer, at: Int, count: Int, term: UnsafeMutableRawPointer) {
        // Bits above the first byte: an upper case letter in mid-word may begin a part of an identifier.
        var uppercase = first.uppercase & ~0xFF
        var block = first
        isNumber = first.digits & 0x80 != 0
        var hash = TermHash.seed
        var total = 0
        while true {
            let length = TextBlock.leading(isNumber ? block.digits : block.letters)
            if length == 8 {
                if uppercase != 0 || total >= Tokenizer.termBytesMax &- 16 { return nil }
                term.storeBytes(of: block.folded.littleEndian, toByteOffset: total, as: UInt64.self)
                hash = TermHash.add(block.folded, to: hash)
                total &+= 8
                block = TextBlock(TextBlock.load(base, at &+ total, count))
                uppercase = block.uppercase
                continue
            }
            let mask = TextBlock.first(length)
            if uppercase & mask != 0 { return nil }
            let end = UInt8(truncatingIfNeeded: block.bytes &>> UInt64(truncatingIfNeeded: length &* 8))
            if !FastWord.ends(end, base: base, at: at &+ total &+ length, count: count) { return nil }
            if length > 0 {
                let folded = block.folded & mask
                term.storeBytes(of: folded.littleEndian, toByteOffset: total, as: UInt64.self)
                hash = TermHash.add(folded, to: hash)
                total &+= length
            }
            break
        }
        if total == 0 { return nil }
        self.count = total
        self.hash = TermHash.finish(hash)
    }

    /// Whether a byte ends a word for certain: it is no letter, no digit, not outside of ASCII, and joins nothing.
    @inline(__always)
    private static func ends(_ byte: UInt8, base: UnsafeRawPointer, at: Int, count: Int) -> Bool {
        if byte <= 0x26 { return true }
        // ( ) * + , ; < = > ? [ \ ] ^ ` { | } ~
        let never: (low: UInt64, high: UInt64) = (0xF800_1F00_0000_0000, 0xF800_0001_7800_0000)
        if byte < 0x80 {
            let bits = byte < 0x40 ? never.low : never.high
            if bits &>> UInt64(byte & 0x3F) & 1 != 0 { return true }
        }
        if byte >= 0x80 || isWordByte(byte) { return false }
        // One that may join, if something comes after it.
        if at &+ 1 >= count { return true }
        let next = base.load(fromByteOffset: at &+ 1, as: UInt8.self)
        return !(next >= 0x80 || isWordByte(next) || next == 0x2F || next == 0x3A || next == 0x5F)
    }

    @inline(__always)
    static func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }
}
