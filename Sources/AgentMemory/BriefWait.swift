/// Waiting for what mostly comes within microseconds, less than it takes to put a thread to sleep and to wake it: looking
/// again and again for a moment, and sleeping only then.
///
/// It looks only where that has proved worth it, see ``SkippedTries``: a thread that is rarely needed sleeps at once, and
/// where all processors are busy nobody looks while the one who would answer waits for a processor.
package struct BriefWait: Sendable {
    private var tries = SkippedTries()

    package init() {}

    /// Whether to look this time.
    package mutating func shouldLook() -> Bool { ProcessorCount.isMany && tries.shouldTry() }

    /// Notes whether a look found something.
    package mutating func looked(found: Bool) { tries.tried(successfully: found) }

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
