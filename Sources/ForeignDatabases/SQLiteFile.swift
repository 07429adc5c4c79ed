#if SQLite
    package import AgentMemory
    package import ForeignStores
    internal import GRDBSQLite

    /// An SQLite database of another library, opened to be read: nothing in it or beside it is written.
    ///
    /// ```swift
    /// let file = try SQLiteFile("conversations.db")
    /// try file.begin(TableQuery("message_store", "SELECT * FROM message_store ORDER BY session_id, id"))
    /// while let row = try file.next() { … }
    /// ```
    ///
    /// All that is read is one state of the database, also while others write to it. Rows come one by one: it takes the
    /// memory of the largest. Calls block.
    ///
    /// `@unchecked Sendable`: one thread after another uses it, never two at once.
    package final class SQLiteFile: ForeignDatabase, @unchecked Sendable {
        /// So long another program that keeps the database locked is waited for.
        private static let busyTimeout_ms: Int32 = 5000
        /// Rows are bound to be sorted by the database; what that takes beyond this lies in a temporary file.
        private static let sorterCache_KiB = 16 << 10

        private let path: String
        private let access: SQLiteAccess
        private let connection: OpaquePointer
        private var statement: OpaquePointer?
        private var query = TableQuery("", "")
        private var columns: [String] = []
        private var rows = 0

        /// Opens the database.
        ///
        /// - Throws: ``MemoryError/Code/inputOutput`` for what can't be opened, ``MemoryError/Code/damaged`` for what is
        ///   no database, ``MemoryError/Code/locked`` if another program keeps it locked.
        package init(_ path: String) throws(MemoryError) {
            self.path = path
            access = try SQLiteAccess(path)
            var opened: OpaquePointer?
            let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
            let code = sqlite3_open_v2(access.uri, &opened, flags, nil)
            guard let opened else {
                throw MemoryError(.inputOutput, "SQLite has no memory to open the database", at: .init(file: path))
            }
            connection = opened
            guard code == SQLITE_OK else {
                defer { sqlite3_close_v2(opened) }
                throw Self.error(opened, path)
            }
            sqlite3_busy_timeout(opened, Self.busyTimeout_ms)
            // First of all: other statements look into the file already.
            if access.isExclusive { try execute("PRAGMA locking_mode = EXCLUSIVE") }
            try execute(
                "PRAGMA query_only = ON; PRAGMA temp_store = FILE; PRAGMA trusted_schema = OFF; "
                    + "PRAGMA mmap_size = 0; PRAGMA cache_size = -\(Self.sorterCache_KiB)")
            // The first read fixes the state that all others see.
            try execute("BEGIN; SELECT count(*) FROM sqlite_master")
        }

        deinit {
            sqlite3_finalize(statement)
            sqlite3_close_v2(connection)
        }

        /// Its tables and their columns.
        package func shape() throws(MemoryError) -> DatabaseShape {
            var shape = DatabaseShape(tables: [:])
            try begin(
                TableQuery(
                    "sqlite_master",
                    "SELECT m.name AS id, c.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                        + "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"))
            while let next = try next() {
                guard case .row(let row, _) = next, let table = row.text("id"), let column = row.text("name") else {
                    continue
                }
                shape.tables[table, default: []].insert(column)
            }
            return shape
        }

        /// Asks; ``next()`` gives the rows. What is left of an earlier answer is dropped.
        package func begin(_ query: TableQuery) throws(MemoryError) {
            sqlite3_finalize(statement)
            (statement, self.query, rows) = (nil, query, 0)
            guard sqlite3_prepare_v2(connection, query.sql, -1, &statement, nil) == SQLITE_OK, let statement else {
                throw error()
            }
            for (index, argument) in query.arguments.enumerated() {
                try bind(argument, at: Int32(index + 1), statement)
            }
            columns = (0..<sqlite3_column_count(statement)).map { index in
                sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
            }
        }

        /// The next row; `nil` behind the last.
        ///
        /// - Throws: What the file has that is no database: damage, or another program's changes where nothing could
        ///   keep it from making some.
        package func next() throws(MemoryError) -> DatabaseRow? {
            guard let statement else { return nil }
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows += 1
                return row(statement)
            case SQLITE_DONE:
                sqlite3_finalize(statement)
                self.statement = nil
                try access.checkUnchanged()
                return nil
            default: throw error()
            }
        }

        // MARK: Values

        private func row(_ statement: OpaquePointer) -> DatabaseRow {
            var values: [String: ForeignRow.Value] = [:]
            var bytes = 0
            for (index, column) in columns.enumerated() {
                let value = Self.value(statement, Int32(index))
                bytes += value.bytes
                values[column] = value.value
            }
            let name = values[query.rowName].flatMap(Self.text) ?? "\(rows)"
            let place = ForeignPlace(file: path, record: "row \(name) of \(query.table)")
            guard bytes <= ReadingLimits.recordBytes else {
                return .refusal(ForeignRefusal(place, "It is longer than this can read"))
            }
            return .row(ForeignRow(place: place, columns: values), bytes: bytes)
        }

        /// A column's value, and the bytes that it takes. Of what is too long, only that.
        private static func value(
            _ statement: OpaquePointer, _ index: Int32
        ) -> (value: ForeignRow.Value, bytes: Int) {
            switch sqlite3_column_type(statement, index) {
            case SQLITE_INTEGER: return (.integer(sqlite3_column_int64(statement, index)), 8)
            case SQLITE_FLOAT: return (.double(sqlite3_column_double(statement, index)), 8)
            case SQLITE_NULL: return (.null, 0)
            case let type:
                // The pointer first: asked for it, SQLite may convert the value, and only then knows the length.
                let start = sqlite3_column_blob(statement, index)
                let count = Int(sqlite3_column_bytes(statement, index))
                if count > ReadingLimits.recordBytes { return (.null, count) }
                let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
                if type == SQLITE_TEXT, let text = String(validating: bytes, as: UTF8.self) {
                    return (.text(text), count)
                }
                return (.bytes(Array(bytes)), count)
            }
        }

        private static func text(_ value: ForeignRow.Value) -> String? {
            switch value {
            case .integer(let number): String(number)
            case .text(let text): String(text.prefix(128))
            default: nil
            }
        }

        private func bind(
            _ value: ForeignRow.Value, at index: Int32, _ statement: OpaquePointer
        ) throws(MemoryError) {
            // SQLite takes a copy of what is bound.
            let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, index)
                case .integer(let number): sqlite3_bind_int64(statement, index, number)
                case .double(let number): sqlite3_bind_double(statement, index, number)
                case .text(let text):
                    sqlite3_bind_text(statement, index, text, Int32(clamping: text.utf8.count), copied)
                case .bytes(let bytes): sqlite3_bind_blob(statement, index, bytes, Int32(clamping: bytes.count), copied)
                case .time(let time): sqlite3_bind_text(statement, index, time.description, -1, copied)
                }
            guard code == SQLITE_OK else { throw error() }
        }

        // MARK: Statements

        private func execute(_ sql: String) throws(MemoryError) {
            guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw error() }
        }

        private func error() -> MemoryError { Self.error(connection, path) }

        static func error(_ connection: OpaquePointer, _ path: String) -> MemoryError {
            let number = sqlite3_extended_errcode(connection)
            let reason = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "unknown error"
            // SQLITE_READONLY_ROLLBACK, which is a macro that Swift doesn't have.
            if number == SQLITE_READONLY | 3 << 8 {
                return MemoryError(
                    .locked,
                    "A transaction in this database was interrupted (there is a journal beside it): "
                        + "let the program that it belongs to open it once",
                    at: .init(file: path), retry: .later)
            }
            let code: MemoryError.Code
            let retry: MemoryError.Retry
            switch number & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY: (code, retry) = (.locked, .later)
            case SQLITE_CORRUPT, SQLITE_NOTADB: (code, retry) = (.damaged, .never)
            case SQLITE_TOOBIG: (code, retry) = (.tooLarge, .never)
            case SQLITE_FULL: (code, retry) = (.noSpace, .later)
            case SQLITE_NOMEM: (code, retry) = (.inputOutput, .later)
            default: (code, retry) = (.inputOutput, .never)
            }
            return MemoryError(code, "SQLite: \(reason) (code \(number))", at: .init(file: path), retry: retry)
        }
    }
#else
    package import AgentMemory
    package import ForeignStores

    /// What this build can't open.
    package final class SQLiteFile: ForeignDatabase {
        package init(_ path: String) throws(MemoryError) {
            throw MemoryError(
                .unsupported,
                "This is an SQLite database, and this build reads none: build amberlog with the trait SQLite "
                    + "(swift build --traits SQLite)",
                at: .init(file: path))
        }

        package func shape() throws(MemoryError) -> DatabaseShape { DatabaseShape(tables: [:]) }
        package func begin(_ query: TableQuery) throws(MemoryError) {}
        package func next() throws(MemoryError) -> DatabaseRow? { nil }
    }
#endif
