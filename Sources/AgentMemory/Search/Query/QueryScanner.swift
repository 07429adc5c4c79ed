/// The scalars of a query's UTF-8, with operators folded to ASCII.
///
/// Positions are offsets of bytes and always at the beginning of a scalar. The bytes are well-formed, being a string's;
/// were they not, nothing would be read past their end. A position that is asked about must be below ``count``.
struct QueryScanner {
    // A bare pointer, as a buffer costs a call for each byte where the optimizer is off.
    private let bytes: UnsafePointer<UInt8>
    let count: Int

    /// `nil` for no bytes.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
        self.bytes = base
        count = bytes.count
    }

    /// How many bytes the scalar at a position has.
    @inline(__always)
    func length(at position: Int) -> Int {
        let lead = bytes[position]
        if lead < 0x80 { return 1 }
        return min(lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, count - position)
    }

    /// The scalar at a position, or the ASCII twin that it stands for.
    @inline(__always)
    func folded(at position: Int) -> UInt32 {
        let lead = bytes[position]
        return lead < 0x80 ? UInt32(lead) : decoded(at: position)
    }

    private func decoded(at position: Int) -> UInt32 {
        let length = length(at: position)
        var value = UInt32(bytes[position]) & (0x7F >> UInt32(length))
        var next = position + 1
        while next < position + length {
            value = value << 6 | UInt32(bytes[next] & 0x3F)
            next += 1
        }
        return QueryCharacter.folded(value)
    }

    /// Whether the text ends here or a space follows.
    func isAtSpace(_ position: Int) -> Bool {
        if position >= count { return true }
        let lead = bytes[position]
        return lead < 0x80 ? lead <= 0x20 || lead == 0x7F : QueryCharacter.isSpace(folded(at: position))
    }

    /// The first quote at or after a position.
    func quote(from position: Int) -> Int? {
        var position = position
        while position < count {
            if folded(at: position) == QueryCharacter.quote { return position }
            position += length(at: position)
        }
        return nil
    }

    /// The beginning of the stars that a range ends with.
    func endWithoutStars(_ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound {
            let last = previous(end)
            guard last >= range.lowerBound, folded(at: last) == QueryCharacter.star else { break }
            end = last
        }
        return end
    }

    /// The range, cut at a scalar so that it has at most so many bytes.
    func cut(_ range: Range<Int>, to bytesMax: Int) -> Range<Int> {
        guard range.upperBound - range.lowerBound > bytesMax else { return range }
        var end = range.lowerBound + bytesMax
        while end > range.lowerBound, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return range.lowerBound..<end
    }

    /// Whether a range has anything to look for in it, not just punctuation.
    func hasContent(_ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        while position < range.upperBound {
            if QueryCharacter.isContent(folded(at: position)) { return true }
            position += length(at: position)
        }
        return false
    }

    /// The text of a range.
    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes(range), as: UTF8.self)
    }

    /// The bytes of a range.
    func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
    }

    /// The position of the scalar that ends at a position.
    private func previous(_ position: Int) -> Int {
        var position = position - 1
        while position > 0, bytes[position] & 0xC0 == 0x80 { position -= 1 }
        return position
    }
}
