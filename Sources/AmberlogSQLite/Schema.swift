#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// The tables of a backend: made where there are none, brought up to date where they are older, refused where they
    /// are newer or someone else's.
    ///
    /// A table of its own says which version there is, and that it is ours. `user_version` belongs to the whole file,
    /// which may be another program's, and may hold several backends.
    struct Schema {
        private static let format = "amberlog"

        let db: Database
        let names: TableNames

        /// Version n comes out of the first n steps.
        private var steps: [() throws -> Void] { [makeFirstVersion] }

        /// To be called in a transaction of its own.
        func prepare() throws {
            let version = try foundVersion()
            guard version <= steps.count else {
                throw MemoryError(
                    .unsupportedFormat,
                    "The tables of \(names.table) have version \(version), and this is made for \(steps.count)")
            }
            guard version < steps.count else { return }
            for step in steps[version...] { try step() }
            try db.execute(sql: "UPDATE \(names.schema) SET version = ?", arguments: [steps.count])
        }

        /// 0 where there is nothing yet.
        private func foundVersion() throws -> Int {
            let row: Row?
            do {
                row = try Row.fetchOne(db, sql: "SELECT format, version FROM \(names.schema)")
            } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
                // No such table, or one with other columns.
                for name in names.allNames where try isTaken(name) { throw foreign(name) }
                return 0
            }
            guard let row, row[0] as DatabaseValue == Self.format.databaseValue,
                case .int64(let version) = (row[1] as DatabaseValue).storage, version >= 1
            else { throw foreign(names.schemaName) }
            return Int(clamping: version)
        }

        private func isTaken(_ name: String) throws -> Bool {
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE)", arguments: [name])
                ?? false
        }

        private func foreign(_ name: String) -> MemoryError {
            MemoryError(
                .notAStore,
                "The database has a table or an index \(name) that belongs to something else; choose another name")
        }

        private func makeFirstVersion() throws {
            // Numbers that are never used twice: what the search index may still hold of a message that is gone can't
            // be taken for another's.
            try db.execute(
                sql: """
                    CREATE TABLE \(names.schema) (format TEXT NOT NULL, version INTEGER NOT NULL);
                    INSERT INTO \(names.schema) VALUES ('\(Self.format)', 1);
                    CREATE TABLE \(names.sessions) (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        session_id TEXT NOT NULL UNIQUE,
                        created_at INTEGER NOT NULL,
                        updated_at INTEGER NOT NULL,
                        expires_at INTEGER,
                        own_time_to_live INTEGER,
                        last_sequence INTEGER NOT NULL,
                        message_count INTEGER NOT NULL,
                        byte_count INTEGER NOT NULL,
                        metadata TEXT,
                        origin TEXT
                    );
                    CREATE INDEX \(names.sessionsByUpdate) ON \(names.sessions) (updated_at DESC, session_id);
                    CREATE INDEX \(names.sessionsBySize) ON \(names.sessions) (byte_count DESC, session_id);
                    CREATE INDEX \(names.sessionsByExpiry) ON \(names.sessions) (expires_at)
                        WHERE expires_at IS NOT NULL;
                    CREATE TABLE \(names.messages) (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        session INTEGER NOT NULL,
                        sequence INTEGER NOT NULL,
                        role TEXT NOT NULL,
                        content TEXT NOT NULL,
                        timestamp INTEGER NOT NULL,
                        metadata TEXT,
                        id TEXT
                    );
                    CREATE UNIQUE INDEX \(names.messagesByPlace) ON \(names.messages) (session, sequence);
                    CREATE TABLE \(names.ids) (
                        session INTEGER NOT NULL,
                        id TEXT NOT NULL,
                        sequence INTEGER NOT NULL,
                        PRIMARY KEY (session, id)
                    ) WITHOUT ROWID;
                    CREATE INDEX \(names.idsByPlace) ON \(names.ids) (session, sequence);
                    CREATE VIRTUAL TABLE \(names.search) USING fts5 (
                        session, text, content = '',
                        tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'"
                    );
                    CREATE VIEW \(names.view) AS
                        SELECT sessions.session_id, sequence, role, content, timestamp, messages.metadata, id
                        FROM \(names.messages) AS messages
                        JOIN \(names.sessions) AS sessions ON sessions.number = messages.session;
                    """)
        }
    }
#endif
