package import AgentMemory

#if SQLite
    internal import ForeignStores
    internal import GRDBSQLite

    /// A new database that `SQLiteSession` of openai-agents opens.
    ///
    /// Calls block. `@unchecked Sendable`: one thread after another uses it, never two at once.
    package final class AgentsDatabase: @unchecked Sendable {
        /// As the library makes them, with the names that it gives them unless it is told others.
        private static let schema = """
            CREATE TABLE agent_sessions (
                session_id TEXT PRIMARY KEY,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
            );
            CREATE TABLE agent_messages (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id TEXT NOT NULL,
                message_data TEXT NOT NULL,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                FOREIGN KEY (session_id) REFERENCES agent_sessions (session_id) ON DELETE CASCADE
            );
            CREATE INDEX idx_agent_messages_session_id ON agent_messages (session_id, id);
            """

        private let path: String
        private let connection: OpaquePointer
        private var session: OpaquePointer?
        private var message: OpaquePointer?

        /// Makes the file, which must not be there yet. Until ``finish()`` nothing of it is durable.
        package init(_ path: String) throws(MemoryError) {
            self.path = path
            var opened: OpaquePointer?
            let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            let code = sqlite3_open_v2(path, &opened, flags, nil)
            guard let opened else {
                throw MemoryError(.inputOutput, "SQLite has no memory to open the database", at: .init(file: path))
            }
            connection = opened
            guard code == SQLITE_OK else {
                defer { sqlite3_close_v2(opened) }
                throw SQLiteFile.error(opened, path)
            }
            // The file gets its name when it is complete: a torn one is nobody's.
            try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN")
            try execute(Self.schema)
            session = try prepare("INSERT INTO agent_sessions VALUES (?, ?, ?)")
            message = try prepare("INSERT INTO agent_messages (session_id, message_data, created_at) VALUES (?, ?, ?)")
        }

        deinit {
            close()
        }

        package func add(_ info: SessionInfo) throws(MemoryError) {
            try insert(session, [info.id, Self.text(info.createdAt), Self.text(info.updatedAt)])
        }

        package func add(_ messages: [Message], to session: String) throws(MemoryError) {
            for said in messages {
                for item in ResponsesExport.items(of: said) {
                    try insert(message, [session, item.serializedText, Self.text(said.timestamp)])
                }
            }
        }

        /// Writes what is left, and lets the file go.
        package func finish() throws(MemoryError) {
            try execute("COMMIT")
            close()
        }

        private func close() {
            sqlite3_finalize(session)
            sqlite3_finalize(message)
            if session != nil { sqlite3_close_v2(connection) }
            (session, message) = (nil, nil)
        }

        /// A moment as CURRENT_TIMESTAMP writes it: in UTC, to the second.
        private static func text(_ time: Timestamp) -> String {
            String(time.description.prefix(19)).replacing("T", with: " ")
        }

        private func prepare(_ sql: String) throws(MemoryError) -> OpaquePointer? {
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
                throw SQLiteFile.error(connection, path)
            }
            return statement
        }

        private func insert(_ statement: OpaquePointer?, _ values: [String]) throws(MemoryError) {
            // SQLite takes a copy of what is bound.
            let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            for (index, value) in values.enumerated() {
                let count = Int32(clamping: value.utf8.count)
                guard sqlite3_bind_text(statement, Int32(index + 1), value, count, copied) == SQLITE_OK else {
                    throw SQLiteFile.error(connection, path)
                }
            }
            guard sqlite3_step(statement) == SQLITE_DONE else { throw SQLiteFile.error(connection, path) }
            sqlite3_reset(statement)
        }

        private func execute(_ sql: String) throws(MemoryError) {
            guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
                throw SQLiteFile.error(connection, path)
            }
        }
    }
#else
    /// What this build can't make.
    package final class AgentsDatabase: Sendable {
        package init(_ path: String) throws(MemoryError) {
            throw MemoryError(
                .unsupported,
                "This build writes no SQLite databases: build amberlog with the trait SQLite "
                    + "(swift build --traits SQLite)")
        }

        package func add(_ info: SessionInfo) throws(MemoryError) {}
        package func add(_ messages: [Message], to session: String) throws(MemoryError) {}
        package func finish() throws(MemoryError) {}
    }
#endif
