public import LogFiles
private import Synchronization

/// A clock that stands still until a test moves it.
///
/// ```swift
/// let clock = ManualClock()
/// clock.advance(by: .seconds(3600))
/// clock.jump(to_µs: 0)
/// ```
public final class ManualClock: WallClock {
    /// 2026-01-01 00:00 UTC.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let start_µs: Int64 = 1_767_225_600_000_000

    private let time: Mutex<Int64>

    /// A clock that stands at a time, in microseconds since 1970.
    public init(at_µs time: Int64 = ManualClock.start_µs) {
        self.time = Mutex(time)
    }

    /// Where it stands, in microseconds since 1970.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public func now_µs() -> Int64 {
        self.time.withLock { $0 }
    }

    /// Moves the clock on, or back where the duration is negative.
    public func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.time.withLock { $0 += seconds * 1_000_000 + attoseconds / 1_000_000_000_000 }
    }

    /// Sets the clock, as an administrator or a time server would.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public func jump(to_µs time: Int64) {
        self.time.withLock { $0 = time }
    }
}
