import AgentMemory
import Foundation
import Testing

/// Looking in vain makes looks rarer, and finding something makes them usual again.
@Suite struct BriefWaitTests {
    /// How many of so many waits look, when each look ends like this.
    private func looks(_ wait: inout BriefWait, waits: Int, found: Bool) -> Int {
        var count = 0
        for _ in 0..<waits where wait.shouldLook() {
            count += 1
            wait.looked(found: found)
        }
        return count
    }

    @Test func `looks in vain become rare`() {
        var wait = BriefWait()
        // After 1, 2, 4, … waits without.
        #expect(looks(&wait, waits: 1000, found: false) <= 10)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.activeProcessorCount > 1))
    func `a find makes them usual`() {
        var wait = BriefWait()
        _ = looks(&wait, waits: 100, found: false)
        #expect(looks(&wait, waits: 100, found: true) > 0)
        #expect(looks(&wait, waits: 100, found: true) == 100)
    }

    @Test func `a look ends`() {
        #expect(!BriefWait.look(for: .milliseconds(1)) { false })
        #expect(BriefWait.look(for: .zero) { true })
    }
}
