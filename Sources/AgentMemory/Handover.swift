import Synchronization

/// What a task awaits from a thread that does the work for it.
///
/// Where the answer is likely to come within microseconds, the task may look for it a moment before it suspends: that
/// keeps the thread that it runs on no longer than a moment's computing, and takes less than to suspend and be resumed.
///
/// `@unchecked Sendable`: `result` is written before `state` says so, and read after; `waiter` is written before `state`
/// says so, and resumed by whoever comes second.
package final class Handover<Value: Sendable>: @unchecked Sendable {
    private static var pending: UInt8 { 0 }
    private static var answered: UInt8 { 1 }
    private static var awaited: UInt8 { 2 }

    private let state = Atomic<UInt8>(0)
    private var result: Result<Value, any Error>?
    private var waiter: CheckedContinuation<Value, any Error>?

    package init() {}

    /// Answers. To be called once.
    package func give(_ result: Result<Value, any Error>) {
        self.result = result
        let (isFirst, _) = state.compareExchange(
            expected: Self.pending, desired: Self.answered, ordering: .acquiringAndReleasing)
        if !isFirst { waiter?.resume(with: result) }
    }

    /// Whether the answer is there, after looking for it no longer than `time`.
    package func look(for time: Duration) -> Bool {
        BriefWait.look(for: time) { state.load(ordering: .acquiring) == Self.answered }
    }

    /// Waits for the answer. To be called once.
    package func value() async throws -> Value {
        if state.load(ordering: .acquiring) == Self.answered, let result { return try result.get() }
        return try await withCheckedThrowingContinuation { continuation in
            waiter = continuation
            let (isFirst, _) = state.compareExchange(
                expected: Self.pending, desired: Self.awaited, ordering: .acquiringAndReleasing)
            if !isFirst, let result { continuation.resume(with: result) }
        }
    }
}
