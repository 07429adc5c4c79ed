/// Reads JSON tokens from bytes in place, without building anything.
///
/// The caller keeps the bytes alive. `position` never passes `count`, and every byte is checked before it is read.
struct JSONScanner {
    /// The bytes of a string between its quotes, and what decoding it takes.
    struct StringSpan {
        var start: Int
        var end: Int
        var hasEscapes: Bool
    }

    enum Number {
        case integer(Int64)
        case double(Double)
    }

    let base: UnsafePointer<UInt8>
    let count: Int
    var position: Int
    /// Whether any white space stood between tokens since this was last set to false.
    var sawSpace = false

    init(_ bytes: UnsafeRawBufferPointer) {
        // A scanner of no bytes needs some address that it never reads.
        let address = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
        base = address.assumingMemoryBound(to: UInt8.self)
        count = bytes.count
        position = 0
    }

    func fault(_ reason: JSONFault.Reason, at offset: Int? = nil) -> JSONFault {
        let offset = offset ?? position
        return JSONFault(reason: offset >= count && reason.isSyntax ? .unexpectedEnd : reason, offset: offset)
    }

    @inline(__always)
    mutating func skipSpace() {
        while position < count {
            let byte = base[position]
            if byte > 0x20 || !(byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09) { return }
            sawSpace = true
            position &+= 1
        }
    }

    /// The next byte, 0 at the end (where NUL is as invalid as the end is).
    @inline(__always)
    var next: UInt8 { position < count ? base[position] : 0 }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < count, base[position] == byte else { return false }
        position &+= 1
        return true
    }

    mutating func end() throws(JSONFault) {
        skipSpace()
        guard position == count else { throw fault(.trailingBytes) }
    }

    // MARK: Strings

    /// Reads a string whose opening quote is next: checks its escapes and its UTF-8, and leaves it where it is.
    @inline(__always)
    mutating func string() throws(JSONFault) -> StringSpan {
        let opening = position
        position &+= 1
        let start = position
        var highBits: UInt64 = 0
        var hasEscapes = false
        let raw = UnsafeRawPointer(base)
        while true {
            // Eight bytes at a time up to the first quote, backslash or control character: a byte of `stop` is 0x80
            // where there is one. Borrows make higher bytes unreliable, the lowest one is exact.
            while position &+ 8 <= count {
                let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let quote = word ^ 0x2222_2222_2222_2222
                let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let ones: UInt64 = 0x0101_0101_0101_0101
                let stop =
                    ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash
                        | (word &- 0x2020_2020_2020_2020) & ~word) & 0x8080_8080_8080_8080
                highBits |= word
                if stop != 0 {
                    position &+= stop.trailingZeroBitCount &>> 3
                    break
                }
                position &+= 8
            }
            guard position < count else { throw fault(.unexpectedEnd, at: count) }
            let byte = base[position]
            if byte == 0x22 { break }
            if byte == 0x5C {
                hasEscapes = true
                try escape()
            } else if byte < 0x20 {
                throw fault(.controlCharacter)
            } else {
                highBits |= UInt64(byte)
                position &+= 1
            }
        }
        let end = position
        position &+= 1
        if highBits & 0x8080_8080_8080_8080 != 0, let bad = firstInvalidUTF8(base, start, end) {
            throw JSONFault(reason: .invalidUTF8, offset: bad)
        }
        assert(opening < start)
        return StringSpan(start: start, end: end, hasEscapes: hasEscapes)
    }

    /// Checks and passes one escape sequence.
    private mutating func escape() throws(JSONFault) {
        let start = position
        guard position &+ 1 < count else { throw fault(.unexpectedEnd, at: count) }
        switch base[position &+ 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            position &+= 2
        case 0x75:
            guard position &+ 6 <= count else { throw fault(.unexpectedEnd, at: count) }
            for digit in position &+ 2..<position &+ 6 where hexDigit(base[digit]) == nil {
                throw JSONFault(reason: .badEscape, offset: start)
            }
            position &+= 6
        default:
            throw JSONFault(reason: .badEscape, offset: start)
        }
    }

    // MARK: Literals and whole values

    @inline(__always)
    mutating func literal(_ text: StaticString) throws(JSONFault) {
        let length = text.utf8CodeUnitCount
        guard position &+ length <= count else { throw fault(.unexpectedEnd, at: count) }
        for index in 0..<length where base[position &+ index] != text.utf8Start[index] {
            throw JSONFault(reason: .unexpectedByte, offset: position)
        }
        position &+= length
    }

    /// Passes one value, checking all of it. `depth` is the number of arrays and objects around it.
    mutating func skipValue(depth: Int) throws(JSONFault) {
        switch next {
        case 0x22: _ = try string()
        case 0x7B:
            try open(depth)
            if try closesAtOnce(0x7D) { return }
            repeat { _ = try key(); try skipValue(depth: depth &+ 1) } while try goesOn(to: 0x7D)
        case 0x5B:
            try open(depth)
            if try closesAtOnce(0x5D) { return }
            repeat { skipSpace(); try skipValue(depth: depth &+ 1) } while try goesOn(to: 0x5D)
        case 0x74: try literal("true")
        case 0x66: try literal("false")
        case 0x6E: try literal("null")
        default: _ = try number()
        }
    }

    /// Enters an array or object that is next and has `depth` others around it.
    @inline(__always)
    mutating func open(_ depth: Int) throws(JSONFault) {
        guard depth < MemoryLimits.jsonDepth else { throw fault(.tooDeep) }
        position &+= 1
    }

    /// Whether the array or object just entered is empty; if so, leaves it.
    @inline(__always)
    mutating func closesAtOnce(_ bracket: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        return take(bracket)
    }

    /// After a value inside an array or object: whether another follows. Leaves the array or object if not.
    @inline(__always)
    mutating func goesOn(to bracket: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        if take(0x2C) { return true }
        if take(bracket) { return false }
        throw fault(bracket == 0x7D ? .expectedCommaOrBrace : .expectedCommaOrBracket)
    }

    /// Reads a key and its colon, up to the value.
    @inline(__always)
    mutating func key() throws(JSONFault) -> StringSpan {
        skipSpace()
        guard next == 0x22 else { throw fault(.expectedKey) }
        let key = try string()
        skipSpace()
        guard take(0x3A) else { throw fault(.expectedColon) }
        skipSpace()
        return key
    }
}

@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte &- 0x30)
    case 0x41...0x46: UInt32(byte &- 0x37)
    case 0x61...0x66: UInt32(byte &- 0x57)
    default: nil
    }
}
