#if PostgreSQL
    package import AgentMemory
    internal import AmberlogPostgreSQL
    package import ForeignStores

    /// Tables of other libraries on a PostgreSQL server: nothing on it is written.
    ///
    /// All that is read is one state of the database. Rows come one by one: it takes the memory of the largest. Calls
    /// block.
    ///
    /// `@unchecked Sendable`: one thread after another uses it, never two at once.
    package final class PostgreSQLTables: ForeignDatabase, @unchecked Sendable {
        /// The server and the database, without a secret.
        package let description: String
        private let snapshot: TableSnapshot
        private let path: String
        private var query = TableQuery("", "")
        private var rows = 0

        /// Connects.
        ///
        /// - Parameters:
        ///   - schema: What names mean; without it there is only ``shapes()``.
        ///   - path: What errors and refusals are told of.
        package init(_ server: ServerLocation, schema: String? = nil, path: String? = nil) throws(MemoryError) {
            snapshot = try TableSnapshot(server.url, answerTimeout: server.answerTimeout ?? TableSnapshot.usualTimeout)
            description = snapshot.description
            self.path = path ?? description
            if let schema { try placed { () throws(MemoryError) in try snapshot.use(schema: schema) } }
        }

        /// Its tables and their columns, by schema, in the order of their names' bytes.
        package func shapes() throws(MemoryError) -> [(schema: String, tables: DatabaseShape)] {
            try snapshot.tables().sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { (schema: $0.key, tables: DatabaseShape(tables: $0.value)) }
        }

        /// - Parameter query: Without arguments: PostgreSQL has no question marks for them.
        package func begin(_ query: TableQuery) throws(MemoryError) {
            guard query.arguments.isEmpty else {
                throw MemoryError(.unsupported, "A query with arguments is for SQLite", at: .init(file: path))
            }
            (self.query, rows) = (query, 0)
            try placed { () throws(MemoryError) in try snapshot.begin(query.sql) }
        }

        package func next() throws(MemoryError) -> DatabaseRow? {
            guard let found = try placed({ () throws(MemoryError) in try snapshot.next() }) else { return nil }
            rows += 1
            var columns: [String: ForeignRow.Value] = [:]
            var bytes = 0
            for (column, value) in found {
                let value = Self.value(value)
                bytes += value.bytes
                columns[column] = value.value
            }
            var row = ForeignRow(place: ForeignPlace(file: path), columns: columns)
            let name = row.text(query.rowName).map { String($0.prefix(128)) } ?? "\(rows)"
            row.place.record = "row \(name) of \(query.table)"
            guard bytes <= ReadingLimits.recordBytes else {
                return .refusal(ForeignRefusal(row.place, "It is longer than this can read"))
            }
            return .row(row, bytes: bytes)
        }

        /// A column's value, and the bytes that it takes.
        private static func value(_ value: ColumnValue) -> (value: ForeignRow.Value, bytes: Int) {
            switch value {
            case .null: (.null, 0)
            case .integer(let number): (.integer(number), 8)
            case .double(let number): (.double(number), 8)
            case .text(let text): (.text(text), text.utf8.count)
            case .time(let time): (.time(time), 8)
            case .bytes(let bytes): (.bytes(bytes), bytes.count)
            }
        }

        /// Errors of the server are told of what is imported from it.
        private func placed<Result>(_ body: () throws(MemoryError) -> Result) throws(MemoryError) -> Result {
            do throws(MemoryError) {
                return try body()
            } catch {
                var error = error
                error.place = MemoryError.Place(file: path)
                throw error
            }
        }
    }
#else
    package import AgentMemory
    package import ForeignStores

    /// What this build can't reach.
    package final class PostgreSQLTables: ForeignDatabase {
        package let description = ""

        package init(_ server: ServerLocation, schema: String? = nil, path: String? = nil) throws(MemoryError) {
            throw MemoryError(
                .unsupported,
                "This is a PostgreSQL server, and this build reaches none: build amberlog with the trait PostgreSQL "
                    + "(swift build --traits PostgreSQL)")
        }

        package func shapes() throws(MemoryError) -> [(schema: String, tables: DatabaseShape)] { [] }
        package func begin(_ query: TableQuery) throws(MemoryError) {}
        package func next() throws(MemoryError) -> DatabaseRow? { nil }
    }
#endif
