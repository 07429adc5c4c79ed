#if SQLite
    internal import AgentMemory
    internal import Synchronization

    /// Connections for reads that are over soon, each with a thread of its own.
    ///
    /// GRDB's pool takes a transaction and four changes of threads for a read, which is several times what a short load
    /// takes. Here it is two, or none where the answer comes soon enough: see ``Handover``.
    final class ReadingConnections: Sendable {
        private static let count = 4
        /// What a load of a page mostly takes. No read is looked for longer.
        private static let shortRead = Duration.microseconds(100)

        private let threads: [ReadingThread]
        private let state: Mutex<State>

        private struct State {
            /// How many reads each of the threads has, running and waiting.
            var loads: [Int]
            var wait = BriefWait()
        }

        /// Opens a file that is in write-ahead mode: there, readers don't wait for the writer.
        init(path: String, busyTimeout: Duration) throws {
            threads = try (0..<Self.count).map { _ in
                ReadingThread(try ReadingDatabase(path: path, busyTimeout: busyTimeout))
            }
            state = Mutex(State(loads: Array(repeating: 0, count: Self.count)))
        }

        deinit { stop() }

        /// Reads some messages, without a transaction around it.
        func page(_ read: PageRead, _ texts: PageRead.Texts) async throws -> [Message] {
            try Task.checkCancellation()
            let (chosen, looks) = state.withLock { state in
                var chosen = 0
                for index in state.loads.indices where state.loads[index] < state.loads[chosen] { chosen = index }
                state.loads[chosen] += 1
                // With others the processors have more to do than to look.
                return (chosen, state.loads.reduce(0, +) == 1 && state.wait.shouldLook())
            }
            defer { state.withLock { $0.loads[chosen] -= 1 } }
            let answer = Handover<[Message]>()
            try threads[chosen].add { database in answer.give(Result { try database.page(read, texts) }) }
            if looks {
                let isThere = answer.look(for: Self.shortRead)
                state.withLock { $0.wait.looked(found: isThere) }
            }
            return try await answer.value()
        }

        /// Waits for what is running, then closes the files.
        func close() {
            stop()
            for thread in threads { thread.join() }
        }

        private func stop() {
            for thread in threads { thread.stop() }
        }
    }
#endif
