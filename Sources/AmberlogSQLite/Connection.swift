#if SQLite
    internal import AgentMemory
    internal import Dispatch
    internal import GRDB
    internal import Synchronization

    /// The connections to a database file: one that writes, and in write-ahead mode several that read meanwhile. All
    /// work is done on their own queues.
    final class Connection: Sendable {
        /// A transaction that finds the database locked is tried so many times.
        private static let attempts = 4

        private let database: any DatabaseWriter
        private let isClosed = Mutex(false)

        private init(_ database: any DatabaseWriter) {
            self.database = database
        }

        /// Opens the file, or makes it.
        static func open(
            _ path: String, autoVacuum: Bool, journalMode: SQLiteBackend.JournalMode,
            synchronous: SQLiteBackend.Synchronous, busyTimeout: Duration
        ) async throws -> Connection {
            var configuration = Configuration()
            let (seconds, attoseconds) = busyTimeout.components
            configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) / 1e18)
            configuration.prepareDatabase { db in
                guard !db.configuration.readonly else { return }
                // Only a file without any page takes it, and a file of someone else keeps what it has.
                if autoVacuum, try Int.fetchOne(db, sql: "PRAGMA page_count") == 0 {
                    try db.execute(sql: "PRAGMA auto_vacuum = FULL")
                }
                if journalMode != .wal {
                    let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = \(journalMode.rawValue)")
                    guard mode == journalMode.rawValue else {
                        throw MemoryError(
                            .unsupported,
                            "The database can't go from the journal mode \(mode ?? "") to \(journalMode.rawValue)")
                    }
                }
            }
            let options = configuration
            do {
                return try await retried {
                    let database: any DatabaseWriter = try await onThread {
                        if journalMode == .wal { return try DatabasePool(path: path, configuration: options) }
                        return try DatabaseQueue(path: path, configuration: options)
                    }
                    // Not while it opens: the pool has an opinion of its own.
                    try await database.writeWithoutTransaction { db in
                        try db.execute(sql: "PRAGMA synchronous = \(synchronous.rawValue)")
                    }
                    return Connection(database)
                }
            } catch let error as DatabaseError {
                throw MemoryError(error)
            }
        }

        /// Reads one consistent state.
        func read<Result: Sendable>(
            session: String? = nil, _ body: @Sendable (Database) throws -> Result
        ) async throws -> Result {
            try await run(session) { try await self.database.read(body) }
        }

        /// Does all of it in one transaction, or nothing.
        func write<Result: Sendable>(
            session: String? = nil, _ body: @Sendable (Database) throws -> Result
        ) async throws -> Result {
            try await run(session) { try await self.database.write(body) }
        }

        /// Waits for what is running, then lets the file go. Closing again does nothing.
        func close() async throws {
            let wasClosed = isClosed.withLock { isClosed in
                defer { isClosed = true }
                return isClosed
            }
            if wasClosed { return }
            do {
                try await Self.onThread { try self.database.close() }
            } catch let error as DatabaseError {
                throw MemoryError(error)
            }
        }

        private func run<Result>(_ session: String?, _ body: () async throws -> Result) async throws -> Result {
            if isClosed.withLock({ $0 }) { throw Self.closed }
            do {
                return try await Self.retried(body)
            } catch let error as DatabaseError {
                // It waited for its turn while the database was closed.
                if error.resultCode == .SQLITE_MISUSE, isClosed.withLock({ $0 }) { throw Self.closed }
                throw MemoryError(error, session: session)
            }
        }

        private static var closed: MemoryError { MemoryError(.closed, "The backend has been closed") }

        /// Another program may keep the database locked for longer than SQLite waits, or in a way that it doesn't wait
        /// for at all.
        private static func retried<Result>(_ body: () async throws -> Result) async throws -> Result {
            var attempt = 1
            while true {
                do {
                    return try await body()
                } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && attempt < attempts {
                    try await Task.sleep(for: .milliseconds(20 << attempt))
                    attempt += 1
                }
            }
        }

        /// Opening and closing have no asynchronous form.
        private static func onThread<Result: Sendable>(
            _ body: @escaping @Sendable () throws -> Result
        ) async throws -> Result {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async { continuation.resume(with: Swift.Result(catching: body)) }
            }
        }
    }
#endif
