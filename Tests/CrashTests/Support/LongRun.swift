import Foundation

/// How long the suites run that can run for as long as one likes.
enum LongRun {
    /// `AMBERLOG_MINUTES`, for `make torture` and `make soak`.
    static let minutes: Double? = ProcessInfo.processInfo.environment["AMBERLOG_MINUTES"].flatMap(Double.init)

    /// `AMBERLOG_RATE`: actions a second of a soak.
    static let rate = ProcessInfo.processInfo.environment["AMBERLOG_RATE"].flatMap(Int.init) ?? 400

    /// After how many seconds a session of a soak expires. In an ordinary run never: a machine that runs many suites at
    /// once may not come to save to it for a minute.
    static var timeToLive: Int { minutes == nil ? 86_400 : 60 }

    /// Until when, or `nil` for an ordinary run.
    static func end() -> ContinuousClock.Instant? {
        minutes.map { .now + .seconds($0 * 60) }
    }
}
