extension JSONValue {
    /// The value as JSON in UTF-8: see ``append(to:)``.
    public func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Appends the value as JSON in UTF-8, in canonical form: equal values give equal bytes.
    ///
    /// ```swift
    /// var line: [UInt8] = []
    /// JSONValue.object(["b": 1.0, "a": [true, nil]]).append(to: &line)  // {"a":[true,null],"b":1.0}
    /// ```
    ///
    /// No white space; keys in the order of their UTF-8 bytes; doubles as the shortest text that reads back as the
    /// same double, always with a fraction or an exponent; of characters, only `"`, `\` and the control characters
    /// below U+0020 are escaped. JSON has no infinity and no NaN: they are written as `null`.
    ///
    /// Costs O(*n*) for *n* bytes, and O(*k* log *k*) comparisons for each object of *k* keys.
    public func append(to bytes: inout [UInt8]) {
        _ = append(to: &bytes, levels: .max)
    }

    /// Appends the value as ``append(to:)`` does, unless it is nested deeper than `levels` arrays and objects.
    ///
    /// - Returns: `false` when it is; some bytes have been appended then.
    func append(to bytes: inout [UInt8], levels: Int) -> Bool {
        switch self {
        case .null: bytes.append(ascii: "null")
        case .bool(true): bytes.append(ascii: "true")
        case .bool(false): bytes.append(ascii: "false")
        case .integer(let value): bytes.append(decimal: value)
        case .double(let value):
            if value.isFinite { bytes.append(contentsOf: value.description.utf8) } else { bytes.append(ascii: "null") }
        case .string(let text): bytes.append(quoted: text)
        case .array(let values):
            guard levels > 0 else { return false }
            bytes.append(0x5B)
            var first = true
            for value in values {
                if !first { bytes.append(0x2C) }
                first = false
                guard value.append(to: &bytes, levels: levels - 1) else { return false }
            }
            bytes.append(0x5D)
        case .object(let object):
            return JSONValue.append(object, to: &bytes, levels: levels)
        }
        return true
    }

    /// Appends an object, without making a `JSONValue` of it first.
    static func append(_ object: [String: JSONValue], to bytes: inout [UInt8], levels: Int) -> Bool {
        guard levels > 0 else { return false }
        bytes.append(0x7B)
        guard appendMembers(of: object, to: &bytes, levels: levels - 1) else { return false }
        bytes.append(0x7D)
        return true
    }

    /// Appends `"key":value` pairs with commas between them, without braces.
    static func appendMembers(of object: [String: JSONValue], to bytes: inout [UInt8]) {
        _ = appendMembers(of: object, to: &bytes, levels: .max)
    }

    private static func appendMembers(
        of object: [String: JSONValue], to bytes: inout [UInt8], levels: Int
    ) -> Bool {
        func append(_ key: String, _ value: JSONValue) -> Bool {
            bytes.append(quoted: key)
            bytes.append(0x3A)
            return value.append(to: &bytes, levels: levels)
        }
        switch object.count {
        case 0:
            return true
        case 1:
            let (key, value) = object.first.unsafelyUnwrapped
            return append(key, value)
        case 2:
            // The most common objects next to single pairs, and sorting them needs no array.
            let start = object.startIndex
            let first = object[start]
            let second = object[object.index(after: start)]
            let isSorted = first.key.precedes(second.key)
            let (low, high) = isSorted ? (first, second) : (second, first)
            guard append(low.key, low.value) else { return false }
            bytes.append(0x2C)
            return append(high.key, high.value)
        default:
            var isFirst = true
            for (key, value) in object.sorted(by: { $0.key.precedes($1.key) }) {
                if !isFirst { bytes.append(0x2C) }
                isFirst = false
                guard append(key, value) else { return false }
            }
            return true
        }
    }
}

extension String {
    /// Whether the bytes of this string come before those of another: not Swift's order, which is by characters.
    fileprivate func precedes(_ other: String) -> Bool {
        let order: Bool?? = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                for (a, b) in zip(left, right) where a != b { return a < b }
                return left.count < right.count
            }
        }
        return (order ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension JSONValue: CustomStringConvertible {
    /// The JSON that ``serialized()`` gives, as text.
    public var description: String { String(decoding: serialized(), as: UTF8.self) }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(ascii text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal value: Int64) {
        if value < 0 { append(0x2D) }
        append(decimal: value.magnitude)
    }

    mutating func append(decimal value: UInt64) {
        if value < 10 {
            append(0x30 &+ UInt8(truncatingIfNeeded: value))
            return
        }
        let end = count
        var rest = value
        while rest > 0 {
            append(0x30 &+ UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[end...].reverse()
    }

    /// Appends a JSON string: quotes, and escapes where JSON asks for them.
    mutating func append(quoted text: String) {
        append(0x22)
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { append(escaping: $0) }
        if done == nil {
            // A string bridged from elsewhere whose UTF-8 isn't in one piece.
            var text = text
            text.withUTF8 { append(escaping: $0) }
        }
        append(0x22)
    }

    private mutating func append(escaping utf8: UnsafeBufferPointer<UInt8>) {
        guard let base = utf8.baseAddress else { return }
        let raw = UnsafeRawPointer(base)
        var at = 0
        var copied = 0
        while at < utf8.count {
            if at &+ 8 <= utf8.count {
                let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let quote = word ^ 0x2222_2222_2222_2222
                let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let ones: UInt64 = 0x0101_0101_0101_0101
                let stop =
                    ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash
                        | (word &- 0x2020_2020_2020_2020) & ~word) & 0x8080_8080_8080_8080
                if stop == 0 {
                    at &+= 8
                    continue
                }
                at &+= stop.trailingZeroBitCount &>> 3
            }
            let byte = base[at]
            if byte >= 0x20, byte != 0x22, byte != 0x5C {
                at &+= 1
                continue
            }
            append(contentsOf: UnsafeBufferPointer(start: base + copied, count: at &- copied))
            append(escapeFor: byte)
            at &+= 1
            copied = at
        }
        append(contentsOf: UnsafeBufferPointer(start: base + copied, count: utf8.count &- copied))
    }

    private mutating func append(escapeFor byte: UInt8) {
        append(0x5C)
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x08: append(0x62)
        case 0x09: append(0x74)
        case 0x0A: append(0x6E)
        case 0x0C: append(0x66)
        case 0x0D: append(0x72)
        default:
            append(ascii: "u00")
            let digits: StaticString = "0123456789abcdef"
            append(digits.utf8Start[Int(byte >> 4)])
            append(digits.utf8Start[Int(byte & 15)])
        }
    }
}
