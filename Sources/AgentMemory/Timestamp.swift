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
/// let date = Timestamp(secondsSince1970: Date().timeIntervalSince1970)
/// ```
public struct Timestamp: Sendable, Hashable, Comparable {
    public var microseconds: Int64

    @inlinable
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The system's clock now.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}
