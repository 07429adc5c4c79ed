#if PostgreSQL
    internal import AgentMemory
    internal import Foundation

    /// A thread with a connection: works for one call after another.
    final class Worker {
        private let pool: ConnectionPool
        private let interrupt: Interrupt
        private var connection: Connection?
        private var call: Call?
        /// Whether the pool counts on it for the next call.
        private var isFree = false

        private init(_ pool: ConnectionPool) throws(MemoryError) {
            self.pool = pool
            interrupt = try Interrupt()
        }

        /// Starts a thread that works for the pool until that has no more need of it.
        static func start(_ pool: ConnectionPool) {
            let thread = Thread {
                // Linux takes no more than 15 bytes.
                Thread.current.name = "amberlog-pg"
                do throws(MemoryError) {
                    try Worker(pool).run()
                } catch {
                    pool.workerFailed(error)
                }
            }
            thread.start()
        }

        private func run() {
            while let next = pool.nextCall(isFree: isFree) {
                isFree = false
                guard next.start(interrupt) else { continue }
                call = next
                next.work(self)
                call = nil
            }
            connection = nil
            pool.workerEnded()
        }

        /// Frees the thread and its connection for another call: to be called before the answer is given, which the
        /// next call may follow at once.
        func finish() {
            call?.end()
            interrupt.reset()
            connection?.becomeIdle()
            if connection?.isUsable == false { connection = nil }
            isFree = true
            pool.workerIsFree()
        }

        /// Does something with a connection, again where that may help.
        ///
        /// - Parameters:
        ///   - changes: How it changes something.
        ///   - body: Is also given whether it was tried before.
        func perform<Result>(
            _ changes: Changes, place: MemoryError.Place, _ body: (Connection, _ isRepeated: Bool) throws -> Result
        ) throws -> Result {
            var backoff = Backoff()
            /// An attempt that may have been done after all.
            var uncertain: ConnectionFailure?
            while true {
                let wasConnected = connection != nil
                do {
                    return try body(try connected(), backoff.attempts > 1)
                } catch let failure as ConnectionFailure {
                    connection?.becomeIdle()
                    if connection?.isUsable == false { connection = nil }
                    if failure.kind.leavesDoubt, changes != .nothing { uncertain = failure }
                    let isCancelled = call?.isCancelled ?? true
                    if failure.isCancelled || isCancelled, uncertain == nil { throw CancellationError() }
                    let mayRepeat = failure.isTransient && (uncertain == nil || changes != .onceOnly)
                    guard mayRepeat, !backoff.isExhausted, !isCancelled, !pool.isClosed else {
                        throw MemoryError(uncertain ?? failure, changes: changes, place: place)
                    }
                    // A connection that had been idle may just be old.
                    let pause = backoff.next()
                    if failure.kind != .lost || !wasConnected || backoff.attempts > 2 { sleep(pause) }
                }
            }
        }

        private func sleep(_ duration: Duration) {
            let wake = interrupt.wait(for: -1, reading: false, writing: false, until: .now + duration, listens: true)
            // The next attempt ends where it first waits.
            if wake == .interrupted { interrupt.signal() }
        }

        private func connected() throws -> Connection {
            if let connection {
                if connection.isAlive(after: ConnectionPool.idleTime, timeout: pool.connectTimeout) {
                    return connection
                }
                self.connection = nil
            }
            let new = try Connection(
                pool.address, settings: pool.settings, connectTimeout: pool.connectTimeout,
                statementTimeout: pool.clientTimeout, interrupt: interrupt,
                isCancelled: { [unowned self] in call?.isCancelled ?? false })
            connection = new
            return new
        }
    }

    /// What a call changes.
    enum Changes: Sendable {
        case nothing
        /// Done twice it is the same as done once.
        case toOneState
        /// The same call finds out whether it was done before; another call of the same would do it again.
        case recognizably
        /// Done twice it would do more.
        case onceOnly
    }
#endif
