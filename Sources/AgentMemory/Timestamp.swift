#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A moment, in microseconds since 1970-01-01 00:00 UTC.
///
/// ```swift
/// let start = Timestamp("2026-01-31T12:00:00.5+01:00")!
/// print(start)                                        // 2026-01-31T11:00:00.500000Z
/// let date = Timestamp(secondsSince1970: Date().timeIntervalSince1970)!
/// ```
///
/// Texts and numbers give moments of the years 1 to 9999 (``minimum`` to ``maximum``) and nothing else. Backends
/// refuse messages whose timestamp, made from ``microseconds``, lies outside.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01 00:00 UTC, negative before.
    public var microseconds: Int64

    /// Any moment, also one before ``minimum`` or after ``maximum``.
    @inlinable
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// 0001-01-01T00:00:00.000000Z, the earliest moment that a message can have.
    public static let minimum = Timestamp(microseconds: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z, the latest moment that a message can have.
    public static let maximum = Timestamp(microseconds: 253_402_300_799_999_999)

    /// The system's clock now.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Whether one moment is earlier than the other.
    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

// MARK: - Seconds and durations

extension Timestamp {
    /// The moment so many seconds after 1970-01-01 00:00 UTC, to the nearest microsecond. `nil` for NaN and for
    /// anything outside of the years 1 to 9999.
    public init?(secondsSince1970 seconds: Double) {
        // Compared as doubles first: converting NaN or anything huge to an integer would trap.
        let microseconds = (seconds * 1_000_000).rounded()
        guard microseconds >= -62_135_596_800_000_000, microseconds < 253_402_300_800_000_000 else { return nil }
        self.init(inRange: Int64(microseconds))
    }

    /// The moment so many whole seconds after 1970-01-01 00:00 UTC, or `nil` outside of the years 1 to 9999.
    init?(wholeSeconds seconds: Int64) {
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        self.init(inRange: microseconds)
    }

    init?(inRange microseconds: Int64) {
        self.init(microseconds: microseconds)
        guard isInRange else { return nil }
    }

    var isInRange: Bool { self >= .minimum && self <= .maximum }

    /// Seconds since 1970-01-01 00:00 UTC. Exact to the microsecond within some 285 years of 1970.
    public var secondsSince1970: Double { Double(microseconds) / 1_000_000 }

    /// The moment `duration` later, to the microsecond. What doesn't fit becomes the largest or smallest value.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (length, lengthOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let (sum, overflow) = time.microseconds.addingReportingOverflow(length)
        guard !tooLong, !lengthOverflow, !overflow else {
            return Timestamp(microseconds: seconds < 0 ? .min : .max)
        }
        return Timestamp(microseconds: sum)
    }

    /// The moment `duration` earlier: see ``+(_:_:)``.
    public static func - (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (length, lengthOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let (difference, overflow) = time.microseconds.subtractingReportingOverflow(length)
        guard !tooLong, !lengthOverflow, !overflow else {
            return Timestamp(microseconds: seconds < 0 ? .max : .min)
        }
        return Timestamp(microseconds: difference)
    }
}

// MARK: - Text

extension Timestamp: CustomStringConvertible {
    /// Reads a date and time as ISO 8601 (RFC 3339 and its relatives) or as seconds since 1970.
    ///
    /// ```
    /// 2026-01-31T12:00:00.123456+01:00
    /// 2026-01-31 11:00:00Z
    /// 2026-01-31
    /// 1769857200.5
    /// ```
    ///
    /// - `T`, `t` or one space between date and time; `hh:mm` or `hh:mm:ss`; a fraction of 1 to 9 digits behind `.`
    ///   or `,`, of which the first six count; second 60 (a leap second) is the first of the next minute.
    /// - `Z`, `z`, `±hh:mm`, `±hhmm` or `±hh`. **Without an offset the time is UTC.** A date alone is its midnight.
    /// - A number alone, whole or decimal, is seconds since 1970.
    ///
    /// `nil` for anything else, for a day that doesn't exist, and outside of the years 1 to 9999. Nothing is trimmed.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { Timestamp(utf8: UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads a date and time from the bytes of a text: see ``init(_:)``.
    public init?(utf8 bytes: UnsafeRawBufferPointer) {
        guard let microseconds = TimestampText.parse(bytes) else { return nil }
        self.init(inRange: microseconds)
    }

    /// Reads a date and time as ``init(_:)`` does.
    ///
    /// - Throws: ``MemoryError/Code/invalidMessage`` when it is none.
    public init(parsing text: String) throws(MemoryError) {
        guard let parsed = Timestamp(text) else {
            throw MemoryError(.invalidMessage, "'\(text.prefix(64))' is no date and time of the years 1 to 9999")
        }
        self = parsed
    }

    /// ISO 8601 in UTC with six digits of a second: `2026-01-31T11:00:00.500000Z`.
    public var description: String {
        String(unsafeUninitializedCapacity: TimestampText.capacity) { TimestampText.format(microseconds, into: $0) }
    }

    /// Appends ``description`` as UTF-8, without quotes.
    public func append(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TimestampText.capacity) { buffer in
            let count = TimestampText.format(microseconds, into: buffer)
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}

extension Timestamp: Codable {
    /// Decodes the text that ``init(_:)`` reads, or a number of seconds since 1970.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let decoded: Timestamp?
        if let text = try? container.decode(String.self) {
            decoded = Timestamp(text)
        } else if let seconds = try? container.decode(Int64.self) {
            decoded = Timestamp(wholeSeconds: seconds)
        } else {
            decoded = Timestamp(secondsSince1970: try container.decode(Double.self))
        }
        guard let decoded else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "This is no date and time of the years 1 to 9999")
        }
        self = decoded
    }

    /// Encodes ``description``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
