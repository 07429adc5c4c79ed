#if SQLite
    internal import GRDB
    internal import Synchronization

    /// Connections for single statements that are over soon, each with a queue of its own.
    ///
    /// GRDB's pool takes a transaction and four changes of threads for a read, which is several times what a short load
    /// takes. Here it is two: to the queue, and back.
    final class ReadingConnections: Sendable {
        private static let count = 4

        private let connections: [any DatabaseReader]
        /// How many reads each of them has, running and waiting.
        private let loads: Mutex<[Int]>

        /// Uses a connection that others use as well, which stays theirs.
        init(sharing connection: any DatabaseReader) {
            connections = [connection]
            loads = Mutex([0])
        }

        /// Opens a file that is in write-ahead mode: there, readers don't wait for the writer.
        init(path: String, _ configuration: Configuration) throws {
            var configuration = configuration
            configuration.readonly = true
            connections = try (0..<Self.count).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
            loads = Mutex(Array(repeating: 0, count: Self.count))
        }

        /// Runs one statement, without a transaction around it.
        func read<Result: Sendable>(
            _ body: @escaping @Sendable (Database) throws -> Result
        ) async throws -> Result {
            try Task.checkCancellation()
            let chosen = loads.withLock { loads in
                var chosen = 0
                for index in loads.indices where loads[index] < loads[chosen] { chosen = index }
                loads[chosen] += 1
                return chosen
            }
            defer { loads.withLock { $0[chosen] -= 1 } }
            return try await withCheckedThrowingContinuation { continuation in
                connections[chosen].asyncUnsafeRead { database in
                    continuation.resume(with: Swift.Result { try body(database.get()) })
                }
            }
        }

        /// Waits for what is running, then closes what it has opened.
        func close() throws {
            guard connections.count > 1 else { return }
            for connection in connections { try connection.close() }
        }
    }
#endif
