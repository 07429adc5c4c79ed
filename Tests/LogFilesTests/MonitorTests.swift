import AmberlogTestKit
import LogFiles
import Testing

/// The lock excludes, the condition wakes, the threads end.
@Suite struct MonitorTests {
    @Test func `no increment is lost`() throws {
        let counter = Monitor(0)
        let workers = try (0..<4).map { index in
            try WorkerThread(name: "count \(index)") {
                for _ in 0..<10_000 { counter.withLock { $0 += 1 } }
            }
        }
        for worker in workers { worker.join() }
        #expect(counter.withLock { $0 } == 40_000)
    }

    @Test func `a waiting thread is woken`() throws {
        let queue = Monitor<[Int]>([])
        let sum = Monitor(0)
        let worker = try WorkerThread(name: "a name that is longer than the system takes") {
            for _ in 0..<100 {
                let next = queue.withLock(when: { !$0.isEmpty }) { $0.removeFirst() }
                sum.withLock { $0 += next }
            }
        }
        for number in 1...100 {
            queue.withLock { $0.append(number) }
            queue.signal()
        }
        worker.join()
        #expect(sum.withLock { $0 } == 5050)
    }

    @Test func `a wait ends without a signal`() {
        let monitor = Monitor(false)
        let isSignalled = monitor.withLock(when: { $0 }, timeout_ms: 20) { _, holds in holds }
        #expect(!isSignalled)
    }

    @Test func `joining a finished thread returns`() throws {
        let worker = try WorkerThread(name: "done") {}
        worker.join()
        worker.join()
    }
}
