#if SQLite
    public import AgentMemory
    internal import GRDB

    /// Conversations in an SQLite database, for programs that have one anyway, or want to look into it with SQL.
    ///
    /// ```swift
    /// let memory = try await SQLiteBackend(path: "data/conversations.db", table: "agent_memory", timeToLive: .seconds(86_400))
    /// try await memory.save([Message(role: .user, content: "My name is Alice")], to: "user_123")
    /// let recent = try await memory.load("user_123", limit: 50)
    /// let rows = try await memory.query(
    ///     "SELECT session_id, content FROM agent_memory WHERE content LIKE ?", arguments: ["%Alice%"])
    /// ```
    ///
    /// **Durable as SQLite is.** A save is one transaction. With the defaults, write-ahead logging and full
    /// synchronization, it returns after the messages are on the medium.
    ///
    /// **Shared.** Other processes and other backends may have the same file open, and other programs may keep their own
    /// tables in it. A change that finds the file locked waits for ``init(path:table:autoVacuum:journalMode:synchronous:timeToLive:maximumMessages:busyTimeout:clock:)``'s
    /// `busyTimeout`, four times at most, then fails with `locked`.
    ///
    /// **Tables.** `conversations`, or whatever `table` says, is a view for reading: `session_id`, `sequence`, `role`,
    /// `content`, `timestamp` (microseconds since 1970), `metadata` (JSON), `id`. Behind it are tables and indexes whose
    /// names begin so: `conversations_messages`, `conversations_sessions`, `conversations_ids`,
    /// `conversations_search` (FTS5) and `conversations_schema`, which says whose they are and in which version. Change
    /// them through the backend alone: it keeps count.
    ///
    /// **Searching** is FTS5's, ranked by BM25, case and diacritics folded, with the engine's query language: phrases,
    /// `+must`, `-not`, `prefix*`, `role:`, `after:`, `before:` and `meta.key:value`. Words are matched whole and as they
    /// are, without stems. Han, kana and Hangul are found as pairs of neighbors. Of `SearchOptions`, `ranking` has no
    /// effect. How rare a word is counts over all sessions.
    ///
    /// **Expiry.** A session is hidden from the moment that it expires; each save removes one that has. Its time is set
    /// by the last save to it, by that backend's `timeToLive`, unless it began with one of its own.
    ///
    /// **Errors** are `MemoryError`s: `noSpace`, `locked`, `damaged`, `readOnly`, and `inputOutput` with SQLite's
    /// extended code in its message for what else fails. A call whose task is cancelled throws `CancellationError` and
    /// has changed nothing.
    ///
    /// **Threads.** What writes, waits or takes long runs on threads of its own. In write-ahead mode a load of up to 256
    /// messages reads on the thread that calls it, some 20 µs from what the system has in memory; where a read has proved
    /// slow, as from a cold disk, those that follow go elsewhere.
    public final class SQLiteBackend: MemoryBackend {
        /// How transactions are made atomic. See SQLite's `PRAGMA journal_mode`.
        public enum JournalMode: String, Sendable, Hashable, CaseIterable {
            /// Write-ahead logging: readers and the writer don't wait for each other. Not for network file systems.
            case wal
            /// A journal that is deleted after each transaction.
            case delete
            /// A journal that is emptied after each transaction.
            case truncate
            /// A journal whose header is zeroed after each transaction.
            case persist
        }

        /// When a save is on the medium. See SQLite's `PRAGMA synchronous`.
        public enum Synchronous: String, Sendable, Hashable, CaseIterable {
            /// When it returns.
            case full
            /// When it returns; with ``JournalMode/delete``, the removal of the journal as well.
            case extra
            /// At the next checkpoint of the write-ahead log: a power loss may take the last saves, whole.
            case normal
        }

        let connection: Connection
        private let names: TableNames
        private let texts: PageRead.Texts
        private let bounds: Saving.Bounds
        private let clock: @Sendable () -> Timestamp

        /// Opens a database, or makes it, and brings its tables up to date.
        ///
        /// - Parameters:
        ///   - path: The file. Its directory must be there.
        ///   - table: The name of the view, and what the names of tables begin with: 1 to 128 bytes, any characters but
        ///     NUL.
        ///   - autoVacuum: Whether a file that this makes shrinks when something is removed: SQLite's full
        ///     auto-vacuum, which gives free pages back with each transaction. In write-ahead mode the file itself
        ///     follows at the next checkpoint; clearing takes one where 1 MiB or more has become free. A file that is
        ///     there already stays as it was made.
        ///   - timeToLive: How long a session stays after its last save; `nil` for ever.
        ///   - maximumMessages: How many messages a session keeps, the newest; `nil` for all.
        ///   - busyTimeout: How long a locked database is waited for, each time it is tried.
        ///   - clock: Tells the time of saves, and when a session has expired.
        /// - Throws: `MemoryError`: `notAStore` when the name belongs to another program's table, `unsupportedFormat` when
        ///   the tables are of a newer version, `unsupported` when SQLite was built without FTS5, `damaged` when the file
        ///   is no database, `invalidArgument`, `locked`, `readOnly`, `inputOutput`.
        public init(
            path: String = "agent_memory.db", table: String = "conversations", autoVacuum: Bool = true,
            journalMode: JournalMode = .wal, synchronous: Synchronous = .full, timeToLive: Duration? = nil,
            maximumMessages: Int? = nil, busyTimeout: Duration = .seconds(5),
            clock: @escaping @Sendable () -> Timestamp = { .now }
        ) async throws {
            guard !path.isEmpty, !path.utf8.contains(0) else {
                throw MemoryError(.invalidArgument, "The path of a database can't be empty or have a NUL in it")
            }
            guard path != ":memory:" else {
                throw MemoryError(.invalidArgument, "For conversations that need no file there is InMemoryBackend")
            }
            if let timeToLive, timeToLive <= .zero {
                throw MemoryError(.invalidArgument, "A time to live must be more than nothing")
            }
            if let maximumMessages, maximumMessages < 1 {
                throw MemoryError(.invalidArgument, "A session keeps at least one message")
            }
            names = try TableNames(table: table)
            texts = PageRead.Texts(names)
            bounds = Saving.Bounds(timeToLive: timeToLive, maximumMessages: maximumMessages)
            self.clock = clock
            connection = try await Connection.open(
                path, names, autoVacuum: autoVacuum, journalMode: journalMode, synchronous: synchronous,
                busyTimeout: busyTimeout)
            try await connection.prepare { [names] db in try Schema(db: db, names: names).prepare() }
        }

        // MARK: Saving

        /// O(*m* log *n*) for *m* messages. One transaction.
        @discardableResult
        public func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
            try await save(messages, to: session, expecting: expecting, origin: nil)
        }

        /// O(*m* log *n*) for *m* messages. One transaction.
        @discardableResult
        public func save(
            _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
        ) async throws -> SaveReceipt {
            try MemoryLimits.validate(sessionID: session)
            if let origin { try MemoryLimits.validate(origin: origin) }
            let encoded = try EncodedMessage.encode(messages)
            let bounds = bounds
            return try await change(session) {
                try $0.save(encoded, to: session, expecting: expecting, origin: origin, bounds: bounds)
            }
        }

        /// O(log *n* + *m*) for *m* removed messages.
        @discardableResult
        public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: count)
            return try await change(session) { try $0.removeLast(count, from: session) }
        }

        /// O(log *n* + *m*) for *m* removed messages.
        public func trim(_ session: String, toLast count: Int) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: count)
            try await change(session) { try $0.trim(session, toLast: count) }
        }

        /// O(log *n*). One transaction.
        public func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(createdAt: createdAt, timeToLive: timeToLive)
            try await change(session) { try $0.begin(session, createdAt: createdAt, timeToLive: timeToLive) }
        }

        /// O(log *n*). One transaction.
        public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(metadata: metadata)
            try await change(session) { try $0.set(metadata: metadata, of: session) }
        }

        // MARK: Loading

        /// O(log *n* + *m*) for *m* messages.
        public func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: limit)
            let newest = before.map { Int64(clamping: $0) - 1 } ?? .max
            return try await connection.page(
                PageRead(order: .newest, session: session, now: clock(), sequence: newest, limit: limit ?? -1), texts)
        }

        /// O(log *n* + *m*) for *m* messages.
        public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: limit)
            let last = Int64(clamping: sequence) - 1
            return try await connection.page(
                PageRead(order: .oldest, session: session, now: clock(), sequence: last, limit: limit), texts)
        }

        /// O(log *n*) for *n* sessions and messages.
        public func info(_ session: String) async throws -> SessionInfo? {
            try MemoryLimits.validate(sessionID: session)
            return try await look(at: session, orElse: nil) { db, found in
                var info = found.info
                info.metadata = try SessionTable(db: db, names: self.names).metadata(of: found)
                return info
            }
        }

        /// O(log *n*) for *n* sessions.
        public func origin(of session: String) async throws -> JSONValue? {
            try MemoryLimits.validate(sessionID: session)
            return try await look(at: session, orElse: nil) { db, found in
                try SessionTable(db: db, names: self.names).origin(of: found)
            }
        }

        /// O(log *n* + *m*) for a page of *m* sessions, without their metadata.
        public func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
            guard limit >= 1 else {
                throw MemoryError(.invalidArgument, "A page of sessions needs a limit of 1 or more")
            }
            let now = clock()
            return try await connection.read { db in
                let table = SessionTable(db: db, names: self.names)
                return try SessionPages(table: table, order: order, now: now).page(after: after, limit: limit)
            }
        }

        // MARK: Searching

        /// O(*m* log *m*) for *m* messages that have a word of the query.
        public func searchHits(
            _ query: String, in session: String?, options: SearchOptions
        ) async throws -> [SearchHit] {
            if let session { try MemoryLimits.validate(sessionID: session) }
            guard options.limit >= 0, options.context >= 0 else {
                throw MemoryError(.invalidArgument, "A search needs a limit and a context of 0 or more")
            }
            let now = clock()
            return try await connection.read(session: session) { db in
                let search = Searching(db, self.names, query, options: options, now: now)
                guard let session else { return try search.hits(in: nil) }
                let found = try SessionTable(db: db, names: self.names).find(session, at: now)
                return try found.map { try search.hits(in: $0) } ?? []
            }
        }

        /// What a statement that only reads gives, in one consistent state.
        ///
        /// ```swift
        /// let counts = try await memory.query(
        ///     "SELECT role, count(*) AS n FROM conversations WHERE session_id = ? GROUP BY role", arguments: ["user_123"])
        /// for row in counts { print(row["role"], row["n"]) }
        /// ```
        ///
        /// Also sees sessions that have expired and aren't removed yet.
        ///
        /// - Parameters:
        ///   - sql: One statement. Put nothing of what a user has written into it: that is what arguments are for. No
        ///     `PRAGMA`, which may change the connection; to read one, select from its function, such as
        ///     `pragma_page_count`.
        ///   - arguments: One for each `?`, in order.
        /// - Throws: `MemoryError`: `invalidArgument` for a statement that SQLite doesn't understand or another number of
        ///   arguments, `readOnly` for one that changes something, `tooLarge` for an argument over
        ///   `MemoryLimits.saveBytes`.
        public func query(_ sql: String, arguments: [SQLiteValue] = []) async throws -> [SQLiteRow] {
            let bound = try arguments.map { value throws(MemoryError) in try value.bound() }
            return try await connection.read { db in
                do {
                    let statement = try db.makeStatement(sql: sql)
                    guard statement.isReadonly, !SQLText.isPragma(sql) else {
                        throw MemoryError(.readOnly, "A query can't change the database")
                    }
                    guard statement.columnCount > 0 else {
                        throw MemoryError(.invalidArgument, "The statement gives no rows")
                    }
                    let columns = statement.columnNames
                    var rows: [SQLiteRow] = []
                    try statement.forEachRow(StatementArguments(bound)) { row in
                        let values = try columns.indices.map { try SQLiteValue(row, $0) }
                        rows.append(SQLiteRow(columns: columns, values: values))
                        return true
                    }
                    return rows
                } catch let error as DatabaseError where [.SQLITE_ERROR, .SQLITE_MISUSE].contains(error.resultCode) {
                    throw MemoryError(.invalidArgument, "SQLite: \(error.message ?? "not a statement")")
                }
            }
        }

        // MARK: Forgetting

        /// O(*m*) for *m* messages in the session.
        public func clear(_ session: String) async throws {
            try MemoryLimits.validate(sessionID: session)
            try await shrinking { try await change(session) { try $0.end(session) } }
        }

        /// O(*n*) for *n* messages. One transaction.
        public func clearAll() async throws {
            try await shrinking { try await change(nil) { try $0.endAll() } }
        }

        /// Atomic. The result is sorted by id.
        @discardableResult
        public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
            let now = clock()
            let names = names
            if dryRun {
                return try await connection.read { db in
                    try SessionTable(db: db, names: names).updated(before: time, at: now).map(\.info)
                }
            }
            return try await shrinking {
                try await change(nil) { saving in
                    let old = try SessionTable(db: saving.db, names: names).updated(before: time, at: saving.now)
                    for session in old { try saving.end(session) }
                    return old.map(\.info)
                }
            }
        }

        // MARK: Closing

        /// Waits for what is running, then closes the file. Closing again does nothing.
        public func close() async throws {
            try await connection.close()
        }

        // MARK: Transactions

        /// Lets the file shrink after what has freed pages.
        private func shrinking<Result>(_ body: () async throws -> Result) async throws -> Result {
            let result = try await body()
            await connection.giveBackFreedPages()
            return result
        }

        private func change<Result: Sendable>(
            _ session: String?, _ body: @Sendable (Saving) throws -> Result
        ) async throws -> Result {
            try await connection.write(session: session) { db in
                // Inside of the transaction: saves that wait for one another have the times in their order.
                try body(Saving(db: db, names: self.names, now: self.clock()))
            }
        }

        private func look<Result: Sendable>(
            at session: String, orElse nothing: Result, _ body: @Sendable (Database, SessionRow) throws -> Result
        ) async throws -> Result {
            let now = clock()
            return try await connection.read(session: session) { db in
                let found = try SessionTable(db: db, names: self.names).find(session, at: now)
                return try found.map { try body(db, $0) } ?? nothing
            }
        }
    }
#endif
