#if PostgreSQL
    internal import AgentMemory
    internal import Synchronization

    /// A call of the backend, from the moment that it waits for a connection until it has its answer.
    final class Call: Sendable {
        private enum Phase {
            case waiting
            case running(Interrupt)
            case cancelled(Interrupt)
            case done
        }

        private let phase = Mutex(Phase.waiting)
        /// Does the work, on a thread that may wait, and answers.
        let work: @Sendable (Worker) -> Void
        /// Answers without having done anything.
        private let refuse: @Sendable (any Error) -> Void

        init(work: @escaping @Sendable (Worker) -> Void, refuse: @escaping @Sendable (any Error) -> Void) {
            (self.work, self.refuse) = (work, refuse)
        }

        var isCancelled: Bool {
            phase.withLock { if case .cancelled = $0 { true } else { false } }
        }

        /// Takes it out of the queue. `false` when it has its answer already.
        func start(_ interrupt: Interrupt) -> Bool {
            phase.withLock { phase in
                guard case .waiting = phase else { return false }
                phase = .running(interrupt)
                return true
            }
        }

        /// After this nobody interrupts the thread any more for this call.
        func end() {
            phase.withLock { $0 = .done }
        }

        /// Answers a call that waits. Does nothing for one that runs.
        func give(up error: any Error) {
            let waits = phase.withLock { phase in
                guard case .waiting = phase else { return false }
                phase = .done
                return true
            }
            if waits { refuse(error) }
        }

        func cancel() {
            let waits = phase.withLock { phase in
                switch phase {
                case .waiting:
                    phase = .done
                    return true
                case .running(let interrupt):
                    phase = .cancelled(interrupt)
                    interrupt.signal()
                    return false
                case .cancelled, .done: return false
                }
            }
            if waits { refuse(CancellationError()) }
        }
    }
#endif
