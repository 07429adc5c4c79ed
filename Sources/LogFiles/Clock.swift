#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// The time of day, injected so that tests can jump it.
public protocol WallClock: AnyObject, Sendable {
    /// Microseconds since 1970-01-01 00:00 UTC.
    func now_µs() -> Int64
}

/// The system's clock.
public final class SystemClock: WallClock {
    public init() {}

    public func now_µs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
