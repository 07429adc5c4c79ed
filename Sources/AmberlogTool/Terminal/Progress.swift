#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A bar on standard error: how far, how fast, how long still. Prints nothing when that is no terminal.
struct Progress {
    private let total: UInt64?
    private let noun: String
    private let isShown = Terminal.isError
    private let watch = Stopwatch()
    private var lastShown = -1.0
    private var hasLine = false

    /// - Parameters:
    ///   - total: What ``update(done:count:)`` counts up to; `nil` when nobody knows.
    ///   - noun: What is counted, in the plural.
    init(total: UInt64?, counting noun: String) {
        self.total = total
        self.noun = noun
    }

    mutating func update(done: UInt64, count: UInt64) {
        guard isShown else { return }
        let now = watch.seconds
        guard now - lastShown >= 0.1 else { return }
        lastShown = now
        hasLine = true
        Messages.write("\r\u{1B}[K" + line(done: done, count: count, seconds: now))
    }

    private func line(done: UInt64, count: UInt64, seconds: Double) -> String {
        let rate = Humanized.count(Int(Double(count) / max(seconds, 0.001)))
        let counted = "\(Humanized.count(count)) \(noun), \(rate)/s"
        guard let total, total > 0 else { return counted }
        let part = min(1, Double(done) / Double(total))
        let width = max(8, min(30, Terminal.width(of: STDERR_FILENO) - counted.utf8.count - 30))
        let filled = Int(part * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let left = part > 0.01 ? ", \(Humanized.seconds(seconds / part - seconds)) left" : ""
        return "\(bar) \(Int(part * 100)) %  \(counted)\(left)"
    }

    /// Takes the bar away, so that something else can be printed.
    mutating func clear() {
        guard hasLine else { return }
        hasLine = false
        lastShown = -1
        Messages.write("\r\u{1B}[K")
    }
}
