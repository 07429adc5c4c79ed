/// Waiting for what mostly comes within microseconds, less than it takes to put a thread to sleep and to wake it: looking
/// again and again for a moment, and sleeping only then.
///
/// It looks only where that has proved worth it. After each look in vain it does without for twice as many waits as the
/// time before: a thread that is rarely needed sleeps at once, and where all processors are busy nobody looks while the
/// one who would answer waits for a processor.
package struct BriefWait: Sendable {
    /// So many waits in a row are done without looking, at most.
    private static let skippedMax = 1024

    private var skipped = 0
    private var toSkip = 0

    package init() {}

    /// Whether to look this time.
    package mutating func shouldLook() -> Bool {
        guard ProcessorCount.isMany else { return false }
        if toSkip == 0 { return true }
        toSkip -= 1
        return false
    }

    /// Notes whether a look found something.
    package mutating func looked(found: Bool) {
        skipped = found ? 0 : min(max(1, skipped * 2), Self.skippedMax)
        toSkip = skipped
    }

    /// Looks until something is there or the time is over, and returns which.
    package static func look(for time: Duration, _ isThere: () -> Bool) -> Bool {
        let end = ContinuousClock.now + time
        // Asking for the time takes long enough that the other processor isn't kept from its memory.
        repeat {
            if isThere() { return true }
        } while ContinuousClock.now < end
        return false
    }
}
