/// Base64 with padding (RFC 4648, 4), without Foundation.
///
/// Sealed messages have up to 16 MiB of it: it is written and read in place, a group of three bytes at a time.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    /// What no digit stands for.
    private static let none: UInt32 = 0xFF

    private static let values: [UInt32] = {
        var values = [UInt32](repeating: none, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt32(value) }
        return values
    }()

    /// O(*n*) for *n* bytes.
    static func encode(_ bytes: [UInt8]) -> String {
        let count = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: count) { text in
            bytes.withUnsafeBufferPointer { bytes in
                digits.withUnsafeBufferPointer { digits in
                    var (from, to) = (0, 0)
                    while from < bytes.count {
                        let left = bytes.count &- from
                        let second = left > 1 ? UInt32(bytes[from &+ 1]) : 0
                        let third = left > 2 ? UInt32(bytes[from &+ 2]) : 0
                        let group = UInt32(bytes[from]) &<< 16 | second &<< 8 | third
                        text[to] = digits[Int(group &>> 18)]
                        text[to &+ 1] = digits[Int(group &>> 12 & 63)]
                        text[to &+ 2] = left > 1 ? digits[Int(group &>> 6 & 63)] : padding
                        text[to &+ 3] = left > 2 ? digits[Int(group & 63)] : padding
                        from &+= 3
                        to &+= 4
                    }
                }
            }
            return count
        }
    }

    /// O(*n*) for *n* bytes.
    ///
    /// - Returns: `nil` for anything but what ``encode(_:)`` writes.
    static func decode(_ text: Substring) -> [UInt8]? {
        var text = text
        return text.withUTF8 { digits in
            guard digits.count % 4 == 0, let last = digits.last else { return digits.isEmpty ? [] : nil }
            let padded = last != padding ? 0 : digits[digits.count &- 2] != padding ? 1 : 2
            let count = digits.count / 4 * 3 - padded
            var isRight = true
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
                filled = count
                isRight = fill(bytes, with: digits, padded)
                // Whatever is not filled must be something.
                if !isRight { bytes.update(repeating: 0) }
            }
            return isRight ? bytes : nil
        }
    }

    private static func fill(
        _ bytes: UnsafeMutableBufferPointer<UInt8>, with digits: UnsafeBufferPointer<UInt8>, _ padded: Int
    ) -> Bool {
        values.withUnsafeBufferPointer { values in
            var (from, to) = (0, 0)
            while from < digits.count {
                // Of the last group, what stands for the padding are zeros.
                let missing = from &+ 4 == digits.count ? padded : 0
                let first = values[Int(digits[from])]
                let second = values[Int(digits[from &+ 1])]
                let third = missing > 1 ? 0 : values[Int(digits[from &+ 2])]
                let fourth = missing > 0 ? 0 : values[Int(digits[from &+ 3])]
                if first == none || second == none || third == none || fourth == none { return false }
                let group = first &<< 18 | second &<< 12 | third &<< 6 | fourth
                bytes[to] = UInt8(truncatingIfNeeded: group &>> 16)
                if missing < 2 { bytes[to &+ 1] = UInt8(truncatingIfNeeded: group &>> 8) }
                if missing < 1 { bytes[to &+ 2] = UInt8(truncatingIfNeeded: group) }
                from &+= 4
                to &+= 3
            }
            return true
        }
    }
}
