/// The time that the value of `after:` or `before:` stands for.
///
/// - What ``Timestamp/init(utf8:)`` reads: ISO 8601, UTC where no offset is given, or seconds since 1970. Numbers of
///   fewer than nine digits are no seconds: `after:2026` means the year.
/// - `2026` and `2026-03`: the beginning of the year or the month.
/// - `90s`, `15m` (minutes), `12h`, `7d`, `2w`: so long before now.
/// - `today`, `yesterday`: the midnight, in UTC, that the day began with.
///
/// Case makes no difference, wide digits count, and punctuation that ends a sentence may follow.
package enum QueryDate {
    private static let bytesMax = 48
    private static let day_µs: Int64 = 86_400_000_000

    /// The time, or `nil` if the text is none.
    package static func parse(_ text: String, now: Timestamp = .now) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse($0, now: now) }
    }

    /// The time, or `nil` if the text is none.
    ///
    /// Complexity: O(1), as long texts are none.
    static func parse(_ text: UnsafeBufferPointer<UInt8>, now: Timestamp) -> Timestamp? {
        guard var bytes = folded(text) else { return nil }
        while let last = bytes.last, ",.;!?)".utf8.contains(last) { bytes.removeLast() }
        guard let first = bytes.first, let last = bytes.last else { return nil }
        if first &- 0x30 > 9 { return named(bytes, now: now) }
        if let unit_s = seconds(of: last) { return relative(bytes.dropLast(), unit_s: unit_s, now: now) }
        let digits = bytes.prefix { $0 &- 0x30 <= 9 }.count
        if digits == 4, bytes.count == 4 || bytes[4] == UInt8(ascii: "-") {
            if bytes.count == 4 { bytes += "-01".utf8 }
            if bytes.count == 7 { bytes += "-01".utf8 }
        } else if digits < 9 {
            return nil
        }
        return bytes.withUnsafeBytes { Timestamp(utf8: $0) }
    }

    /// The text in lower-case ASCII.
    private static func folded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        // Wide forms have three bytes each.
        guard text.count <= 3 * bytesMax, let scanner = QueryScanner(text) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(bytesMax)
        var position = 0
        while position < text.count, bytes.count < bytesMax {
            guard let byte = UInt8(exactly: scanner.folded(at: position)), byte < 0x80 else { return nil }
            bytes.append(byte &- 0x41 <= 25 ? byte | 0x20 : byte)
            position += scanner.length(at: position)
        }
        return position == text.count ? bytes : nil
    }

    private static func named(_ bytes: [UInt8], now: Timestamp) -> Timestamp? {
        let remainder = now.microseconds % day_µs
        let (midnight_µs, overflow) = now.microseconds
            .subtractingReportingOverflow(remainder < 0 ? remainder + day_µs : remainder)
        let midnight = clamped(Timestamp(microseconds: overflow ? .min : midnight_µs))
        if bytes.elementsEqual("today".utf8) { return midnight }
        if bytes.elementsEqual("yesterday".utf8) { return clamped(midnight - .microseconds(day_µs)) }
        return nil
    }

    private static func seconds(of unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3600
        case UInt8(ascii: "d"): 86_400
        case UInt8(ascii: "w"): 604_800
        default: nil
        }
    }

    private static func relative(_ digits: ArraySlice<UInt8>, unit_s: Int64, now: Timestamp) -> Timestamp? {
        // Nine digits of weeks fit the arithmetic; the result is clamped.
        guard digits.count <= 9 else { return nil }
        var count: Int64 = 0
        for byte in digits {
            guard byte &- 0x30 <= 9 else { return nil }
            count = count * 10 + Int64(byte &- 0x30)
        }
        return clamped(now - .seconds(count * unit_s))
    }

    /// A query's times must have a text that reads as the same time.
    private static func clamped(_ time: Timestamp) -> Timestamp {
        min(max(time, .minimum), .maximum)
    }
}
