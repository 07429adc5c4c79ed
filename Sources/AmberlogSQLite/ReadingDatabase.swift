#if SQLite
    internal import AgentMemory
    internal import GRDB
    internal import GRDBSQLite

    /// A database file that is only read, by one caller at a time, without what GRDB does around a statement, and never
    /// for long: what is locked isn't waited for, and what is large isn't read to its end.
    final class ReadingDatabase {
        private var handle: OpaquePointer?
        private var statements: [String: OpaquePointer] = [:]

        /// Opens a file that is there.
        init(path: String) throws {
            let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
            guard code == SQLITE_OK else {
                let error = Self.failure(code, handle)
                close()
                throw error
            }
            sqlite3_extended_result_codes(handle, 1)
        }

        deinit { close() }

        private func close() {
            for statement in statements.values { sqlite3_finalize(statement) }
            statements = [:]
            sqlite3_close_v2(handle)
            handle = nil
        }

        /// Reads some messages; `nil` when they have more bytes than `bytesMax`, or something is locked or can't be
        /// opened.
        func page(_ read: PageRead, _ texts: PageRead.Texts, bytesMax: Int) throws -> [Message]? {
            do {
                let statement = try prepared(read.sql(texts))
                return try page(read, statement, bytesMax: bytesMax)
            } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_CANTOPEN].contains(error.resultCode) {
                return nil
            }
        }

        private func page(_ read: PageRead, _ statement: OpaquePointer, bytesMax: Int) throws -> [Message]? {
            var page = MessageTable.Page(capacity: read.limit)
            sqlite3_bind_int64(statement, 2, read.now.microseconds)
            sqlite3_bind_int64(statement, 3, read.sequence)
            sqlite3_bind_int64(statement, 4, Int64(read.limit))
            // Bound without a copy: the bytes stay where they are as long as rows are read.
            var session = read.session
            let isWhole = try session.withUTF8 { bytes in
                let count = Int32(clamping: bytes.count)
                sqlite3_bind_blob(statement, 1, bytes.baseAddress, count, nil)
                defer { sqlite3_bind_null(statement, 1) }
                defer { sqlite3_reset(statement) }
                let row = StatementRow(statement)
                var bytes = 0
                while true {
                    let code = sqlite3_step(statement)
                    if code == SQLITE_DONE { return true }
                    guard code == SQLITE_ROW else { throw Self.failure(code, handle) }
                    bytes += try page.append(row)
                    if bytes > bytesMax { return false }
                }
            }
            guard isWhole else { return nil }
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
