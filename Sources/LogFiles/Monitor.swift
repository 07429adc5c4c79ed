private import CSystem

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A value guarded by a mutex, with a condition to wait for: what a thread of its own needs and
/// `Synchronization.Mutex` doesn't have.
///
/// ```swift
/// let queue = Monitor<[Int]>([])
/// queue.withLock { $0.append(1) }
/// queue.signal()
/// let first = queue.withLock(when: { !$0.isEmpty }) { $0.removeFirst() }
/// ```
///
/// `@unchecked Sendable`: `value` is touched only between lock and unlock of `mutex`.
public final class Monitor<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    public init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        #if canImport(Darwin)
            pthread_cond_init(condition, nil)
        #else
            // Set back or forth, the clock on the wall would make a wait longer or shorter.
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the lock held. Don't call it again inside.
    @inline(__always)
    public func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Waits until `condition` holds, then runs `body`, both with the lock held. Whoever makes the condition true calls
    /// ``signal()``.
    ///
    /// The condition is a function of its own rather than a loop in the caller's body, because inside one access to
    /// the value the compiler may assume that nobody else changes it.
    public func withLock<Result, Failure: Error>(
        when condition: (Value) -> Bool, _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !condition(value) { pthread_cond_wait(self.condition, mutex) }
        return try body(&value)
    }

    /// Like ``withLock(when:_:)``, but runs `body` after `timeout_ms` all the same, and tells it whether the condition
    /// holds.
    public func withLock<Result, Failure: Error>(
        when condition: (Value) -> Bool, timeout_ms: Int,
        _ body: (inout sending Value, Bool) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += timeout_ms / 1000
        deadline.tv_nsec += (timeout_ms % 1000) * 1_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_nsec -= 1_000_000_000
            deadline.tv_sec += 1
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var holds = condition(value)
        while !holds {
            #if canImport(Darwin)
                var left = timespec()
                clock_gettime(CLOCK_MONOTONIC, &left)
                left.tv_sec = deadline.tv_sec - left.tv_sec
                left.tv_nsec = deadline.tv_nsec - left.tv_nsec
                if left.tv_nsec < 0 {
                    left.tv_sec -= 1
                    left.tv_nsec += 1_000_000_000
                }
                if left.tv_sec < 0 { left = timespec() }
                let result = pthread_cond_timedwait_relative_np(self.condition, mutex, &left)
            #else
                let result = pthread_cond_timedwait(self.condition, mutex, &deadline)
            #endif
            holds = condition(value)
            if result != 0 { break }
        }
        return try body(&value, holds)
    }

    /// Wakes every waiting thread.
    public func signal() {
        pthread_cond_broadcast(condition)
    }
}

/// A thread of its own for work that blocks, so that it never blocks Swift's cooperative threads.
public final class WorkerThread: Sendable {
    private let finished = Monitor(false)

    /// Starts a thread that runs `body` once.
    ///
    /// - Parameter isBackground: Other threads go first when there are too few processors.
    public init(
        name: String, isBackground: Bool = false, _ body: @escaping @Sendable () -> Void
    ) throws(FileError) {
        let start = ThreadStart(name: name, isBackground: isBackground, finished: finished, body: body)
        let context = Unmanaged.passRetained(start).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let result = pthread_create(&thread, nil, runThread, context)
        guard result == 0 else {
            Unmanaged<ThreadStart>.fromOpaque(context).release()
            throw FileError(.create, "thread \(name)", number: result)
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }

    /// Returns when the body has. Blocks the calling thread.
    public func join() {
        finished.withLock(when: { $0 }) { _ in }
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let isBackground: Bool
    let finished: Monitor<Bool>
    let body: @Sendable () -> Void

    init(name: String, isBackground: Bool, finished: Monitor<Bool>, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.isBackground = isBackground
        self.finished = finished
        self.body = body
    }

    func run() {
        // Linux takes at most 15 bytes and fails otherwise.
        amber_name_thread(String(name.prefix(15)))
        if isBackground { amber_yield_to_others() }
        body()
        finished.withLock { $0 = true }
        finished.signal()
    }
}

#if canImport(Darwin)
    private func runThread(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }
#else
    private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }
#endif
