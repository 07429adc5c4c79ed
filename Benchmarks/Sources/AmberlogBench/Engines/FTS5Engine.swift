import CSQLite3
import Glibc

/// SQLite's FTS5 by its C API: external content, the unicode61 tokenizer, statements prepared once, the file mapped.
///
/// Session and sequence are packed into the rowid, so that a session is a range of rowids, which FTS5 skips by. The
/// tokenizer doesn't stem, and neither does any other engine's here.
///
/// `@unchecked Sendable`: one caller at a time.
final class FTS5Engine: BlockingSearchingEngine, @unchecked Sendable {
    enum Form: Sendable {
        /// Session, sequence and score.
        case ranked
        /// And the message, with a snippet.
        case messages
    }

    var queries: [SearchQuery] = []
    private let form: Form
    private var database: OpaquePointer!
    private var global: OpaquePointer!
    private var inSession: OpaquePointer!

    init(_ path: String, form: Form) throws {
        self.form = form
        try open(path)
        try execute("PRAGMA mmap_size = 8589934592")
        let columns =
            form == .ranked
            ? "search.rowid, rank FROM search"
            : """
            search.rowid, rank, snippet(search, 0, '', '', '…', 24), role, time, metadata, messages.content
            FROM search JOIN messages ON messages.key = search.rowid
            """
        global = try prepare("SELECT \(columns) WHERE search MATCH ?1 ORDER BY rank LIMIT 10")
        inSession = try prepare(
            "SELECT \(columns) WHERE search MATCH ?1 AND search.rowid BETWEEN ?2 AND ?3 ORDER BY rank LIMIT 10")
    }

    /// For building.
    private init(building path: String) throws {
        form = .ranked
        try Files.makeDirectory(path)
        try open(path)
    }

