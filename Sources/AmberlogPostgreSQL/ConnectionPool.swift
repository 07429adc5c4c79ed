#if PostgreSQL
    internal import AgentMemory
    internal import Dispatch
    internal import Synchronization

    /// Connections to one server, each with a thread: as many as calls need at once, up to a limit. A call that finds
    /// all of them busy waits for its turn.
    final class ConnectionPool: Sendable {
        /// A connection that was idle for longer is asked whether it is still there, before it is used.
        static let idleTime = Duration.seconds(30)
        /// A thread without work ends after so long.
        private static let restTime = Duration.seconds(300)
        /// How much longer than the server itself a client waits for the end of a statement.
        private static let serverLead = Duration.seconds(2)

        let address: ServerAddress
        let connectTimeout: Duration
        private let size: Int
        private let statementTimeout: Duration
        private let waitTimeout: Duration

        private struct State {
            var queue: [Call] = []
            var workers = 0
            /// Those without a call: they rest, or are about to look into the queue.
            var free = 0
            var isClosed = false
            var closing: [CheckedContinuation<Void, Never>] = []
        }

        private let state = Mutex(State())
        /// Wakes threads that rest: at least one for each call that was left to one of them.
        private let work = DispatchSemaphore(value: 0)

        init(
            _ address: ServerAddress, size: Int, connectTimeout: Duration, statementTimeout: Duration,
            waitTimeout: Duration
        ) {
            self.address = address
            self.size = size
            self.connectTimeout = connectTimeout
            self.statementTimeout = statementTimeout
            self.waitTimeout = waitTimeout
        }

        /// What every connection begins with: names mean what they say whatever the search path was, a transaction sees
        /// what those before it have done, and nothing takes for ever.
        var settings: String {
            """
            SET search_path TO pg_catalog, pg_temp;
            SET default_transaction_isolation TO 'read committed';
            SET statement_timeout TO \(Self.milliseconds(statementTimeout));
            SET idle_in_transaction_session_timeout TO \(Self.milliseconds(clientTimeout * 2))
            """
        }

        /// When a client stops waiting for a server that hasn't kept to the time itself.
        var clientTimeout: Duration { statementTimeout + Self.serverLead }

        var isClosed: Bool { state.withLock { $0.isClosed } }

        static func milliseconds(_ duration: Duration) -> Int32 {
            let (seconds, attoseconds) = duration.components
            return Int32(clamping: max(1, min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000))
        }

        // MARK: Calls

        /// Runs `body` on a connection's thread and waits for its result.
        ///
        /// - Throws: `MemoryError`, and `CancellationError` for a call that was cancelled and has changed nothing.
        func run<Result: Sendable>(
            _ changes: Changes, session: String? = nil,
            _ body: @escaping @Sendable (Connection, _ isRepeated: Bool) throws -> Result
        ) async throws -> Result {
            let place = MemoryError.Place(backend: address.description, session: session)
            let handle = Mutex<Call?>(nil)
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let call = Call(
                        work: { worker in
                            let result = Swift.Result { try worker.perform(changes, place: place, body) }
                            worker.finish()
                            continuation.resume(with: result.mapError { Self.placed($0, place) })
                        },
                        refuse: { continuation.resume(throwing: Self.placed($0, place)) })
                    handle.withLock { $0 = call }
                    submit(call)
                    // Cancelled before there was anything to cancel.
                    if Task.isCancelled { call.cancel() }
                }
            } onCancel: {
                handle.withLock { $0 }?.cancel()
            }
        }

        private static func placed(_ error: any Error, _ place: MemoryError.Place) -> any Error {
            guard var error = error as? MemoryError else { return error }
            error.place.backend = error.place.backend ?? place.backend
            error.place.session = error.place.session ?? place.session
            return error
        }

        private enum Admission { case refused, waits, wakes, startsWorker }

        private func submit(_ call: Call) {
            let admission = state.withLock { state -> Admission in
                if state.isClosed { return .refused }
                state.queue.append(call)
                if state.queue.count <= state.free { return .wakes }
                guard state.workers < size else { return .waits }
                state.workers += 1
                return .startsWorker
            }
            switch admission {
            case .refused:
                call.give(up: MemoryError(.closed, "The backend has been closed"))
                return
            case .waits:
                let (seconds, attoseconds) = waitTimeout.components
                let error = MemoryError(
                    .timedOut, "None of the \(size) connections became free in time", retry: .later)
                DispatchQueue.global().asyncAfter(
                    deadline: .now() + Double(seconds) + Double(attoseconds) / 1e18
                ) { [weak call] in call?.give(up: error) }
            // It looks into the queue before it rests, and so does one that is busy when it has done its work.
            case .startsWorker: Worker.start(self)
            case .wakes: work.signal()
            }
        }

        // MARK: Workers

        /// Notes that a thread has done its call: the next one is for it, and needs no other.
        func workerIsFree() {
            state.withLock { $0.free += 1 }
        }

        /// Waits for a call. `nil` when there is nothing to do for the thread any more.
        ///
        /// - Parameter isFree: Whether ``workerIsFree()`` has been told of it.
        func nextCall(isFree: Bool) -> Call? {
            var isFree = isFree
            var isTired = false
            while true {
                let found = state.withLock { state -> (call: Call?, ends: Bool) in
                    let ends = state.queue.isEmpty && (state.isClosed || isTired)
                    if ends || !state.queue.isEmpty {
                        if isFree { state.free -= 1 }
                        return (ends ? nil : state.queue.removeFirst(), ends)
                    }
                    if !isFree { state.free += 1 }
                    return (nil, false)
                }
                if found.ends { return nil }
                if let call = found.call { return call }
                isFree = true
                let (seconds, _) = Self.restTime.components
                isTired = work.wait(timeout: .now() + Double(seconds)) == .timedOut
            }
        }

        func workerEnded() {
            let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.workers -= 1
                guard state.isClosed, state.workers == 0 else { return [] }
                defer { state.closing = [] }
                return state.closing
            }
            for continuation in waiting { continuation.resume() }
        }

        /// A thread that could not even begin: without any other, nobody will do what waits.
        func workerFailed(_ error: MemoryError) {
            workerEnded()
            let abandoned = state.withLock { state -> [Call] in
                guard state.workers == 0 else { return [] }
                defer { state.queue = [] }
                return state.queue
            }
            for call in abandoned { call.give(up: error) }
        }

        // MARK: Closing

        /// Takes no more calls. Those that were taken are done, then the connections end.
        func shutDown() {
            let workers = state.withLock { state in
                state.isClosed = true
                return state.workers
            }
            for _ in 0..<workers { work.signal() }
        }

        /// Waits for that.
        func close() async {
            shutDown()
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.workers > 0 { state.closing.append(continuation) }
                    return state.workers == 0
                }
                if isDone { continuation.resume() }
            }
        }
    }
#endif
