#if SQLite
    internal import AgentMemory
    internal import Dispatch
    internal import Foundation
    internal import GRDB
    internal import Synchronization

    /// The connections to a database file: one that writes, and in write-ahead mode several that read meanwhile. All
    /// work is done on their own queues, but for ``DirectReads``.
    final class Connection: Sendable {
        /// A transaction that finds the database locked is tried so many times.
        private static let attempts = 4

        /// The first pause between them; each further one is twice as long.
        private static let pause_ms = 40

        private static let bytesWorthACheckpoint = 1 << 20

        private let path: String
        private let database: any DatabaseWriter
        /// Only in write-ahead mode: there, readers don't wait for the writer.
        private let direct: DirectReads?
        private let names: TableNames
        private let isClosed = Mutex(false)

        private init(
            _ path: String, _ names: TableNames, _ database: any DatabaseWriter, _ direct: DirectReads?
        ) {
            self.path = path
            self.names = names
            self.database = database
            self.direct = direct
        }

        /// Opens the file, or makes it.
        static func open(
            _ path: String, _ names: TableNames, autoVacuum: Bool, journalMode: SQLiteBackend.JournalMode,
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
                    return Connection(path, names, database, journalMode == .wal ? DirectReads(path: path) : nil)
                }
            } catch let error as DatabaseError {
                throw MemoryError(error, at: MemoryError.Place(file: path))
            }
        }

        /// Reads one consistent state.
        func read<Result: Sendable>(
            session: String? = nil, _ body: @Sendable (Database) throws -> Result
        ) async throws -> Result {
            try await run(session) { try await self.database.read(body) }
        }

        /// Reads some messages: a state of its own, and less to do around it than ``read(session:_:)`` has.
        func page(_ read: PageRead, _ texts: PageRead.Texts) async throws -> [Message] {
            try await run(read.session) {
                try Task.checkCancellation()
                if let messages = try self.direct?.page(read, texts) { return messages }
                return try await self.database.read { db in
                    try MessageTable(db: db, names: self.names).read(read, texts)
                }
            }
        }

        /// Does all of it in one transaction, or nothing.
        func write<Result: Sendable>(
            session: String? = nil, _ body: @Sendable (Database) throws -> Result
        ) async throws -> Result {
            try await run(session) {
                try Task.checkCancellation()
                return try await self.database.writeWithoutTransaction { db in try db.atomically { try body(db) } }
            }
        }

        /// Brings the tables up to date, in one transaction.
        func prepare(_ schema: @Sendable (Database) throws -> Void) async throws {
            try await run(nil) { try await self.database.write(schema) }
        }

        /// In write-ahead mode, what auto-vacuum has freed stays in the file until a checkpoint. Takes one where it is
        /// worth it. That it can't be taken now, because someone reads an older state, is no error: a later one does it.
        func giveBackFreedPages() async {
            guard direct != nil else { return }
            _ = try? await database.writeWithoutTransaction { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                let pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
                let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
                guard size - pages * pageBytes >= Self.bytesWorthACheckpoint else { return }
                try db.checkpoint(.passive)
            }
        }

        /// Waits for what is running, then lets the file go. Closing again does nothing.
        func close() async throws {
            let wasClosed = isClosed.withLock { isClosed in
                defer { isClosed = true }
                return isClosed
            }
            if wasClosed { return }
            do {
                try await Self.onThread {
                    // The one that can write goes last: it takes the write-ahead log with it.
                    self.direct?.close()
                    try self.database.close()
                }
            } catch let error as DatabaseError {
                throw MemoryError(error, at: MemoryError.Place(file: path))
            }
        }

        private func run<Result>(_ session: String?, _ body: () async throws -> Result) async throws -> Result {
            if isClosed.withLock({ $0 }) { throw Self.closed }
            do {
                return try await Self.retried(body)
            } catch let error as DatabaseError {
                // It waited for its turn while the database was closed.
                if error.resultCode == .SQLITE_MISUSE, isClosed.withLock({ $0 }) { throw Self.closed }
                throw MemoryError(error, at: MemoryError.Place(session: session, file: path))
            } catch var error as MemoryError {
                error.place.session = error.place.session ?? session
                error.place.file = path
                throw error
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
                    // By chance: those that wait for each other must not come back at the same moment.
                    let pause = Self.pause_ms << (attempt - 1)
                    try await Task.sleep(for: .milliseconds(Int.random(in: pause / 2...pause)))
                    attempt += 1
                }
            }
        }

        /// Opening and closing have no asynchronous form. A queue of its own gets a thread of its own, where the global
        /// ones may share theirs with Swift.
        private static func onThread<Result: Sendable>(
            _ body: @escaping @Sendable () throws -> Result
        ) async throws -> Result {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue(label: "amberlog-sqlite").async {
                    continuation.resume(with: Swift.Result(catching: body))
                }
            }
        }
    }
#endif
