#if Redis
    internal import AgentMemory
    internal import Foundation
    internal import Synchronization

    /// Commands that wait for their replies.
    ///
    /// `@unchecked Sendable`: what changes is touched under the lock of the ``HiredisQueue`` it is in, and by the one
    /// worker that has taken it from there.
    final class HiredisJob: @unchecked Sendable {
        let pipeline: RedisPipeline
        fileprivate(set) var continuation: CheckedContinuation<[RedisReply], any Error>?
        fileprivate var isCancelled = false

        init(_ pipeline: RedisPipeline) {
            self.pipeline = pipeline
        }

        func finish(_ result: Result<[RedisReply], any Error>) {
            continuation?.resume(with: result)
            continuation = nil
        }
    }

    /// What the connections of a client have to do, first come, first served.
    ///
    /// `@unchecked Sendable`: everything in it is touched under the lock of its condition.
    final class HiredisQueue: @unchecked Sendable {
        /// How much goes over a connection in one piece. Enough to share a round trip, too little to wait for long.
        private static let batchJobs = 64
        private static let batchBytes = 256 << 10

        /// Who sends again within this time finds a worker awake.
        private static let lookTime = Duration.microseconds(50)

        private let condition = NSCondition()
        private var jobs: [HiredisJob] = []
        private var first = 0
        private var waiting = 0
        /// Workers that are about to wait and see by themselves what has come.
        private var looking = 0
        /// How many jobs nobody has taken, to be looked at without the lock.
        private let untaken = Atomic<Int>(0)
        private var workers = 0
        private var isClosed = false
        private var whenEmpty: [@Sendable () -> Void] = []

        // MARK: For the client

        func add(_ job: HiredisJob, _ continuation: CheckedContinuation<[RedisReply], any Error>) {
            let refusal = locked { () -> (any Error)? in
                if job.isCancelled { return CancellationError() }
                if isClosed { return Self.closed }
                job.continuation = continuation
                jobs.append(job)
                count()
                if waiting > 0, jobs.count - first > looking { condition.signal() }
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) }
        }

        /// Takes a job back, as long as no worker has it.
        func cancel(_ job: HiredisJob) {
            let isHere = locked {
                job.isCancelled = true
                guard let index = jobs[first...].firstIndex(where: { $0 === job }) else { return false }
                jobs.remove(at: index)
                count()
                return true
            }
            if isHere { job.finish(.failure(CancellationError())) }
        }

        /// Refuses what waits and lets the workers end.
        func close(_ done: (@Sendable () -> Void)? = nil) {
            let (refused, isOver) = locked {
                isClosed = true
                defer { (jobs, first) = ([], 0) }
                if workers > 0, let done { whenEmpty.append(done) }
                condition.broadcast()
                return (Array(jobs[first...]), workers == 0)
            }
            for job in refused { job.finish(.failure(Self.closed)) }
            if isOver { done?() }
        }

        private static var closed: MemoryError { MemoryError(.closed, "The client has been closed") }

        // MARK: For the workers

        func enter() { locked { workers += 1 } }

        func leave() {
            let done = locked {
                workers -= 1
                defer { if workers == 0 { whenEmpty = [] } }
                return workers == 0 ? whenEmpty : []
            }
            for body in done { body() }
        }

        /// Waits for something to do; `nil` when there is no more.
        func next(_ wait: inout BriefWait) -> [HiredisJob]? {
            if wait.shouldLook(), locked({ begins() }) {
                let isThere = BriefWait.look(for: Self.lookTime) { untaken.load(ordering: .acquiring) > 0 }
                wait.looked(found: isThere)
                locked { looking -= 1 }
            }
            return locked {
                while first == jobs.count {
                    if isClosed { return nil }
                    waiting += 1
                    condition.wait()
                    waiting -= 1
                }
                var bytes = 0
                var end = first
                repeat {
                    bytes += jobs[end].pipeline.wire.count
                    end += 1
                } while end < jobs.count && end - first < Self.batchJobs && bytes < Self.batchBytes
                let batch = Array(jobs[first..<end])
                first = end
                if first == jobs.count || first > 1024 {
                    jobs.removeSubrange(..<first)
                    first = 0
                }
                count()
                return batch
            }
        }

        /// Begins to look, unless there is something.
        private func begins() -> Bool {
            guard first == jobs.count, !isClosed else { return false }
            looking += 1
            return true
        }

        private func count() { untaken.store(jobs.count - first, ordering: .releasing) }

        private func locked<Result>(_ body: () -> Result) -> Result {
            condition.lock()
            defer { condition.unlock() }
            return body()
        }
    }
#endif
