import CSQLite3
import Glibc

/// SQLite by its C API: WAL, exclusive locking, 256 MB of cache, prepared statements, text bound without a copy.
///
/// `@unchecked Sendable`: one caller at a time.
final class SQLiteEngine: BlockingEngine, @unchecked Sendable {
    enum Layout: Sendable {
        /// Rows in the order of their arrival, and an index on (session, sequence).
        case indexed
        /// Session and sequence packed into the rowid: one B-tree, a session's rows side by side.
        case packed
        /// A table without rowids, its primary key (session, sequence).
        case withoutRowid
    }

    private let path: String
    private let layout: Layout
    private var database: OpaquePointer!
    private var begin: OpaquePointer!
    private var commit: OpaquePointer!
    private var insert: OpaquePointer!
    private var newest: OpaquePointer!
    private var delete: OpaquePointer!
    /// Adds to the index of FTS5, where there is one.
    private var indexing: OpaquePointer?
    private var buffer: [UInt8] = Array(repeating: 0, count: 2 << 20)

    /// - Parameter isSearchable: With an index of FTS5 over the contents, external content, kept up in the same
    ///   transaction.
    init(
        _ path: String, _ mode: OpenMode, layout: Layout, bufferedAs buffered: String, isSearchable: Bool = false
    ) throws {
        self.path = path
        self.layout = layout
        try Files.makeDirectory(path)
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        if sqlite3_open_v2(path + "/store.db", &database, flags, nil) != SQLITE_OK { throw failure("open") }
        try execute("PRAGMA locking_mode = EXCLUSIVE")
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = \(mode.durability == .synced ? "FULL" : buffered)")
        try execute("PRAGMA cache_size = -262144")
        try execute("PRAGMA temp_store = MEMORY")
        if mode.forReading { try execute("PRAGMA mmap_size = 8589934592") }
        try makeTable()
        if isSearchable {
            try execute(
                """
                CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(content, content = 'messages',
                    content_rowid = 'id', tokenize = 'unicode61')
                """)
            indexing = try prepare("INSERT INTO search (rowid, content) VALUES (last_insert_rowid(), ?1)")
        }
        begin = try prepare("BEGIN IMMEDIATE")
        commit = try prepare("COMMIT")
        let order = "ORDER BY key DESC LIMIT ?3"
        switch layout {
        case .packed:
            insert = try prepare(
                "INSERT INTO messages (key, role, time, metadata, content) VALUES (?1, ?2, ?3, ?4, ?5)")
            newest = try prepare(
                "SELECT key, role, time, metadata, content FROM messages WHERE key >= ?1 AND key < ?2 \(order)")
            delete = try prepare("DELETE FROM messages WHERE key >= ?1 AND key < ?2")
        case .indexed, .withoutRowid:
            insert = try prepare(
                "INSERT INTO messages (session, sequence, role, time, metadata, content) VALUES (?6, ?1, ?2, ?3, ?4, ?5)"
            )
            newest = try prepare(
                """
                SELECT sequence, role, time, metadata, content FROM messages WHERE session = ?1
                ORDER BY sequence DESC LIMIT ?3
                """)
            delete = try prepare("DELETE FROM messages WHERE session = ?1")
        }
    }

    private func makeTable() throws {
        let columns = "role INTEGER NOT NULL, time INTEGER NOT NULL, metadata TEXT, content TEXT NOT NULL"
        switch layout {
        case .packed:
            try execute("CREATE TABLE IF NOT EXISTS messages (key INTEGER PRIMARY KEY, \(columns))")
        case .indexed:
            try execute(
                """
                CREATE TABLE IF NOT EXISTS messages (
                    id INTEGER PRIMARY KEY, session INTEGER NOT NULL, sequence INTEGER NOT NULL, \(columns))
                """)
            try execute("CREATE UNIQUE INDEX IF NOT EXISTS by_session ON messages (session, sequence)")
        case .withoutRowid:
            try execute(
                """
                CREATE TABLE IF NOT EXISTS messages (
                    session INTEGER NOT NULL, sequence INTEGER NOT NULL, \(columns),
                    PRIMARY KEY (session, sequence)) WITHOUT ROWID
                """)
        }
    }

    private func failure(_ operation: String) -> EngineError {
        EngineError("sqlite: \(operation): \(String(cString: sqlite3_errmsg(database)))")
    }

