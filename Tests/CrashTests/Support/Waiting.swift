import Dispatch

/// Does something and waits for it, on a thread of the store that may be held up: the hook of a file operation isn't
/// asynchronous.
func wait(for work: @escaping @Sendable () async -> Void) {
    let done = DispatchSemaphore(value: 0)
    Task {
        await work()
        done.signal()
    }
    done.wait()
}
