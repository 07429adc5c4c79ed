extension JSONScanner {
    /// Whether bytes are the canonical form of an object already, as ``JSONValue/append(to:)`` writes it: for those who
    /// would otherwise decode and encode it. `false` as well where a look at the bytes doesn't tell: escapes, doubles,
    /// what is nested deeply, and what isn't JSON.
    static func isCanonicalObject(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(bytes)
        guard scanner.next == 0x7B else { return false }
        do throws(JSONFault) {
            guard try scanner.isCanonicalValue(levels: 8) else { return false }
        } catch {
            return false
        }
        return scanner.position == scanner.count
    }

    private mutating func isCanonicalValue(levels: Int) throws(JSONFault) -> Bool {
        switch next {
        case 0x22: return try !string().hasEscapes
        case 0x7B where levels > 0: return try areCanonicalMembers(levels: levels - 1)
        case 0x5B where levels > 0: return try areCanonicalElements(levels: levels - 1)
        case 0x74: return take("true")
        case 0x66: return take("false")
        case 0x6E: return take("null")
        default: return takeInteger()
        }
    }

    /// Keys in the order of their bytes, none of them twice.
    private mutating func areCanonicalMembers(levels: Int) throws(JSONFault) -> Bool {
        position &+= 1
        if take(0x7D) { return true }
        var last: StringSpan?
        repeat {
            guard next == 0x22 else { return false }
            let key = try string()
            if key.hasEscapes || !(last.map { precedes($0, key) } ?? true) { return false }
            last = key
            guard take(0x3A), try isCanonicalValue(levels: levels) else { return false }
        } while take(0x2C)
        return take(0x7D)
    }

    private mutating func areCanonicalElements(levels: Int) throws(JSONFault) -> Bool {
        position &+= 1
        if take(0x5D) { return true }
        repeat {
            guard try isCanonicalValue(levels: levels) else { return false }
        } while take(0x2C)
        return take(0x5D)
    }

    private func precedes(_ one: StringSpan, _ other: StringSpan) -> Bool {
        UnsafeBufferPointer(start: base + one.start, count: one.end - one.start)
            .lexicographicallyPrecedes(UnsafeBufferPointer(start: base + other.start, count: other.end - other.start))
    }

    private mutating func take(_ text: StaticString) -> Bool {
        for place in 0..<text.utf8CodeUnitCount where !take(text.utf8Start[place]) { return false }
        return true
    }

    /// Of at most 18 digits: any of those fits into 64 bits.
    private mutating func takeInteger() -> Bool {
        let isNegative = take(0x2D)
        let start = position
        while next &- 0x30 <= 9 { position &+= 1 }
        let digits = position - start
        guard digits > 0, digits <= 18, ![0x2E, 0x45, 0x65].contains(next) else { return false }
        return base[start] != 0x30 || (digits == 1 && !isNegative)
    }
}
