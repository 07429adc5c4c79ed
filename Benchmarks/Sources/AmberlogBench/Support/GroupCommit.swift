/// A queue in front of one thread that commits whatever has queued while it committed the last group: no timer.
///
/// This is what turns an engine whose transactions exclude each other into one that serves many callers, and the
/// same hand-off that an asynchronous save to a dedicated thread needs.
///
/// `@unchecked Sendable`: `queue`, `spare` and `stopping` are guarded by `condition`; `commit` runs on one thread.
final class GroupCommit: @unchecked Sendable {
    typealias Commit = @Sendable (_ saves: [Int]) throws -> Void

    private enum Waiter {
        case task(UnsafeContinuation<Void, any Error>)
        case thread(Parking)
    }

    /// Where a thread waits for the outcome of its save.
    ///
    /// `@unchecked Sendable`: both fields are guarded by `condition`.
    final class Parking: @unchecked Sendable {
        fileprivate let condition = Condition()
        fileprivate var outcome: Result<Void, any Error>?
    }

    private let commit: Commit
    private let condition = Condition()
    private var queue: [(save: Int, waiter: Waiter)] = []
    private var stopping = false
    private var thread: Thread?

    init(commit: @escaping Commit) {
        self.commit = commit
        thread = Thread { [unowned self] in self.run() }
    }

    /// Returns, on a task, when the save of that number is committed.
    func submit(_ save: Int) async throws {
        try await withUnsafeThrowingContinuation { enqueue(save, .task($0)) }
    }

    /// Returns, on a thread, when the save of that number is committed.
    func submit(_ save: Int, parking: Parking) throws {
        enqueue(save, .thread(parking))
        parking.condition.lock()
        while parking.outcome == nil { parking.condition.wait() }
        let outcome = parking.outcome!
        parking.outcome = nil
        parking.condition.unlock()
        try outcome.get()
    }

    func stop() {
        condition.lock()
        stopping = true
        condition.signal()
        condition.unlock()
        thread?.join()
        thread = nil
    }

    private func enqueue(_ save: Int, _ waiter: Waiter) {
        condition.lock()
        let wasEmpty = queue.isEmpty
        queue.append((save, waiter))
        if wasEmpty { condition.signal() }
        condition.unlock()
    }

    private func run() {
        var group: [(save: Int, waiter: Waiter)] = []
        while true {
            condition.lock()
            while queue.isEmpty && !stopping { condition.wait() }
            if queue.isEmpty {
                condition.unlock()
                return
            }
            swap(&group, &queue)
            condition.unlock()

            let outcome = Result { try commit(group.map(\.save)) }
            for entry in group {
                switch entry.waiter {
                case .task(let continuation): continuation.resume(with: outcome)
                case .thread(let parking):
                    parking.condition.lock()
                    parking.outcome = outcome
                    parking.condition.signal()
                    parking.condition.unlock()
                }
            }
            group.removeAll(keepingCapacity: true)
        }
    }
}
