package import LogFiles

/// Threads of their own that run what tasks give them, in order.
package final class ThreadExecutor: TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let queue = Monitor(Queue())

    package init(threads: Int) throws(FileError) {
        for number in 1...threads {
            _ = try WorkerThread(name: "tests \(number)") { self.run() }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.withLock { $0.jobs.append(job) }
        queue.signal()
    }

    /// Ends the threads once there is nothing left to do.
    package func stop() {
        queue.withLock { $0.isStopped = true }
        queue.signal()
    }

    private func run() {
        while true {
            let job = queue.withLock(when: { !$0.jobs.isEmpty || $0.isStopped }) { queue in
                queue.jobs.isEmpty ? nil : queue.jobs.removeFirst()
            }
            guard let job else { return }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
