#if SQLite
    internal import AgentMemory
    internal import Foundation
    internal import GRDB
    internal import GRDBSQLite
    internal import Synchronization

    /// A thread that reads, with a database of its own, first come, first served. It starts with the first read.
    ///
    /// `@unchecked Sendable`: everything in it is touched under the lock of its condition, but for the database, which is
    /// the thread's alone.
    final class ReadingThread: @unchecked Sendable {
        typealias Job = @Sendable (ReadingDatabase) -> Void

        /// Who reads again within this time finds the thread awake.
        private static let pause = Duration.microseconds(50)

        private let condition = NSCondition()
        private let database: ReadingDatabase
        private var jobs: [Job] = []
        /// How many jobs there are, to be looked at without the lock.
        private let count = Atomic<Int>(0)
        private var isStarted = false
        private var isStopped = false
        private var hasEnded = false
        private var sleeps = false

        init(_ database: ReadingDatabase) {
            self.database = database
        }

        /// Does a job on the thread.
        ///
        /// - Throws: An error for one that comes after ``stop()``.
        func add(_ job: @escaping Job) throws {
            condition.lock()
            defer { condition.unlock() }
            if isStopped { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
            jobs.append(job)
            count.store(jobs.count, ordering: .releasing)
            if !isStarted {
                isStarted = true
                let thread = Thread { [self] in run() }
                thread.name = "amberlog-sqlite"
                thread.start()
            } else if sleeps {
                condition.signal()
            }
        }

        /// Lets the thread end when all is done.
        func stop() {
            condition.lock()
            isStopped = true
            condition.broadcast()
            condition.unlock()
        }

        /// Waits for the end of a thread that was stopped, and closes the database.
        func join() {
            condition.lock()
            while isStarted, !hasEnded { condition.wait() }
            condition.unlock()
            database.close()
        }

        private func run() {
            var wait = BriefWait()
            while let job = next(&wait) { job(database) }
            condition.lock()
            hasEnded = true
            condition.broadcast()
            condition.unlock()
        }

        private func next(_ wait: inout BriefWait) -> Job? {
            if count.load(ordering: .acquiring) == 0 {
                var isThere = false
                if wait.shouldLook() {
                    isThere = BriefWait.look(for: Self.pause) { count.load(ordering: .acquiring) > 0 }
                    wait.looked(found: isThere)
                }
                if !isThere { sleep() }
            }
            condition.lock()
            defer { condition.unlock() }
            if jobs.isEmpty { return nil }
            defer { count.store(jobs.count, ordering: .releasing) }
            return jobs.removeFirst()
        }

        private func sleep() {
            condition.lock()
            while jobs.isEmpty, !isStopped {
                sleeps = true
                condition.wait()
            }
            sleeps = false
            condition.unlock()
        }
    }

    /// A database file that is only read, by one thread at a time, without what GRDB does around a statement.
    final class ReadingDatabase {
        private var handle: OpaquePointer?
        private var statements: [String: OpaquePointer] = [:]

        /// Opens a file that is there.
        init(path: String, busyTimeout: Duration) throws {
            let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
            guard code == SQLITE_OK else {
                let error = Self.failure(code, handle)
                close()
                throw error
            }
            sqlite3_extended_result_codes(handle, 1)
            let (seconds, attoseconds) = busyTimeout.components
            let milliseconds = min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000
            sqlite3_busy_timeout(handle, Int32(clamping: milliseconds))
        }

        deinit { close() }

        func close() {
            for statement in statements.values { sqlite3_finalize(statement) }
            statements = [:]
            sqlite3_close_v2(handle)
            handle = nil
        }

        func page(_ read: PageRead, _ texts: PageRead.Texts) throws -> [Message] {
            let statement = try prepared(read.sql(texts))
            var page = MessageTable.Page(capacity: read.limit)
            sqlite3_bind_int64(statement, 2, read.now.microseconds)
            sqlite3_bind_int64(statement, 3, read.sequence)
            sqlite3_bind_int64(statement, 4, Int64(read.limit))
            // Bound without a copy: the bytes stay where they are as long as rows are read.
            var session = read.session
            try session.withUTF8 { bytes in
                let count = Int32(clamping: bytes.count)
                sqlite3_bind_blob(statement, 1, bytes.baseAddress, count, nil)
                defer { sqlite3_bind_null(statement, 1) }
                defer { sqlite3_reset(statement) }
                let row = StatementRow(statement)
                while true {
                    let code = sqlite3_step(statement)
                    if code == SQLITE_DONE { return }
                    guard code == SQLITE_ROW else { throw Self.failure(code, handle) }
                    try page.append(row)
                }
            }
            read.order(&page.messages)
            return page.messages
        }

        private func prepared(_ sql: String) throws -> OpaquePointer {
            if let statement = statements[sql] { return statement }
            var statement: OpaquePointer?
            let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
            guard code == SQLITE_OK, let statement else { throw Self.failure(code, handle) }
            statements[sql] = statement
            return statement
        }

        private static func failure(_ code: Int32, _ handle: OpaquePointer?) -> DatabaseError {
            let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
            return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }
#endif
