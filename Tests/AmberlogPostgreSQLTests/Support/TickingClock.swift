#if PostgreSQL
    import AgentMemory
    import Synchronization

    /// A millisecond goes by each time that it is asked.
    final class TickingClock: Sendable {
        private let time_ms = Mutex<Int64>(1_700_000_000_000)

        func next() -> Timestamp {
            time_ms.withLock { time in
                time += 1
                return Timestamp(microseconds: time * 1000)
            }
        }
    }
#endif
