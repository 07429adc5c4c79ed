import CSQLite3
import Glibc

/// SQLite by its C API, with the statements of `SQLiteBackend`.
///
/// `@unchecked Sendable`: one caller at a time.
final class SQLiteClient: TurnClient, @unchecked Sendable {
    /// IMPORTANT: to be kept as Sources/AmberlogSQLite has them (Saving, SessionTable, MessageTable, SearchIndex).
    private enum SQL {
        static let begin = "BEGIN IMMEDIATE TRANSACTION"
        static let commit = "COMMIT TRANSACTION"

        static func expired(_ table: String) -> String {
            "SELECT \(columns(table)) FROM \"\(table)_sessions\" AS sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT 1"
        }

        static func find(_ table: String) -> String {
            "SELECT \(columns(table)) FROM \"\(table)_sessions\" AS sessions WHERE session_id = CAST(? AS TEXT)"
        }

        private static func columns(_ table: String) -> String {
            """
            number, session_id, created_at, updated_at, expires_at, last_sequence, message_count, byte_count, \
            (SELECT min(sequence) FROM "\(table)_messages" AS messages WHERE session = sessions.number), \
            own_time_to_live
            """
        }

        static func insertSession(_ table: String) -> String {
            """
            INSERT INTO "\(table)_sessions"
            (session_id, created_at, updated_at, last_sequence, message_count, byte_count)
            VALUES (CAST(? AS TEXT), ?, ?, 0, 0, 0)
            """
        }

        static func insertMessage(_ table: String) -> String {
            """
            INSERT INTO "\(table)_messages" (session, sequence, role, content, timestamp, metadata, id)
            VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT))
            """
        }

        static func insertWords(_ table: String) -> String {
            "INSERT INTO \"\(table)_search\" (rowid, session, text) VALUES (?, ?, ?)"
        }

        static func update(_ table: String) -> String {
            """
            UPDATE "\(table)_sessions" SET updated_at = ?, expires_at = ?, last_sequence = ?, message_count = ?,
            byte_count = ? WHERE number = ?
            """
        }

        static func newest(_ table: String) -> String {
            """
            SELECT sequence, role, content, timestamp, metadata, id FROM "\(table)_messages" WHERE session =
            (SELECT number FROM "\(table)_sessions"
            WHERE session_id = CAST(? AS TEXT) AND (expires_at IS NULL OR expires_at > ?))
            AND sequence <= ? ORDER BY sequence DESC LIMIT ?
            """
        }
    }

    private struct Session {
        var number: Int64
        var lastSequence: Int64 = 0
        var messageCount: Int64 = 0
        var byteCount: Int64 = 0
    }

    private var database: OpaquePointer!
    private var statements: [OpaquePointer] = []
    private var begin, commit, expired, find, insertSession, insertMessage, insertWords, update, newest: OpaquePointer!
    private var words: [UInt8] = []