    private func execute(_ sql: String) throws {
        if sqlite3_exec(database, sql, nil, nil, nil) != SQLITE_OK { throw failure(sql) }
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        if result != SQLITE_OK { throw failure(sql) }
        return statement!
    }

    @inline(__always)
    private func run(_ statement: OpaquePointer, _ operation: StaticString) throws {
        let result = sqlite3_step(statement)
        sqlite3_reset(statement)
        if result != SQLITE_DONE { throw failure("\(operation)") }
    }

    @inline(__always)
    private func insertMessages(_ plan: Plan, _ save: Plan.Save) throws {
        let pool = plan.pool
        var sequence = Int64(save.sequence)
        for index in plan.messages(of: save) {
            let entry = pool.entries[index]
            let content = pool.content(index)
            let metadata = pool.metadata(index)
            if layout == .packed {
                sqlite3_bind_int64(insert, 1, Int64(save.session) << 32 | sequence)
            } else {
                sqlite3_bind_int64(insert, 1, sequence)
                sqlite3_bind_int64(insert, 6, Int64(save.session))
            }
            sqlite3_bind_int(insert, 2, Int32(entry.role))
            sqlite3_bind_int64(insert, 3, entry.time)
            sqlite3_bind_text(
                insert, 4, metadata.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(metadata.count), nil)
            sqlite3_bind_text(
                insert, 5, content.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(content.count), nil)
            try run(insert, "insert")
            if let indexing {
                sqlite3_bind_text(
                    indexing, 1, content.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(content.count), nil)
                try run(indexing, "index")
            }
            sequence += 1
        }
    }

    func save(_ plan: Plan, _ save: Plan.Save, caller: Int) throws {
        try run(begin, "begin")
        try insertMessages(plan, save)
        try run(commit, "commit")
    }

    func saveGroup(_ plan: Plan, _ saves: ArraySlice<Plan.Save>) throws {
        try run(begin, "begin")
        for save in saves { try insertMessages(plan, save) }
        try run(commit, "commit")
    }

    @inline(__always)
    private func column(_ number: Int32) -> UnsafeRawBufferPointer {
        let bytes = sqlite3_column_text(newest, number)
        return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(newest, number)))
    }

    func load(_ session: UInt32, limit: Int, _ form: LoadForm) throws -> LoadTotal {
        if layout == .packed {
            sqlite3_bind_int64(newest, 1, Int64(session) << 32)
            sqlite3_bind_int64(newest, 2, Int64(session + 1) << 32)
        } else {
            sqlite3_bind_int64(newest, 1, Int64(session))
        }
        sqlite3_bind_int64(newest, 3, Int64(limit))
        var page = Page(capacity: form == .decoded ? limit : 0)
        var total = LoadTotal()
        var position = 0
        var result = sqlite3_step(newest)
        while result == SQLITE_ROW {
            let metadata = column(3)
            let content = column(4)
            switch form {
            case .decoded:
                page.append(
                    sequence: UInt64(sqlite3_column_int64(newest, 0) & 0xFFFF_FFFF),
                    role: UInt8(truncatingIfNeeded: sqlite3_column_int(newest, 1)),
                    time: sqlite3_column_int64(newest, 2), metadata: metadata, content: content)
            case .undecoded:
                buffer.withUnsafeMutableBytes { buffer in
                    memcpy(buffer.baseAddress! + position, metadata.baseAddress!, metadata.count)
                    memcpy(buffer.baseAddress! + position + metadata.count, content.baseAddress!, content.count)
                }
                position += metadata.count + content.count
                total.messages += 1
            }
            result = sqlite3_step(newest)
        }
        sqlite3_reset(newest)
        if result != SQLITE_DONE { throw failure("select") }
        if form == .undecoded {
            total.contentBytes = position
            return total
        }
        page.messages.reverse()
        return page.total
    }

    func clear(_ session: UInt32) throws {
        if layout == .packed {
            sqlite3_bind_int64(delete, 1, Int64(session) << 32)
            sqlite3_bind_int64(delete, 2, Int64(session + 1) << 32)
        } else {
            sqlite3_bind_int64(delete, 1, Int64(session))
        }
        try run(delete, "delete")
    }

    func settleNow() throws {
        try execute("ANALYZE")
        try reclaimSpace()
    }

    func reclaimSpace() throws {
        try execute("VACUUM")
        try execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    func closeNow() throws {
        for statement in [begin, commit, insert, newest, delete, indexing] { sqlite3_finalize(statement) }
        if sqlite3_close(database) != SQLITE_OK { throw failure("close") }
    }
}
