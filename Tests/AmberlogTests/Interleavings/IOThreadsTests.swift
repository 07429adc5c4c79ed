import LogFiles
import StoreModel
import Synchronization
import Testing

@testable import Amberlog

/// A read never waits for another one to end while there may be one more thread.
@Suite(.ownThreads) struct IOThreadsTests {
    @Test func `two jobs at once, of which the first waits for the second`() async throws {
        for round in 0..<20 {
            let threads = IOThreads(isInline: false)
            defer { threads.close() }
            // One thread, which has nothing to do.
            try await threads.run(returning: {})
            try await Task.sleep(for: .milliseconds(2))
            let hasRun = Monitor(false)
            let isInTime = Mutex<Bool?>(nil)
            let waits: @Sendable () -> Void = {
                let isRun = hasRun.withLock(when: { $0 }, timeout_ms: 10_000) { _, hasRun in hasRun }
                isInTime.withLock { $0 = isRun }
            }
            let wakes: @Sendable () -> Void = {
                hasRun.withLock { $0 = true }
                hasRun.signal()
            }
            threads.run(waits)
            threads.run(wakes)
            #expect(try await isReached { isInTime.withLock { $0 != nil } })
            #expect(isInTime.withLock { $0 } == true, "round \(round)")
        }
    }
}
