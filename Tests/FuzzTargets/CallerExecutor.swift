import LogFiles

/// Runs asynchronous work on the thread that asks for it, which waits until it is done: a fuzzer calls its targets one
/// after another, and they must have ended when they return.
final class CallerExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var result: Result<Void, any Error>?
    }

    private let state = Monitor(State())

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        state.signal()
    }

    /// - Throws: What `body` throws.
    static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
        let executor = CallerExecutor()
        Task(executorPreference: executor) {
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            executor.state.withLock { $0.result = result }
        }
        while true {
            let job = executor.state.withLock(when: { !$0.jobs.isEmpty || $0.result != nil }) { state in
                state.jobs.isEmpty ? nil : state.jobs.removeFirst()
            }
            guard let job else { break }
            job.runSynchronously(on: executor.asUnownedTaskExecutor())
        }
        try executor.state.withLock { $0.result }?.get()
    }
}
