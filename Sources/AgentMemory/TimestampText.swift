/// Dates as text and back, on bytes.
///
/// Days and civil dates by the algorithms of Howard Hinnant ("chrono-Compatible Low-Level Date Algorithms",
/// https://howardhinnant.github.io/date_algorithms.html): exact in the proleptic Gregorian calendar, no tables and no
/// time zone database.
enum TimestampText {
    /// Enough for every `Int64`: a sign, six digits of year, and `-01-31T11:00:00.500000Z`.
    static let capacity = 32

    /// Microseconds since 1970, or `nil` if the bytes are no date. The year is checked by the caller.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count >= 5, bytes[4] == 0x2D, bytes[0] != 0x2D else { return parseSeconds(bytes) }
        var reader = Reader(bytes: bytes)
        guard let year = reader.digits(4), reader.take(0x2D), let month = reader.digits(2), reader.take(0x2D),
            let day = reader.digits(2), month >= 1, month <= 12, day >= 1, day <= daysIn(month, of: year)
        else { return nil }
        var seconds = Int64(daysFromCivil(year, month, day)) * 86_400
        var microseconds: Int64 = 0
        if !reader.isAtEnd {
            guard reader.take(0x54) || reader.take(0x74) || reader.take(0x20),
                let hour = reader.digits(2), reader.take(0x3A), let minute = reader.digits(2), hour < 24, minute < 60
            else { return nil }
            seconds += Int64(hour * 3600 + minute * 60)
            if reader.take(0x3A) {
                guard let second = reader.digits(2), second <= 60 else { return nil }
                seconds += Int64(second)
                if reader.take(0x2E) || reader.take(0x2C) {
                    guard let fraction = reader.fraction() else { return nil }
                    microseconds = Int64(fraction)
                }
            }
            guard let offset = reader.offset(), reader.isAtEnd else { return nil }
            seconds -= Int64(offset)
        }
        return seconds * 1_000_000 + microseconds
    }

    private static func parseSeconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var scanner = JSONScanner(bytes)
        guard let number = try? scanner.number(), scanner.position == scanner.count else { return nil }
        return switch number {
        case .integer(let seconds): Timestamp(wholeSeconds: seconds)?.microseconds
        case .double(let seconds): Timestamp(secondsSince1970: seconds)?.microseconds
        }
    }

    /// Writes the text of a moment and returns its length, at most ``capacity``.
    static func format(_ microseconds: Int64, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let (seconds, fraction) = flooringDivide(microseconds, 1_000_000)
        let (days, secondOfDay) = flooringDivide(seconds, 86_400)
        let (year, month, day) = civilFromDays(Int(days))
        var writer = Writer(buffer: buffer)
        writer.year(year)
        writer.put(0x2D)
        writer.digits(month, 2)
        writer.put(0x2D)
        writer.digits(day, 2)
        writer.put(0x54)
        writer.digits(Int(secondOfDay) / 3600, 2)
        writer.put(0x3A)
        writer.digits(Int(secondOfDay) / 60 % 60, 2)
        writer.put(0x3A)
        writer.digits(Int(secondOfDay) % 60, 2)
        writer.put(0x2E)
        writer.digits(Int(fraction), 6)
        writer.put(0x5A)
        return writer.count
    }

    // MARK: Calendar

    private static func daysIn(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01.
    private static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // The year begins in March, so that the leap day is its last day.
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civilFromDays(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let days = days + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func flooringDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

// MARK: - Cursors

private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int? {
        guard bytes.count - position >= count else { return nil }
        var value = 0
        for index in position..<position + count {
            let digit = bytes[index] &- 0x30
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
        }
        position += count
        return value
    }

    /// 1 to 9 digits of a second's fraction, cut to microseconds.
    mutating func fraction() -> Int? {
        var value = 0
        var count = 0
        while position < bytes.count, bytes[position] &- 0x30 <= 9 {
            if count < 6 { value = value * 10 + Int(bytes[position] &- 0x30) }
            count += 1
            position += 1
        }
        guard count >= 1, count <= 9 else { return nil }
        for _ in stride(from: count, to: 6, by: 1) { value *= 10 }
        return value
    }

    /// The offset from UTC in seconds: 0 when none is given.
    mutating func offset() -> Int? {
        if isAtEnd || take(0x5A) || take(0x7A) { return 0 }
        let isWest = bytes[position] == 0x2D
        guard take(0x2B) || take(0x2D), let hours = digits(2), hours < 24 else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = take(0x3A)
            guard let read = digits(2), read < 60 else { return nil }
            minutes = read
        }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}

private struct Writer {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    mutating func put(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }

    mutating func digits(_ value: Int, _ width: Int) {
        var rest = value
        for index in stride(from: count + width - 1, through: count, by: -1) {
            buffer[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += width
    }

    /// Four digits; outside of the years 0 to 9999 a sign and six digits, as ISO 8601's expanded form has it.
    mutating func year(_ year: Int) {
        if year >= 0, year <= 9999 {
            digits(year, 4)
        } else {
            put(year < 0 ? 0x2D : 0x2B)
            digits(abs(year), 6)
        }
    }
}
