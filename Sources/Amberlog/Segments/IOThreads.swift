internal import AgentMemory
internal import LogFiles

/// A few threads for reads that may wait for the disk. Started when first needed; they end when the store closes.
final class IOThreads: Sendable {
    private struct Queue {
        var jobs: [@Sendable () -> Void] = []
        var threads = 0
        var idle = 0
        var isClosed = false
    }

    /// As many reads as a disk of today answers at once, without a thread for every task.
    private static let threadsMax = 4

    private let queue: Monitor<Queue>
    private let isInline: Bool

    init(isInline: Bool) {
        queue = Monitor(Queue())
        self.isInline = isInline
    }

    /// Runs a job on one of the threads, or at once when there can be none.
    func run(_ job: @escaping @Sendable () -> Void) {
        enum Way { case queued, start, runHere }
        let way = queue.withLock { state -> Way in
            if isInline || state.isClosed { return .runHere }
            state.jobs.append(job)
            // Those that are idle may have been woken for the jobs before.
            if state.idle >= state.jobs.count { return .queued }
            if state.threads < Self.threadsMax {
                state.threads += 1
                return .start
            }
            return .queued
        }
        switch way {
        case .runHere: job()
        case .queued: queue.signal()
        case .start:
            do throws(FileError) {
                _ = try WorkerThread(name: "amberlog-read") { [self] in work() }
            } catch {
                // No thread to be had: slower, not wrong.
                queue.withLock { $0.threads -= 1 }
                drain()
            }
        }
    }

    func close() {
        queue.withLock { $0.isClosed = true }
        queue.signal()
    }

    private func work() {
        while true {
            queue.withLock { $0.idle += 1 }
            let job = queue.withLock(when: { !$0.jobs.isEmpty || $0.isClosed }) { state -> (@Sendable () -> Void)? in
                state.idle -= 1
                if state.jobs.isEmpty {
                    state.threads -= 1
                    return nil
                }
                return state.jobs.removeFirst()
            }
            guard let job else { return }
            job()
        }
    }

    private func drain() {
        while let job = queue.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) { job() }
    }
}

extension IOThreads {
    /// Runs work and returns what it returns.
    func run<Value: Sendable>(
        returning work: @escaping @Sendable () throws(MemoryError) -> Value
    ) async throws(MemoryError) -> Value {
        let result = await withUnsafeContinuation { (waiter: UnsafeContinuation<Result<Value, MemoryError>, Never>) in
            run {
                do throws(MemoryError) {
                    waiter.resume(returning: .success(try work()))
                } catch {
                    waiter.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// Runs work on a thread that ends with it.
    static func runOnce<Value: Sendable>(
        isInline: Bool, _ work: @escaping @Sendable () throws(MemoryError) -> Value
    ) async throws(MemoryError) -> Value {
        let threads = IOThreads(isInline: isInline)
        defer { threads.close() }
        return try await threads.run(returning: work)
    }
}

extension Engine {
    /// Runs work that may wait for the disk away from Swift's cooperative threads.
    func onIOThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(MemoryError) -> Value
    ) async throws(MemoryError) -> Value {
        try await io.run(returning: work)
    }
}
