extension JSONScanner {
    /// Reads a number: an integer when it is written as one and fits `Int64`, else the nearest double.
    mutating func number() throws(JSONFault) -> Number {
        let start = position
        let negative = take(0x2D)
        let firstDigit = position
        var mantissa: UInt64 = 0
        var overflowed = false
        digits(into: &mantissa, &overflowed)
        guard position > firstDigit else { throw fault(firstDigit == start ? .unexpectedByte : .badNumber) }
        if base[firstDigit] == 0x30, position > firstDigit &+ 1 {
            throw JSONFault(reason: .badNumber, offset: firstDigit)
        }
        var fractionDigits = 0
        var exponent = 0
        var isInteger = true
        if take(0x2E) {
            isInteger = false
            let fraction = position
            digits(into: &mantissa, &overflowed)
            fractionDigits = position &- fraction
            guard fractionDigits > 0 else { throw fault(.badNumber) }
        }
        if next | 0x20 == 0x65 {
            isInteger = false
            position &+= 1
            let negativeExponent = next == 0x2D
            if next == 0x2D || next == 0x2B { position &+= 1 }
            let first = position
            while position < count, base[position] &- 0x30 <= 9 {
                // Beyond this every exponent means the same; the digits are still read.
                if exponent < 100_000 { exponent = exponent &* 10 &+ Int(base[position] &- 0x30) }
                position &+= 1
            }
            guard position > first else { throw fault(.badNumber) }
            if negativeExponent { exponent = -exponent }
        }
        if isInteger, !overflowed {
            if !negative, mantissa <= UInt64(Int64.max) { return .integer(Int64(mantissa)) }
            if negative, mantissa <= UInt64(Int64.max) + 1 { return .integer(Int64(truncatingIfNeeded: 0 &- mantissa)) }
        }
        let scale = exponent &- fractionDigits
        if !overflowed, mantissa <= 1 << 53, scale >= -22, scale <= 22 {
            // Both factors are exact doubles, so the one rounding of * or / gives the nearest double (Clinger 1990).
            let magnitude =
                scale < 0
                ? Double(mantissa) / JSONScanner.powersOfTen[-scale]
                : Double(mantissa) * JSONScanner.powersOfTen[scale]
            return .double(negative ? -magnitude : magnitude)
        }
        let text = String(decoding: UnsafeBufferPointer(start: base + start, count: position &- start), as: UTF8.self)
        guard let value = Double(text) else { throw JSONFault(reason: .badNumber, offset: start) }
        guard value.isFinite else { throw JSONFault(reason: .numberOutOfRange, offset: start) }
        return .double(value)
    }

    @inline(__always)
    private mutating func digits(into mantissa: inout UInt64, _ overflowed: inout Bool) {
        while position < count {
            let digit = base[position] &- 0x30
            guard digit <= 9 else { return }
            // 10 * (2^64 / 10 - 1) + 9 still fits.
            if mantissa < 1_844_674_407_370_955_161 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
            } else {
                overflowed = true
            }
            position &+= 1
        }
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
