import StoreModel
import Testing

/// Does something and waits for it, on a thread of the store that may be held up: the hook of a file operation isn't
/// asynchronous.
func wait(for work: @escaping @Sendable () async -> Void) {
    #expect(isDone { await work() })
}
