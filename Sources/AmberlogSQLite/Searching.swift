#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// One search, in one consistent state of the database.
    struct Searching {
        let db: Database
        let names: TableNames
        let now: Timestamp
        let query: Query
        let expression: MatchExpression
        let options: SearchOptions

        private static let contextMax = 100_000

        init(_ db: Database, _ names: TableNames, _ text: String, options: SearchOptions, now: Timestamp) {
            self.db = db
            self.names = names
            self.now = now
            self.options = options
            var query = Query(parsing: text, now: now)
            if let after = options.after { query.filters.add(after: after) }
            if let before = options.before { query.filters.add(before: before) }
            self.query = query
            expression = MatchExpression(query)
        }

        /// A message that was found, without its text.
        private struct Found {
            var session: Int64
            var id: String
            var sequence: Int64
            var score: Double
        }

        func hits(in session: SessionRow?) throws -> [SearchHit] {
            guard options.limit > 0, let (sql, values) = selection(in: session) else { return [] }
            // Closed before the messages are read, which takes other statements.
            return try found(sql, values).map(hit)
        }

        private func found(_ sql: String, _ values: [any Binding]) throws -> [Found] {
            var found: [Found] = []
            try db.forEachRow(sql, values: values) { row in
                // Most queries ask nothing of the metadata, and leave them alone.
                if !query.filters.metadata.isEmpty {
                    let metadata = try row.optionalJSON(4, "metadata")?.objectValue ?? [:]
                    guard query.filters.metadata.allSatisfy({ $0.passes(metadata) }) else { return true }
                }
                found.append(
                    Found(
                        session: try row.integer(0, "number of a session"), id: try row.text(1, "id of a session"),
                        sequence: try row.natural(2, "sequence"), score: row.real(3)))
                return found.count < options.limit
            }
            return found
        }

        // MARK: What to select

        private func selection(in session: SessionRow?) -> (sql: String, values: [any Binding])? {
            var conditions = ["(expires_at IS NULL OR expires_at > ?)"]
            var values: [any Binding] = [now.microseconds]
            addFilters(&conditions, &values)
            let tables: String
            let score: String
            switch query.selection {
            case .nothing: return nil
            case .ranked:
                guard let matching = expression.matching(in: session?.number) else { return nil }
                // The index first, whatever the planner thinks of it.
                tables = """
                    \(names.search) CROSS JOIN \(names.messages) AS messages ON messages.number = \(names.search).rowid
                    CROSS JOIN \(names.sessions) AS sessions ON sessions.number = messages.session
                    """
                score = "-bm25(\(names.search), 0.0, 1.0)"
                conditions.append("\(names.search) MATCH CAST(? AS TEXT)")
                values.append(matching)
            case .newestFirst:
                tables = """
                    \(names.messages) AS messages
                    JOIN \(names.sessions) AS sessions ON sessions.number = messages.session
                    """
                score = "0.0"
                if let session {
                    conditions.append("messages.session = ?")
                    values.append(session.number)
                }
                if let unwanted = expression.unwanted {
                    conditions.append(
                        """
                        messages.number NOT IN (SELECT rowid FROM \(names.search) WHERE \(names.search) MATCH CAST(? AS TEXT))
                        """)
                    values.append(unwanted)
                }
            }
            var sql = """
                SELECT messages.session, session_id, sequence, \(score) AS score, messages.metadata FROM \(tables)
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY score DESC, timestamp DESC, sequence DESC, session_id
                """
            if query.filters.metadata.isEmpty {
                sql += " LIMIT ?"
                values.append(options.limit)
            }
            return (sql, values)
        }

        private func addFilters(_ conditions: inout [String], _ values: inout [any Binding]) {
            let filters = query.filters
            if let after = filters.after {
                conditions.append("timestamp >= ?")
                values.append(after.microseconds)
            }
            if let before = filters.before {
                conditions.append("timestamp < ?")
                values.append(before.microseconds)
            }
            func add(_ roles: [Role], _ comparison: String) {
                if roles.isEmpty { return }
                let list = Array(repeating: "CAST(? AS TEXT)", count: roles.count).joined(separator: ", ")
                conditions.append("role \(comparison) (\(list))")
                for role in roles { values.append(role.name) }
            }
            add(filters.roles, "IN")
            add(filters.excludedRoles, "NOT IN")
            add(options.role.map { [$0] } ?? [], "IN")
        }

        // MARK: Hits

        private func hit(_ found: Found) throws -> SearchHit {
            let messages = MessageTable(db: db, names: names)
            let context = min(options.context, Self.contextMax)
            var before = try messages.newest(context + 1, of: found.session, through: found.sequence)
            guard let message = before.popLast() else { throw MemoryError.damaged("message") }
            let after =
                context > 0 ? try messages.oldest(context, of: found.session, after: found.sequence) : []
            return SearchHit(
                session: found.id, sequence: UInt64(clamping: found.sequence), score: found.score, message: message,
                snippet: SnippetMaker(content: message.content).snippet(expression.terms.matches(in: message.content)),
                before: before, after: after)
        }
    }
#endif
