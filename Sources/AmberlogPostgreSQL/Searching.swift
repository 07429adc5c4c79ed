#if PostgreSQL
    internal import AgentMemory

    /// One search, in one consistent state of the database.
    struct Searching {
        private static let contextMax = 100_000
        /// So many candidates come at once where their metadata are looked into.
        private static let page = 500

        private let names: TableNames
        private let query: Query
        private let text: TextQuery
        private let options: SearchOptions
        /// Only these; `nil` for all.
        private let sessions: [String]?
        private let now: Timestamp

        init(
            _ names: TableNames, _ text: String, in sessions: [String]?, options: SearchOptions, now: Timestamp
        ) {
            (self.names, self.options, self.sessions, self.now) = (names, options, sessions, now)
            var query = Query(parsing: text, now: now)
            if let after = options.after { query.filters.add(after: after) }
            if let before = options.before { query.filters.add(before: before) }
            self.query = query
            self.text = TextQuery(query)
        }

        /// What is selected: columns of ``Found``.
        private struct Selection {
            var conditions: [String] = []
            var score = "0::real"
            var parameters = Parameters()

            /// Adds a condition in which `?` is the value that `add` binds.
            mutating func add(_ condition: String, _ add: (inout Parameters) -> Void) {
                conditions.append(bound(condition, add))
            }

            mutating func bound(_ sql: String, _ add: (inout Parameters) -> Void) -> String {
                add(&parameters)
                return sql.replacing("?", with: "$\(parameters.ranges.count)")
            }
        }

        /// A message that was found.
        private struct Found {
            var session: Int64
            var id: String
            var score: Double
            var message: Message
        }

        func hits(_ connection: Connection) throws -> [SearchHit] {
            guard options.limit > 0, let selection = selection() else { return [] }
            let context = min(options.context, Self.contextMax)
            // More than one statement has to see one state.
            let isOne = query.filters.metadata.isEmpty && context == 0
            if !isOne { try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") }
            let found = try query.filters.metadata.isEmpty ? all(selection, connection) : some(selection, connection)
            var hits = try found.map { try hit($0) }
            if context > 0 { try addNeighbors(context, of: found, to: &hits, connection) }
            if !isOne { try connection.run("COMMIT") }
            return hits
        }

        // MARK: What to select

        private func selection() -> Selection? {
            var selection = Selection()
            selection.add("(sessions.expires_at IS NULL OR sessions.expires_at > ?::bigint)") {
                $0.integer(now.microseconds)
            }
            switch query.selection {
            case .nothing: return nil
            case .ranked:
                guard let matching = text.matching else { return nil }
                selection.add("messages.words @@ ?::text::tsquery") { $0.literal(matching) }
                // By the logarithm of its length: a long message has more of everything.
                selection.score = selection.bound("ts_rank(messages.words, ?::text::tsquery, 1)") {
                    $0.literal(text.ranking)
                }
            case .newestFirst:
                if let unwanted = text.unwanted {
                    selection.add("messages.words @@ ?::text::tsquery") { $0.literal("!(\(unwanted))") }
                }
            }
            if let sessions { selection.add("sessions.session_id = ANY (?::text[])") { $0.texts(sessions) } }
            let filters = query.filters
            if let after = filters.after {
                selection.add("messages.timestamp >= ?::bigint") { $0.integer(after.microseconds) }
            }
            if let before = filters.before {
                selection.add("messages.timestamp < ?::bigint") { $0.integer(before.microseconds) }
            }
            func add(_ roles: [Role], _ condition: String) {
                if !roles.isEmpty { selection.add(condition) { $0.texts(roles.map(\.name)) } }
            }
            add(filters.roles, "messages.role = ANY (?::text[])")
            add(filters.excludedRoles, "messages.role <> ALL (?::text[])")
            add(options.role.map { [$0] } ?? [], "messages.role = ANY (?::text[])")
            return selection
        }

        private func sql(_ selection: Selection) -> String {
            """
            SELECT messages.session, sessions.session_id, \(selection.score) AS score, \(Loading.columns("messages"))
                FROM \(names.messages) AS messages JOIN \(names.sessions) AS sessions
                    ON sessions.number = messages.session
                WHERE \(selection.conditions.joined(separator: " AND "))
                ORDER BY score DESC, messages.timestamp DESC, messages.sequence DESC, sessions.session_id
            """
        }

        // MARK: What is found

        private func found(_ rows: ResultRows) throws -> [Found] {
            let messages = try Loading.messages(rows, from: 3)
            return try messages.enumerated().map { row, message in
                Found(
                    session: try rows.integer(row, 0, "number of a session"),
                    id: try rows.text(row, 1, "id of a session"), score: try rows.float(row, 2, "score"),
                    message: message)
            }
        }

        private func all(_ selection: Selection, _ connection: Connection) throws -> [Found] {
            var selection = selection
            let limit = selection.bound(" LIMIT ?::bigint") { $0.integer(Int64(options.limit)) }
            return try found(connection.run(Statement("", sql(selection) + limit), selection.parameters))
        }

        /// Those whose metadata are as the query wants them, which is found out here: as exactly as in every other
        /// backend, and `jsonb` doesn't hold all of them.
        private func some(_ selection: Selection, _ connection: Connection) throws -> [Found] {
            _ = try connection.run(
                Statement("", "DECLARE amberlog_found NO SCROLL CURSOR FOR " + sql(selection)), selection.parameters)
            let next = Statement("", "FETCH \(Self.page) FROM amberlog_found")
            var passed: [Found] = []
            while passed.count < options.limit {
                let rows = try connection.run(next, Parameters())
                for candidate in try found(rows) where passed.count < options.limit {
                    let metadata = candidate.message.metadata
                    if query.filters.metadata.allSatisfy({ $0.passes(metadata) }) { passed.append(candidate) }
                }
                if rows.count < Self.page { break }
            }
            return passed
        }

        // MARK: Hits

        private func hit(_ found: Found) throws -> SearchHit {
            SearchHit(
                session: found.id, sequence: try found.message.sequence ?? { throw MemoryError.damaged("sequence") }(),
                score: found.score, message: found.message,
                snippet: SnippetMaker(content: found.message.content).snippet(
                    text.terms.matches(in: found.message.content)))
        }

        private func addNeighbors(
            _ context: Int, of found: [Found], to hits: inout [SearchHit], _ connection: Connection
        ) throws {
            var parameters = Parameters()
            parameters.integers(found.map(\.session))
            parameters.integers(found.map { Int64(clamping: $0.message.sequence ?? 0) })
            parameters.integer(Int64(context))
            let columns = Loading.columns("messages")
            let rows = try connection.run(
                Statement(
                    "",
                    """
                    SELECT hits.place, \(Loading.columns("neighbors"))
                        FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS hits (session, sequence, place),
                        LATERAL (
                            (SELECT \(columns) FROM \(names.messages) AS messages
                                WHERE messages.session = hits.session AND messages.sequence < hits.sequence
                                ORDER BY messages.sequence DESC LIMIT $3::bigint)
                            UNION ALL
                            (SELECT \(columns) FROM \(names.messages) AS messages
                                WHERE messages.session = hits.session AND messages.sequence > hits.sequence
                                ORDER BY messages.sequence LIMIT $3::bigint)
                        ) AS neighbors
                        ORDER BY hits.place, neighbors.sequence
                    """), parameters)
            for (row, neighbor) in try Loading.messages(rows, from: 1).enumerated() {
                let place = Int(try rows.integer(row, 0, "place of a hit")) - 1
                guard hits.indices.contains(place) else { throw MemoryError.damaged("place of a hit") }
                if neighbor.sequence ?? 0 < hits[place].sequence {
                    hits[place].before.append(neighbor)
                } else {
                    hits[place].after.append(neighbor)
                }
            }
        }
    }
#endif
