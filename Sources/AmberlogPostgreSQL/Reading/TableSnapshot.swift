#if PostgreSQL
    package import AgentMemory

    /// The tables of a database that another program made, to be read and never written.
    ///
    /// ```swift
    /// let snapshot = try TableSnapshot("postgresql://reader@db.example.com/agents")
    /// try snapshot.use(schema: "public")
    /// try snapshot.begin("SELECT * FROM message_store ORDER BY session_id, id")
    /// while let row = try snapshot.next() { … }
    /// ```
    ///
    /// All that is read is one state of the database, also while others write to it: a transaction that is read-only
    /// and repeatable. Calls block.
    ///
    /// `@unchecked Sendable`: one thread after another uses it, never two at once.
    package final class TableSnapshot: @unchecked Sendable {
        private static let connectTimeout = Duration.seconds(15)
        /// So long nothing may come, also of a query whose rows are still being sorted.
        package static let usualTimeout = Duration.seconds(600)
        private static let transaction = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        /// What takes long is no mistake here: the server must not end it. That another program has locked a table is.
        /// All of it ends with the transaction: a pool between here and the server gives the session to others then.
        private static let settings = """
            SET LOCAL search_path TO pg_catalog, pg_temp;
            SET LOCAL statement_timeout TO 0;
            SET LOCAL idle_in_transaction_session_timeout TO 0;
            SET LOCAL lock_timeout TO 30000
            """
        private static let columns = """
            SELECT n.nspname::text AS schema, c.relname::text AS table, a.attname::text AS column
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
            AND left(n.nspname::text, 3) <> 'pg_' AND n.nspname <> 'information_schema'
            """

        /// Where it is, without a secret.
        package let description: String
        private let connection: Connection
        private var isReading = false

        /// Connects.
        ///
        /// - Parameters:
        ///   - url: As libpq reads it.
        ///   - answerTimeout: So long nothing may come.
        /// - Throws: `MemoryError` with its place, the backend, without a secret.
        package init(_ url: String, answerTimeout: Duration = usualTimeout) throws(MemoryError) {
            let address = try ServerAddress(url)
            description = address.description
            let interrupt = try Interrupt()
            do throws(ConnectionFailure) {
                connection = try Connection(
                    address, settings: Self.transaction, connectTimeout: Self.connectTimeout,
                    statementTimeout: answerTimeout, interrupt: interrupt, isCancelled: { false })
            } catch {
                throw MemoryError(error, changes: .nothing, place: .init(backend: address.description))
            }
            try placed { () throws(ConnectionFailure) in try connection.run(Self.settings) }
        }

        /// What URL it would connect to, without a secret.
        package static func description(of url: String) throws(MemoryError) -> String {
            try ServerAddress(url).description
        }

        /// The columns of all tables by schema and table, but the server's own.
        package func tables() throws(MemoryError) -> [String: [String: Set<String>]] {
            var tables: [String: [String: Set<String>]] = [:]
            try begin(Self.columns)
            while let row = try next() {
                guard case .text(let schema)? = row["schema"], case .text(let table)? = row["table"],
                    case .text(let column)? = row["column"]
                else { continue }
                tables[schema, default: [:]][table, default: []].insert(column)
            }
            return tables
        }

        /// From here on, names mean what this schema has. What PostgreSQL itself has comes before it: a schema may have
        /// functions that somebody else made.
        package func use(schema: String) throws(MemoryError) {
            let name = "\"" + schema.replacing("\"", with: "\"\"") + "\""
            try placed { () throws(ConnectionFailure) in
                try connection.run("SET LOCAL search_path TO pg_catalog, \(name), pg_temp")
            }
        }

        /// Asks; ``next()`` gives the rows. What is left of an earlier answer is passed over.
        package func begin(_ sql: String) throws(MemoryError) {
            while isReading { _ = try next() }
            try placed { () throws(ConnectionFailure) in try connection.beginRows(sql) }
            isReading = true
        }

        /// The next row by the names of its columns; `nil` behind the last.
        package func next() throws(MemoryError) -> [String: ColumnValue]? {
            guard isReading else { return nil }
            isReading = false
            guard let row = try placed({ () throws(ConnectionFailure) in try connection.nextRow() }) else { return nil }
            isReading = true
            return Dictionary(row.map { ($0.name, $0.value) }) { first, _ in first }
        }

        private func placed<Result>(
            _ body: () throws(ConnectionFailure) -> Result
        ) throws(MemoryError) -> Result {
            do throws(ConnectionFailure) {
                return try body()
            } catch {
                throw MemoryError(error, changes: .nothing, place: .init(backend: description))
            }
        }
    }
#endif
