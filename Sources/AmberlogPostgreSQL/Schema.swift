#if PostgreSQL
    internal import AgentMemory

    /// The tables of a backend: made where there are none, brought up to date where they are older, refused where they
    /// are newer or someone else's.
    ///
    /// A table of its own says which version there is, and that it is ours: the schema may be another program's, and may
    /// hold several backends.
    struct Schema {
        private static let format = "amberlog"
        /// What has to be done once may take longer than a statement of every day.
        private static let time = Duration.seconds(1800)

        let connection: Connection
        let names: TableNames
        let searchEnabled: Bool

        /// Version n comes out of the first n steps.
        private var steps: [String] { [firstVersion] }

        /// Brings everything up to date.
        func prepare() throws {
            try checkServer()
            if try foundVersion() == steps.count, try !searchEnabled || hasSearchIndex() { return }
            try connection.with(timeout: Self.time) {
                try connection.run("BEGIN; SET LOCAL statement_timeout TO \(ConnectionPool.milliseconds(Self.time))")
                // Of several that find the same, one does it and the others wait.
                var key = Parameters()
                key.literal("amberlog \(names.schema).\(names.view)")
                _ = try connection.run(
                    Statement("", "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))"), key)
                let version = try foundVersion()
                do {
                    for step in steps[version...] { try connection.run(step) }
                    if searchEnabled, try !hasSearchIndex() { try connection.run(searchIndex) }
                } catch let failure as ConnectionFailure where ["42P07", "42710", "42723"].contains(failure.code) {
                    // A type or a function, or a table that somebody else has made just now.
                    throw foreign("type or function that begins with \(names.table)")
                }
                try connection.run("UPDATE \(names.versions) SET version = \(steps.count); COMMIT")
            }
        }

        private func checkServer() throws {
            guard connection.serverSetting("server_encoding") == "UTF8" else {
                throw MemoryError(
                    .unsupported, "The database's encoding is not UTF8; make one with ENCODING 'UTF8'")
            }
            // Multi-range aggregates aside, `hashtextextended` and generated columns are the newest things needed.
            let version = connection.serverSetting("server_version") ?? ""
            guard let major = Int(version.prefix { $0.isNumber }), major >= 12 else {
                throw MemoryError(.unsupported, "The server is PostgreSQL \(version); 12 or newer is needed")
            }
        }

        // MARK: What there is

        /// 0 where there is nothing yet.
        private func foundVersion() throws -> Int {
            let taken = try takenNames()
            guard taken.contains(where: { $0.utf8.elementsEqual(names.versionsName.utf8) }) else {
                if let first = taken.first { throw foreign("table, a view or an index \(first)") }
                return 0
            }
            let version = try versionRow()
            guard version <= steps.count else {
                throw MemoryError(
                    .unsupportedFormat,
                    "The tables of \(names.table) have version \(version), and this is made for \(steps.count)")
            }
            return Int(clamping: version)
        }

        private func versionRow() throws -> Int64 {
            let columns = Statement("", "SELECT format::text, version::bigint FROM \(names.versions)")
            let rows: ResultRows
            do throws(ConnectionFailure) {
                rows = try connection.run(columns, Parameters())
            } catch {
                // Other columns, or no table.
                let isForeign = ["42703", "42P01", "42809", "22P02", "42846"].contains(error.code)
                throw isForeign ? foreign("table \(names.versionsName)") : error
            }
            guard rows.count == 1, try rows.optionalText(0, 0, "format") == Self.format else {
                throw foreign("table \(names.versionsName)")
            }
            let version = try rows.integer(0, 1, "version")
            guard version >= 1 else { throw foreign("table \(names.versionsName)") }
            return version
        }

        /// Those of our names that the schema has already.
        private func takenNames() throws -> [String] {
            var parameters = Parameters()
            parameters.literal(names.schemaName)
            parameters.array(of: .text, names.allNames) { name, bytes in
                bytes.append(contentsOf: name.utf8)
                return true
            }
            let rows = try connection.run(
                Statement(
                    "",
                    """
                    SELECT relname::text FROM pg_namespace LEFT JOIN pg_class
                        ON relnamespace = pg_namespace.oid AND relname::text = ANY ($2::text[])
                    WHERE nspname::text = $1::text ORDER BY 1
                    """), parameters)
            guard rows.count > 0 else {
                throw MemoryError(.notAStore, "The database has no schema \(names.schemaName)")
            }
            return (0..<rows.count).compactMap { row in
                rows.bytes(row, 0).map { String(decoding: $0, as: UTF8.self) }
            }
        }

        private func hasSearchIndex() throws -> Bool {
            try takenNames().contains { $0.utf8.elementsEqual(names.messagesByWordName.utf8) }
        }

        private func foreign(_ what: String) -> MemoryError {
            MemoryError(
                .notAStore,
                "The schema \(names.schemaName) has a \(what) that belongs to something else; choose another name")
        }

        // MARK: What is made

        private var searchIndex: String {
            "CREATE INDEX \(names.messagesByWord) ON \(names.messages) USING gin (words)"
        }

        /// `jsonb` has no NUL in a text and no half of a surrogate pair, and forgets how a number was written: `metadata`
        /// is for queries, and what is loaded is `metadata_text`.
        ///
        /// Numbers of sessions are never used twice.
        private var firstVersion: String {
            """
            CREATE TABLE \(names.versions) (format text NOT NULL, version bigint NOT NULL);
            INSERT INTO \(names.versions) VALUES ('\(Self.format)', 1);
            CREATE TABLE \(names.sessions) (
                number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                session_id text COLLATE "C" NOT NULL UNIQUE,
                created_at bigint NOT NULL,
                updated_at bigint NOT NULL,
                expires_at bigint,
                own_time_to_live bigint,
                last_sequence bigint NOT NULL DEFAULT 0,
                message_count bigint NOT NULL DEFAULT 0,
                byte_count bigint NOT NULL DEFAULT 0,
                id_count bigint NOT NULL DEFAULT 0,
                metadata json,
                origin json
            );
            CREATE INDEX \(names.sessionsByUpdate) ON \(names.sessions) (updated_at DESC, session_id);
            CREATE INDEX \(names.sessionsBySize) ON \(names.sessions) (byte_count DESC, session_id);
            CREATE INDEX \(names.sessionsByExpiry) ON \(names.sessions) (expires_at) WHERE expires_at IS NOT NULL;
            CREATE TABLE \(names.messages) (
                session bigint NOT NULL,
                sequence bigint NOT NULL,
                timestamp bigint NOT NULL,
                bytes bigint NOT NULL,
                save_token bigint,
                save_first bigint,
                role text COLLATE "C" NOT NULL,
                content text COLLATE "C" NOT NULL,
                id text COLLATE "C",
                metadata_text json,
                metadata jsonb GENERATED ALWAYS AS (
                    CASE WHEN metadata_text::text !~* '\\\\u(0000|d[89a-f])' THEN metadata_text::jsonb END) STORED,
                words tsvector,
                PRIMARY KEY (session, sequence)
            );
            CREATE UNIQUE INDEX \(names.messagesBySave) ON \(names.messages) (save_token)
                WHERE save_token IS NOT NULL;
            CREATE INDEX \(names.messagesUnindexed) ON \(names.messages) (session, sequence) WHERE words IS NULL;
            CREATE TABLE \(names.ids) (
                session bigint NOT NULL,
                id text COLLATE "C" NOT NULL,
                sequence bigint NOT NULL,
                PRIMARY KEY (session, id)
            );
            CREATE INDEX \(names.idsByPlace) ON \(names.ids) (session, sequence);
            CREATE VIEW \(names.view) AS
                SELECT sessions.session_id, messages.sequence, messages.role, messages.content,
                    'epoch'::timestamptz + messages.timestamp * '1 microsecond'::interval AS timestamp,
                    messages.metadata, messages.metadata_text, messages.id
                FROM \(names.messages) AS messages
                JOIN \(names.sessions) AS sessions ON sessions.number = messages.session;
            \(SchemaFunctions(names: names).sql)
            """
        }
    }
#endif
