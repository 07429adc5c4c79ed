internal import AgentMemory
internal import LogFiles

/// One thread that does blocking calls, so that those who wait for them block none of Swift's.
final class FileWorker: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let state: Monitor<State>

    init() throws {
        let state = Monitor(State())
        self.state = state
        _ = try WorkerThread(name: "amberlog-files") {
            while true {
                let job = state.withLock(when: { !$0.jobs.isEmpty || $0.isClosed }) { state in
                    state.jobs.isEmpty ? nil : state.jobs.removeFirst()
                }
                guard let job else { return }
                job()
            }
        }
    }

    deinit {
        state.withLock { $0.isClosed = true }
        state.signal()
    }

    /// Runs `body` on the thread.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in state.jobs.append { continuation.resume(with: Swift.Result(catching: body)) } }
            state.signal()
        }
    }
}