    /// - Parameter table: What the adapter was given when it made the file.
    init(_ path: String, table: String) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        if sqlite3_open_v2(path, &database, flags, nil) != SQLITE_OK { throw failure("open") }
        sqlite3_busy_timeout(database, 60_000)
        for pragma in ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"] {
            if sqlite3_exec(database, "PRAGMA \(pragma)", nil, nil, nil) != SQLITE_OK { throw failure(pragma) }
        }
        begin = try prepare(SQL.begin)
        commit = try prepare(SQL.commit)
        expired = try prepare(SQL.expired(table))
        find = try prepare(SQL.find(table))
        insertSession = try prepare(SQL.insertSession(table))
        insertMessage = try prepare(SQL.insertMessage(table))
        insertWords = try prepare(SQL.insertWords(table))
        update = try prepare(SQL.update(table))
        newest = try prepare(SQL.newest(table))
    }

    private func failure(_ operation: String) -> EngineError {
        EngineError("sqlite client: \(operation): \(String(cString: sqlite3_errmsg(database)))")
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard result == SQLITE_OK, let statement else { throw failure(sql) }
        statements.append(statement)
        return statement
    }

    @inline(__always)
    private func bind(_ statement: OpaquePointer, _ place: Int32, _ bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(statement, place, bytes.baseAddress, Int32(bytes.count), nil)
    }

    @inline(__always)
    private func run(_ statement: OpaquePointer, _ operation: StaticString) throws {
        let result = sqlite3_step(statement)
        sqlite3_reset(statement)
        if result != SQLITE_DONE { throw failure("\(operation)") }
    }

    // MARK: Saving

    func save(_ pool: MessagePool, _ messages: Range<Int>, to id: String) throws -> UInt64 {
        try run(begin, "begin")
        do {
            let last = try append(pool, messages, to: id)
            try run(commit, "commit")
            return last
        } catch {
            sqlite3_exec(database, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    private func append(_ pool: MessagePool, _ messages: Range<Int>, to id: String) throws -> UInt64 {
        let now = Self.now()
        sqlite3_bind_int64(expired, 1, now)
        try run(expired, "expired")
        var session = try found(id) ?? inserted(id, now)
        for index in messages {
            let entry = pool.entries[index]
            let (content, metadata) = (pool.content(index), pool.metadata(index))
            let role: StaticString = entry.role == 1 ? "user" : "assistant"
            session.lastSequence += 1
            sqlite3_bind_int64(insertMessage, 1, session.number)
            sqlite3_bind_int64(insertMessage, 2, session.lastSequence)
            bind(insertMessage, 3, UnsafeRawBufferPointer(start: role.utf8Start, count: role.utf8CodeUnitCount))
            bind(insertMessage, 4, content)
            sqlite3_bind_int64(insertMessage, 5, entry.time)
            bind(insertMessage, 6, metadata)
            sqlite3_bind_null(insertMessage, 7)
            try run(insertMessage, "insert a message")
            let number = sqlite3_last_insert_rowid(database)
            words.removeAll(keepingCapacity: true)
            PlainWords.append(content, to: &words)
            sqlite3_bind_int64(insertWords, 1, number)
            sqlite3_bind_int64(insertWords, 2, session.number)
            try words.withUnsafeBytes { words in
                sqlite3_bind_text(
                    insertWords, 3, words.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(words.count), nil)
                try run(insertWords, "insert words")
            }
            session.messageCount += 1
            session.byteCount += Int64(role.utf8CodeUnitCount + content.count + metadata.count)
        }
        sqlite3_bind_int64(update, 1, now)
        sqlite3_bind_null(update, 2)
        sqlite3_bind_int64(update, 3, session.lastSequence)
        sqlite3_bind_int64(update, 4, session.messageCount)
        sqlite3_bind_int64(update, 5, session.byteCount)
        sqlite3_bind_int64(update, 6, session.number)
        try run(update, "update a session")
        return UInt64(session.lastSequence)
    }

    private func found(_ id: String) throws -> Session? {
        defer { sqlite3_reset(find) }
        switch step(find, id) {
        case SQLITE_ROW:
            return Session(
                number: sqlite3_column_int64(find, 0), lastSequence: sqlite3_column_int64(find, 5),
                messageCount: sqlite3_column_int64(find, 6), byteCount: sqlite3_column_int64(find, 7))
        case SQLITE_DONE: return nil
        default: throw failure("find a session")
        }
    }

    private func inserted(_ id: String, _ now: Int64) throws -> Session {
        sqlite3_bind_int64(insertSession, 2, now)
        sqlite3_bind_int64(insertSession, 3, now)
        defer { sqlite3_reset(insertSession) }
        guard step(insertSession, id) == SQLITE_DONE else { throw failure("insert a session") }
        return Session(number: sqlite3_last_insert_rowid(database))
    }

    /// The first step of a statement whose first value is an id.
    @inline(__always)
    private func step(_ statement: OpaquePointer, _ id: String) -> Int32 {
        var id = id
        return id.withUTF8 { id in
            bind(statement, 1, UnsafeRawBufferPointer(id))
            return sqlite3_step(statement)
        }
    }

    // MARK: Loading

    @inline(__always)
    private func column(_ number: Int32) -> UnsafeRawBufferPointer {
        let bytes = sqlite3_column_blob(newest, number)
        return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(newest, number)))
    }

    func load(_ session: String, limit: Int) throws -> ClientPage {
        var page = ClientPage(capacity: limit)
        sqlite3_bind_int64(newest, 2, Self.now())
        sqlite3_bind_int64(newest, 3, .max)
        sqlite3_bind_int64(newest, 4, Int64(limit))
        defer { sqlite3_reset(newest) }
        // The id is bound without a copy, and the statement looks at it again with each step.
        var session = session
        try session.withUTF8 { id in
            bind(newest, 1, UnsafeRawBufferPointer(id))
            while true {
                let result = sqlite3_step(newest)
                if result == SQLITE_DONE { return }
                guard result == SQLITE_ROW else { throw failure("load") }
                page.append(
                    sequence: UInt64(sqlite3_column_int64(newest, 0)), time: sqlite3_column_int64(newest, 3),
                    role: column(1), content: column(2), metadata: column(4))
            }
        }
        page.messages.reverse()
        return page
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    func close() {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }
}
