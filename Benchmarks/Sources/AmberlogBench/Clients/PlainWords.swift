import Glibc

/// The words of the pool's contents, which are ASCII, as the adapters fold them: in lower case, letters and digits.
enum PlainWords {
    struct Word {
        var start: Int
        var count: Int
        /// 1 for the first word.
        var place: Int
    }

    /// What a byte becomes, 0 for one that separates words.
    private static let folded: [UInt8] = (0..<256).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(byte)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(byte) + 32
        default: 0
        }
    }

    /// Appends the words with a space between each two.
    static func append(_ content: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        let start = text.count
        var isInWord = false
        folded.withUnsafeBufferPointer { folded in
            for byte in content {
                let letter = folded[Int(byte)]
                if letter != 0 {
                    if !isInWord, text.count > start { text.append(UInt8(ascii: " ")) }
                    text.append(letter)
                }
                isInWord = letter != 0
            }
        }
    }

    /// Appends a `tsvector` of them in PostgreSQL's binary format.
    static func appendVector(
        _ content: UnsafeRawBufferPointer, to bytes: inout [UInt8], _ text: inout [UInt8], _ words: inout [Word]
    ) {
        text.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        append(content, to: &text)
        var start = 0
        for at in 0...text.count where at == text.count || text[at] == UInt8(ascii: " ") {
            if at > start { words.append(Word(start: start, count: at - start, place: min(words.count + 1, 16_383))) }
            start = at + 1
        }
        text.withUnsafeBytes { text in
            func order(_ one: Word, _ other: Word) -> Int32 {
                let order = memcmp(
                    text.baseAddress! + one.start, text.baseAddress! + other.start, min(one.count, other.count))
                return order != 0 ? order : Int32(one.count - other.count)
            }
            words.sort { one, other in
                let order = order(one, other)
                return order != 0 ? order < 0 : one.place < other.place
            }
            let head = bytes.count
            bytes.append(big: Int32(0))
            var count: Int32 = 0
            var first = 0
            while first < words.count {
                var end = first + 1
                while end < words.count, order(words[first], words[end]) == 0 { end += 1 }
                let word = words[first]
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[word.start..<word.start + word.count]))
                bytes.append(0)
                let places = words[first..<min(end, first + 255)]
                bytes.append(big: Int16(places.count))
                for word in places { bytes.append(big: Int16(word.place)) }
                count += 1
                first = end
            }
            bytes.set(big: count, at: head)
        }
    }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(big number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    @inline(__always)
    mutating func set(big number: Int32, at place: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: number.bigEndian, toByteOffset: place, as: Int32.self) }
    }
}
