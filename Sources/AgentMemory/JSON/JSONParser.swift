extension JSONScanner {
    /// Reads one value and builds it. `depth` is the number of arrays and objects around it.
    mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        switch next {
        case 0x22:
            return .string(text(of: try string()))
        case 0x7B:
            try open(depth)
            var object: [String: JSONValue] = [:]
            if try closesAtOnce(0x7D) { return .object(object) }
            repeat {
                let name = text(of: try key())
                object[name] = try value(depth: depth &+ 1)
            } while try goesOn(to: 0x7D)
            return .object(object)
        case 0x5B:
            try open(depth)
            var array: [JSONValue] = []
            if try closesAtOnce(0x5D) { return .array(array) }
            repeat {
                skipSpace()
                array.append(try value(depth: depth &+ 1))
            } while try goesOn(to: 0x5D)
            return .array(array)
        case 0x74:
            try literal("true")
            return .bool(true)
        case 0x66:
            try literal("false")
            return .bool(false)
        case 0x6E:
            try literal("null")
            return .null
        default:
            switch try number() {
            case .integer(let value): return .integer(value)
            case .double(let value): return .double(value)
            }
        }
    }

    /// The text of a string that ``string()`` checked.
    @inline(__always)
    func text(of span: StringSpan) -> String {
        if span.hasEscapes { return unescaped(span) }
        return String(
            decoding: UnsafeBufferPointer(start: base + span.start, count: span.end &- span.start), as: UTF8.self)
    }

    private func unescaped(_ span: StringSpan) -> String {
        // No escape sequence is shorter than what it stands for, so the text fits in the span's size, and writing
        // eight bytes where eight are left to read never passes the end.
        String(unsafeUninitializedCapacity: span.end &- span.start) { target in
            guard let out = target.baseAddress else { return 0 }
            let raw = UnsafeRawPointer(base)
            var from = span.start
            var to = 0
            while from < span.end {
                while from &+ 8 <= span.end {
                    let word = raw.loadUnaligned(fromByteOffset: from, as: UInt64.self)
                    let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
                    let found = (backslash &- 0x0101_0101_0101_0101) & ~backslash & 0x8080_8080_8080_8080
                    if found != 0 { break }
                    UnsafeMutableRawPointer(out).storeBytes(of: word, toByteOffset: to, as: UInt64.self)
                    from &+= 8
                    to &+= 8
                }
                guard from < span.end else { break }
                let byte = base[from]
                guard byte == 0x5C else {
                    out[to] = byte
                    from &+= 1
                    to &+= 1
                    continue
                }
                let kind = base[from &+ 1]
                if kind == 0x75 {
                    let scalar = escapedScalar(&from, span.end)
                    for unit in UTF8.encode(scalar).unsafelyUnwrapped {
                        out[to] = unit
                        to &+= 1
                    }
                    continue
                }
                switch kind {
                case 0x62: out[to] = 0x08
                case 0x66: out[to] = 0x0C
                case 0x6E: out[to] = 0x0A
                case 0x72: out[to] = 0x0D
                case 0x74: out[to] = 0x09
                default: out[to] = kind
                }
                from &+= 2
                to &+= 1
            }
            return to
        }
    }

    /// Reads `\uXXXX`, and its second half if it is a surrogate pair. A surrogate alone becomes U+FFFD.
    private func escapedScalar(_ from: inout Int, _ end: Int) -> Unicode.Scalar {
        let first = codeUnit(from &+ 2)
        from &+= 6
        guard first & 0xF800 == 0xD800 else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        guard first < 0xDC00, from &+ 6 <= end, base[from] == 0x5C, base[from &+ 1] == 0x75 else { return "\u{FFFD}" }
        let second = codeUnit(from &+ 2)
        guard second & 0xFC00 == 0xDC00 else { return "\u{FFFD}" }
        from &+= 6
        return Unicode.Scalar(0x10000 &+ (first &- 0xD800) << 10 &+ (second &- 0xDC00)) ?? "\u{FFFD}"
    }

    private func codeUnit(_ start: Int) -> UInt32 {
        var unit: UInt32 = 0
        for offset in start..<start &+ 4 {
            unit = unit << 4 | (hexDigit(base[offset]) ?? 0)
        }
        return unit
    }
}
