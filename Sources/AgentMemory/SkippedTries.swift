/// Trying what mostly works and costs something where it doesn't: after each failure it is left for twice as many times
/// as after the one before, and after a success it is tried every time again.
package struct SkippedTries: Sendable {
    /// It is left for so many times in a row at most.
    private static let skippedMax = 1024

    private var skipped = 0
    private var toSkip = 0

    package init() {}

    /// Whether to try this time.
    package mutating func shouldTry() -> Bool {
        if toSkip == 0 { return true }
        toSkip -= 1
        return false
    }

    package mutating func tried(successfully: Bool) {
        skipped = successfully ? 0 : min(max(1, skipped * 2), Self.skippedMax)
        toSkip = skipped
    }
}
