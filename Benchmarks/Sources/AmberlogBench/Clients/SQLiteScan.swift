import CSQLite3

/// All messages of a file that `SQLiteBackend` has made, by the C API: one statement, in the order of the primary key.
struct SQLiteScan {
    private let path: String

    init(_ path: String) { self.path = path }

    /// - Returns: How many there are. Each was made, and let go of.
    func run() throws -> Int {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let sql = """
            SELECT session, sequence, role, content, timestamp, metadata, id FROM conversations_messages
                ORDER BY session, sequence
            """
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK,
            sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK
        else { throw failure(database) }
        func column(_ number: Int32) -> UnsafeRawBufferPointer {
            let bytes = sqlite3_column_blob(statement, number)
            return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, number)))
        }
        var count = 0
        var page = ClientPage(capacity: 100)
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { return count }
            guard result == SQLITE_ROW else { throw failure(database) }
            page.append(
                sequence: UInt64(sqlite3_column_int64(statement, 1)), time: sqlite3_column_int64(statement, 4),
                role: column(2), content: column(3), metadata: column(5))
            count += 1
            if page.messages.count == 100 { page = ClientPage(capacity: 100) }
        }
    }

    private func failure(_ database: OpaquePointer?) -> EngineError {
        EngineError("sqlite scan: \(database.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory")")
    }
}