    private func open(_ path: String) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        if sqlite3_open_v2(path + "/store.db", &database, flags, nil) != SQLITE_OK { throw failure("open") }
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = OFF")
        try execute("PRAGMA cache_size = -262144")
        try execute("PRAGMA temp_store = MEMORY")
    }

    private func failure(_ operation: String) -> EngineError {
        EngineError("fts5: \(operation): \(String(cString: sqlite3_errmsg(database)))")
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

    static func build(_ path: String, _ source: SearchSource) throws -> SearchBuild {
        let engine = try FTS5Engine(building: path)
        let usage = ProcessorTime.now()
        let time = try engine.makeStore(source.corpus)
        let processor = ProcessorTime.now() - usage
        try engine.execute("INSERT INTO search (search) VALUES ('optimize')")
        try engine.execute("ANALYZE")
        try engine.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let bytes = try engine.indexBytes()
        try engine.closeNow()
        return SearchBuild(seconds: time, processorSeconds: processor, indexBytes: bytes)
    }

    /// 100 messages a transaction, in the order of the rowids: FTS5 flushes its memory at each step back.
    private func makeStore(_ corpus: SearchCorpus) throws -> Double {
        try execute(
            """
            CREATE TABLE messages (key INTEGER PRIMARY KEY, role INTEGER NOT NULL, time INTEGER NOT NULL,
                metadata TEXT, content TEXT NOT NULL)
            """)
        try execute(
            """
            CREATE VIRTUAL TABLE search USING fts5(content, content = 'messages', content_rowid = 'key',
                tokenize = 'unicode61')
            """)
        let statements = [
            try prepare("BEGIN"), try prepare("COMMIT"),
            try prepare("INSERT INTO messages (key, role, time, metadata, content) VALUES (?1, ?2, ?3, ?4, ?5)"),
            try prepare("INSERT INTO search (rowid, content) VALUES (?1, ?2)"),
        ]
        defer { for statement in statements { sqlite3_finalize(statement) } }
        let (begin, commit, insert, index) = (statements[0], statements[1], statements[2], statements[3])
        let pool = corpus.pool
        let start = nanoseconds()
        for first in stride(from: 0, to: corpus.count, by: 100) {
            try run(begin)
            for message in first..<min(corpus.count, first + 100) {
                let entry = pool.entries[message]
                let key = Int64(corpus.session(of: message)) << 32 | Int64(corpus.sequence(of: message))
                sqlite3_bind_int64(insert, 1, key)
                sqlite3_bind_int(insert, 2, Int32(entry.role))
                sqlite3_bind_int64(insert, 3, entry.time)
                bind(pool.metadata(message), insert, 4)
                bind(pool.content(message), insert, 5)
                try run(insert)
                sqlite3_bind_int64(index, 1, key)
                bind(pool.content(message), index, 2)
                try run(index)
            }
            try run(commit)
        }
        return Double(nanoseconds() - start) / 1e9
    }

    @inline(__always)
    private func bind(_ bytes: UnsafeRawBufferPointer, _ statement: OpaquePointer, _ number: Int32) {
        sqlite3_bind_text(
            statement, number, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil)
    }

    @inline(__always)
    private func run(_ statement: OpaquePointer) throws {
        let result = sqlite3_step(statement)
        sqlite3_reset(statement)
        if result != SQLITE_DONE { throw failure("import") }
    }

    /// The pages of the tables in which FTS5 keeps its index; `nil` from a library built without DBSTAT.
    private func indexBytes() throws -> Int? {
        guard
            let statement = try? prepare(
                "SELECT SUM(pgsize) FROM dbstat WHERE aggregate = TRUE AND name GLOB 'search_*'")
        else { return nil }
        defer { sqlite3_finalize(statement) }
        if sqlite3_step(statement) != SQLITE_ROW { throw failure("dbstat") }
        return Int(sqlite3_column_int64(statement, 0))
    }

    func search(_ query: SearchQuery) throws -> [RankedMessage] {
        let statement = query.session == nil ? global! : inSession!
        // Quoted, a word is never taken for an operator.
        let text = query.words.map { "\"\($0)\"" }.joined(separator: " \(query.operation.rawValue) ")
        var result = text.withCString { bytes in
            sqlite3_bind_text(statement, 1, bytes, -1, nil)
            if let session = query.session {
                sqlite3_bind_int64(statement, 2, Int64(session) << 32)
                sqlite3_bind_int64(statement, 3, Int64(session + 1) << 32 - 1)
            }
            return sqlite3_step(statement)
        }
        var hits: [RankedMessage] = []
        var page = Page(capacity: form == .messages ? 10 : 0)
        while result == SQLITE_ROW {
            let key = sqlite3_column_int64(statement, 0)
            hits.append(
                RankedMessage(
                    session: UInt32(key >> 32), sequence: UInt32(truncatingIfNeeded: key),
                    score: -sqlite3_column_double(statement, 1)))
            if form == .messages {
                let snippet = String(decoding: column(statement, 2), as: UTF8.self)
                if snippet.isEmpty { throw failure("no snippet") }
                page.append(
                    sequence: UInt64(hits[hits.count - 1].sequence),
                    role: UInt8(truncatingIfNeeded: sqlite3_column_int(statement, 3)),
                    time: sqlite3_column_int64(statement, 4), metadata: column(statement, 5),
                    content: column(statement, 6))
            }
            result = sqlite3_step(statement)
        }
        sqlite3_reset(statement)
        if result != SQLITE_DONE { throw failure("search") }
        return hits
    }

    @inline(__always)
    private func column(_ statement: OpaquePointer, _ number: Int32) -> UnsafeRawBufferPointer {
        let bytes = sqlite3_column_text(statement, number)
        return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, number)))
    }

    func closeNow() throws {
        sqlite3_finalize(global)
        sqlite3_finalize(inSession)
        if sqlite3_close(database) != SQLITE_OK { throw failure("close") }
    }
}

extension SearchingEngineKind {
    static let fts5 = SearchingEngineKind(
        name: "fts5", family: .sqlite, build: { try FTS5Engine.build($0, $1) },
        open: { try FTS5Engine($0, form: .ranked) })

    static let fts5Messages = SearchingEngineKind(
        name: "fts5-messages", storeName: "fts5", family: .sqlite, build: { try FTS5Engine.build($0, $1) },
        open: { try FTS5Engine($0, form: .messages) })
}
