#if PostgreSQL
    public import AgentMemory

    /// Conversations in a PostgreSQL database, for programs of which several share one memory.
    ///
    /// ```swift
    /// let memory = try await PostgreSQLBackend(
    ///     "postgresql://agent:secret@db.example.com/agents?sslmode=verify-full", timeToLive: .seconds(86_400))
    /// try await memory.save([Message(role: .user, content: "My name is Alice")], to: "user_123")
    /// let recent = try await memory.load("user_123", limit: 50)
    /// let hits = try await memory.searchFullText("alice", sessions: ["user_123", "user_124"], limit: 5)
    /// ```
    ///
    /// **Durable as the server is.** A save is one transaction, and returns after the server has committed it. A save of
    /// fewer than 500 messages and a load each take one trip to the server and back; of more messages, they are copied
    /// with `COPY`.
    ///
    /// **Shared.** Any number of backends, in any number of processes, may use the same tables. Saves to one session come
    /// one after another.
    ///
    /// **Connections** are made when they are needed, at most `poolSize`, each with a thread of its own: nothing of this
    /// runs on, or blocks, Swift's own threads. A call that finds all of them busy waits for at most `waitTimeout`. One
    /// that has ended is made anew, with pauses that grow, for about two seconds in all; then the call fails with
    /// `unavailable`. A server that hangs fails it with `timedOut` after `connectTimeout`, or two seconds after
    /// `statementTimeout`. (Looking up the name of a host takes as long as the system lets it.)
    ///
    /// **Never twice.** When a connection is lost while a save is on its way, the save is made again on another: each
    /// has a number by which the server knows that it has made it, and if so answers as it would have. Where that can't
    /// be found out (the server stays away, or hangs), the error says that the outcome is unknown, and its `retry` is
    /// `never`: look before you repeat it, or give your messages an `id`.
    ///
    /// **Tables.** `agent_conversations`, or whatever `table` says, is a view for reading: `session_id`, `sequence`,
    /// `role`, `content`, `timestamp`, `metadata` (`jsonb`), `metadata_text` (`json`), `id`. Behind it are tables,
    /// indexes and functions whose names begin so. Change them through the backend alone: it keeps count. PostgreSQL's
    /// texts have no NUL: in the columns of text, a NUL is U+0001 U+0001, and U+0001 is U+0001 U+0002. `metadata_text`
    /// is what was saved, to the letter; `metadata` is the same for queries, and null where `jsonb` can't hold it, which
    /// has no NUL and no half of a surrogate pair.
    ///
    /// **Searching** uses `tsvector` and a GIN index, ranked by `ts_rank`, case and diacritics folded, with the engine's
    /// query language: phrases, `+must`, `-not`, `prefix*`, `role:`, `after:`, `before:` and `meta.key:value` (which
    /// looks at the metadata of every message that matches otherwise). Words are matched whole and as they are, without
    /// stems. Han, kana and Hangul are found as pairs of neighbors. How rare a word is doesn't count, and of
    /// `SearchOptions`, `ranking` has no effect. Of one message, the first megabyte of different words is found, words
    /// differ in their first 2,000 bytes, and phrases are found among the first 16,383 words and the first 255 places of
    /// each word.
    ///
    /// **Expiry.** A session is hidden from the moment that it expires; each save removes one that has. Its time is set
    /// by the last save to it, by that backend's `timeToLive`.
    ///
    /// **Errors** are `MemoryError`s with the SQLSTATE in their message: `unavailable`, `timedOut`, `noSpace`,
    /// `readOnly`, `locked`, `damaged`, and `inputOutput` for what else fails. No message has the password in it. A call
    /// whose task is cancelled is broken off on the server, throws `CancellationError`, and has changed nothing; one
    /// that had been done by then returns.
    public final class PostgreSQLBackend: MemoryBackend {
        let pool: ConnectionPool
        private let names: TableNames
        private let bounds: Saving.Bounds
        private let searchEnabled: Bool
        private let clock: @Sendable () -> Timestamp

        private let loading: Loading
        private let savingStatement: Statement

        /// Connects, and makes the tables or brings them up to date.
        ///
        /// - Parameters:
        ///   - url: A connection string as libpq has it: `postgresql://user:password@host:port/database?sslmode=require`,
        ///     or `host=… dbname=…`. TLS, certificates, several hosts and whatever else libpq knows are options in it;
        ///     what is missing comes from the environment (`PGHOST`, `PGPASSWORD`, `~/.pgpass`).
        ///   - poolSize: At most so many connections.
        ///   - table: The name of the view, and what the names of tables begin with: 1 to 44 bytes, any characters but
        ///     NUL.
        ///   - schema: Where they are. It must be there.
        ///   - searchEnabled: Whether messages are indexed. Without, saves cost less, and a search reads every message
        ///     and knows words only. Messages that were saved meanwhile are indexed when it is on again.
        ///   - timeToLive: How long a session stays after its last save; `nil` for ever.
        ///   - maximumMessages: How many messages a session keeps, the newest; `nil` for all.
        ///   - connectTimeout: How long a new connection may take.
        ///   - statementTimeout: How long a statement may take, with whatever it waits for.
        ///   - waitTimeout: How long a call waits for one of the connections.
        ///   - clock: Tells the time of saves, and when a session has expired.
        /// - Throws: `MemoryError`: `invalidArgument`; `unavailable` when the server can't be reached or refuses the
        ///   user; `notAStore` when there is no such database or schema, or the name belongs to something else;
        ///   `unsupportedFormat` when the tables are of a newer version; `unsupported` for a server older than 12 and a
        ///   database in another encoding than UTF-8; `timedOut`.
        public init(
            _ url: String, poolSize: Int = 10, table: String = "agent_conversations", schema: String = "public",
            searchEnabled: Bool = true, timeToLive: Duration? = nil, maximumMessages: Int? = nil,
            connectTimeout: Duration = .seconds(10), statementTimeout: Duration = .seconds(30),
            waitTimeout: Duration = .seconds(30), clock: @escaping @Sendable () -> Timestamp = { .now }
        ) async throws {
            guard (1...1000).contains(poolSize) else {
                throw MemoryError(.invalidArgument, "A pool has 1 to 1,000 connections")
            }
            if let timeToLive, timeToLive <= .zero {
                throw MemoryError(.invalidArgument, "A time to live must be more than nothing")
            }
            if let maximumMessages, maximumMessages < 1 {
                throw MemoryError(.invalidArgument, "A session keeps at least one message")
            }
            let limit = Duration.seconds(1_000_000)
            guard [connectTimeout, statementTimeout, waitTimeout].allSatisfy({ $0 > .zero && $0 <= limit }) else {
                throw MemoryError(.invalidArgument, "A timeout is more than nothing and at most a million seconds")
            }
            names = try TableNames(table: table, schema: schema)
            loading = Loading(names: names)
            savingStatement = Saving.statement(names)
            bounds = Saving.Bounds(timeToLive: timeToLive, maximumMessages: maximumMessages)
            self.searchEnabled = searchEnabled
            self.clock = clock
            pool = ConnectionPool(
                try ServerAddress(url), size: poolSize, connectTimeout: connectTimeout,
                statementTimeout: statementTimeout, waitTimeout: waitTimeout)
            do {
                try await pool.run(.toOneState) { [names] connection, _ in
                    try Schema(connection: connection, names: names, searchEnabled: searchEnabled).prepare()
                }
                while searchEnabled,
                    try await pool.run(
                        .toOneState,
                        { [names] connection, _ in
                            try Indexing(names: names).run(connection)
                        })
                {}
            } catch {
                await pool.close()
                throw error
            }
        }

        deinit { pool.shutDown() }

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
            let saving = Saving(
                names: names, statement: savingStatement, session: session, messages: try EncodedMessages(messages),
                expecting: expecting, origin: origin, bounds: bounds, searchEnabled: searchEnabled)
            let (clock, loading) = (clock, loading)
            if messages.isEmpty {
                return try await pool.run(.nothing, session: session) { connection, _ in
                    try saving.nothing(after: loading.lastSequence(of: session, now: clock(), connection))
                }
            }
            return try await pool.run(.recognizably, session: session) { connection, isRepeated in
                try saving.run(connection, now: clock(), isRepeated: isRepeated)
            }
        }

        /// O(log *n* + *m*) for *m* removed messages.
        @discardableResult
        public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: count)
            let parameters = Parameters(session, count, now: clock())
            let statement = Statement(
                "remove last", "SELECT * FROM \(names.removeLast)($1::text, $2::bigint, $3::bigint)")
            return try await pool.run(.onceOnly, session: session) { connection, _ in
                try Loading.messages(connection.run(statement, parameters))
            }
        }

        /// O(log *n* + *m*) for *m* removed messages.
        public func trim(_ session: String, toLast count: Int) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: count)
            let parameters = Parameters(session, count, now: clock())
            let statement = Statement(
                "trim",
                """
                WITH locked AS (
                    SELECT number, message_count FROM \(names.sessions)
                    WHERE session_id = $1::text AND (expires_at IS NULL OR expires_at > $3::bigint) FOR UPDATE
                )
                SELECT \(names.trim)(number, message_count - $2::bigint) FROM locked WHERE message_count > $2::bigint
                """)
            try await pool.run(.toOneState, session: session) { connection, _ in
                _ = try connection.run(statement, parameters)
            }
        }

        /// O(log *n*).
        public func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(createdAt: createdAt, timeToLive: timeToLive)
            let now = clock()
            var ending = Parameters()
            ending.text(session)
            ending.integer(now.microseconds)
            let end = Statement(
                "end expired",
                """
                SELECT \(names.end)(number) FROM (
                    SELECT number FROM \(names.sessions)
                    WHERE session_id = $1::text AND expires_at <= $2::bigint FOR UPDATE) AS expired
                """)
            var parameters = ending
            parameters.integer(createdAt.microseconds)
            parameters.integer(timeToLive.map { (now + $0).microseconds })
            parameters.integer(timeToLive.map { (now + $0).microseconds - now.microseconds } ?? 0)
            let insert = Statement(
                "begin session",
                """
                INSERT INTO \(names.sessions) (session_id, updated_at, created_at, expires_at, own_time_to_live)
                    VALUES ($1::text, $2::bigint, $3::bigint, $4::bigint, $5::bigint)
                    ON CONFLICT (session_id) DO NOTHING
                """)
            try await pool.run(.onceOnly, session: session) { [ending, parameters] connection, _ in
                _ = try connection.run(end, ending)
                guard try connection.run(insert, parameters).changedCount > 0 else {
                    throw MemoryError(.conflict, "The session exists already")
                }
            }
        }

        /// O(log *n*) for *n* sessions. One statement.
        public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(metadata: metadata)
            var parameters = Parameters()
            parameters.text(session)
            parameters.raw(metadata.isEmpty ? nil : JSONValue.object(metadata).serialized())
            parameters.integer(clock().microseconds)
            let statement = Statement(
                "set metadata",
                """
                UPDATE \(names.sessions) SET metadata = $2::json
                    WHERE session_id = $1::text AND (expires_at IS NULL OR expires_at > $3::bigint)
                """)
            try await pool.run(.toOneState, session: session) { [parameters] connection, _ in
                guard try connection.run(statement, parameters).changedCount > 0 else {
                    throw MemoryError(.invalidArgument, "There is no such session")
                }
            }
        }

        // MARK: Loading

        /// O(log *n* + *m*) for *m* messages.
        public func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: limit)
            let newest = before.map { Int64(clamping: $0) - 1 } ?? .max
            return try await read(session) { loading, now, connection in
                try loading.newest(limit, of: session, through: newest, now: now, connection)
            }
        }

        /// O(log *n* + *m*) for *m* messages.
        public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: limit)
            return try await read(session) { loading, now, connection in
                try loading.oldest(limit, of: session, from: Int64(clamping: sequence), now: now, connection)
            }
        }

        /// O(log *n*) for *n* sessions and messages.
        public func info(_ session: String) async throws -> SessionInfo? {
            try MemoryLimits.validate(sessionID: session)
            return try await read(session) { loading, now, connection in
                try loading.info(session, now: now, connection)
            }
        }

        /// O(log *n*) for *n* sessions.
        public func origin(of session: String) async throws -> JSONValue? {
            try MemoryLimits.validate(sessionID: session)
            return try await read(session) { loading, now, connection in
                try loading.origin(of: session, now: now, connection)
            }
        }

        /// O(log *n* + *m*) for a page of *m* sessions, without their metadata.
        public func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
            guard limit >= 1 else {
                throw MemoryError(.invalidArgument, "A page of sessions needs a limit of 1 or more")
            }
            return try await read(nil) { loading, now, connection in
                try SessionPages(names: loading.names, order: order, now: now).page(
                    after: after, limit: limit, connection)
            }
        }

        private func read<Result: Sendable>(
            _ session: String?, _ body: @escaping @Sendable (Loading, Timestamp, Connection) throws -> Result
        ) async throws -> Result {
            let (loading, now) = (loading, clock())
            return try await pool.run(.nothing, session: session) { connection, _ in
                try body(loading, now, connection)
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
            guard searchEnabled else { return try await scannedHits(query, in: session, options: options) }
            return try await search(query, session.map { [$0] }, options)
        }

        /// The messages of some sessions that match a query best, best first, in one statement.
        ///
        /// ```swift
        /// let hits = try await memory.searchFullText("+refund role:user", sessions: ["user_123", "user_124"], limit: 5)
        /// ```
        ///
        /// O(*m* log *m*) for *m* messages that have a word of the query.
        ///
        /// - Parameters:
        ///   - query: Any text: see ``PostgreSQLBackend`` for what it can say.
        ///   - sessions: Only these; `nil` for all, an empty array for none.
        /// - Throws: `MemoryError`: `unsupported` where the backend was made without `searchEnabled`,
        ///   `invalidSessionID`, `invalidArgument`.
        public func searchFullText(
            _ query: String, sessions: [String]? = nil, limit: Int = 10
        ) async throws -> [SearchHit] {
            for session in sessions ?? [] { try MemoryLimits.validate(sessionID: session) }
            guard limit >= 0 else { throw MemoryError(.invalidArgument, "A search needs a limit of 0 or more") }
            guard searchEnabled else {
                throw MemoryError(.unsupported, "The backend was made without the index that a full-text search needs")
            }
            return try await search(query, sessions, SearchOptions(limit: limit))
        }

        private func search(_ query: String, _ sessions: [String]?, _ options: SearchOptions) async throws
            -> [SearchHit]
        {
            try await read(sessions?.count == 1 ? sessions?.first : nil) { loading, now, connection in
                try Searching(loading.names, query, in: sessions, options: options, now: now).hits(connection)
            }
        }

        // MARK: Forgetting

        /// O(*m*) for *m* messages in the session.
        public func clear(_ session: String) async throws {
            try MemoryLimits.validate(sessionID: session)
            var parameters = Parameters()
            parameters.text(session)
            let statement = Statement("clear", "SELECT \(names.clear)($1::text)")
            try await pool.run(.toOneState, session: session) { [parameters] connection, _ in
                _ = try connection.run(statement, parameters)
            }
        }

        /// Atomic. O(*n*) for *n* messages.
        public func clearAll() async throws {
            let statement = Statement("", "SELECT \(names.clearAll)()")
            try await pool.run(.toOneState) { connection, _ in
                _ = try connection.run(statement, Parameters())
            }
        }

        /// Atomic. The result is sorted by id.
        @discardableResult
        public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
            if dryRun {
                return try await read(nil) { loading, now, connection in
                    try loading.updated(before: time, now: now, connection)
                }
            }
            var parameters = Parameters()
            parameters.integer(time.microseconds)
            parameters.integer(clock().microseconds)
            let statement = Statement("", "SELECT * FROM \(names.clearOld)($1::bigint, $2::bigint)")
            return try await pool.run(.onceOnly) { [parameters] connection, _ in
                try SessionRow.all(connection.run(statement, parameters))
            }
        }

        // MARK: Closing

        /// Waits for what was called, then ends the connections. Closing again does nothing.
        public func close() async throws {
            await pool.close()
        }
    }
#endif
