/// A thread that makes calls which block, for callers that await them: what no asynchronous adapter of a client that
/// blocks can do without, and nothing else.
///
/// `@unchecked Sendable`: `queue` and `isStopping` are guarded by `condition`.
final class HandOff: @unchecked Sendable {
    private let condition = Condition()
    private var queue: [() -> Void] = []
    private var isStopping = false
    private var thread: Thread?

    init() {
        thread = Thread { [unowned self] in self.run() }
    }

    func call<Result>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Result, any Error>) in
            condition.lock()
            queue.append { continuation.resume(with: Swift.Result(catching: body)) }
            condition.signal()
            condition.unlock()
        }
    }

    func stop() {
        condition.lock()
        isStopping = true
        condition.signal()
        condition.unlock()
        thread?.join()
        thread = nil
    }

    private func run() {
        while true {
            condition.lock()
            while queue.isEmpty && !isStopping { condition.wait() }
            if queue.isEmpty {
                condition.unlock()
                return
            }
            let body = queue.removeFirst()
            condition.unlock()
            body()
        }
    }
}
