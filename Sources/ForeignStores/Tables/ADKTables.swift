internal import AgentMemory

/// google-adk's sessions in a database: an event a row, as JSON, or in columns in the older tables.
package struct ADKTables: TableLayout {
    package let name = "google-adk-sqlite"
    package let summary = "Sessions of google-adk in SQLite, of both services"
    private static let keys: Set<String> = ["id", "app_name", "user_id", "session_id", "timestamp"]
    /// What of the older tables is read, as events have it. What is pickled is left alone.
    private static let columns = [
        "author", "invocation_id", "branch", "error_code", "content", "usage_metadata", "partial",
    ]

    package init() {}

    package func recognize(_ shape: DatabaseShape) -> Recognition? {
        if let table = shape.tables(with: Self.keys.union(["event_data"])).first {
            return Recognition(.certain, "it has \(table) with app_name, user_id, session_id and event_data")
        }
        guard let table = shape.tables(with: Self.keys.union(Self.columns)).first else { return nil }
        return Recognition(.certain, "it has \(table) with app_name, user_id, session_id, author and content")
    }

    package func reader(_ options: ReadingOptions, of shape: DatabaseShape) -> any TableReader {
        let newer = shape.tables(with: Self.keys.union(["event_data"]))
        let older = shape.tables(with: Self.keys.union(Self.columns)).filter { !newer.contains($0) }
        let queries =
            newer.map { Self.query($0, "event_data") }
            + older.map { Self.query($0, Self.columns.joined(separator: ", ")) }
        return ADKReader(queries: queries)
    }

    private static func query(_ table: String, _ columns: String) -> TableQuery {
        TableQuery(
            table,
            "SELECT id, app_name, user_id, session_id, timestamp, \(columns) FROM \(TableQuery.quoted(table)) "
                + "ORDER BY app_name, user_id, session_id, timestamp, rowid")
    }
}

/// Makes messages of rows that have one event each.
struct ADKReader: TableReader {
    private var queries: [TableQuery]
    private var events = ADKEvents()
    private var session: String?

    init(queries: [TableQuery]) {
        self.queries = queries
    }

    mutating func nextQuery(into output: inout ForeignOutput) -> TableQuery? {
        session = nil
        return queries.isEmpty ? nil : queries.removeFirst()
    }

    mutating func add(_ row: ForeignRow, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            let session = [try row.session("app_name"), try row.session("user_id"), try row.session()]
                .joined(separator: "/")
            if session != self.session { events = ADKEvents() }
            self.session = session
            let isWhole = row.columns["event_data"] != nil
            guard let (event, text) = isWhole ? try row.parsed("event_data") : try Self.event(row) else {
                throw .unreadable("The row has no event_data")
            }
            let record = ForeignRecord(
                session: session, id: row.text("id"), time: try row.timestamp("timestamp"), text: text,
                place: row.place)
            events.add(event, of: record, into: &output)
        } catch {
            output.refuse(row.place, error)
        }
    }

    mutating func finish(into output: inout ForeignOutput) {}

    /// The columns of an older row as an event.
    private static func event(_ row: ForeignRow) throws(MemoryError) -> (json: JSONValue, text: ArraySlice<UInt8>)? {
        var event: [String: JSONValue] = [:]
        for key in ["author", "invocation_id", "branch", "error_code"] {
            event[key] = row.text(key).map(JSONValue.string)
        }
        for key in ["content", "usage_metadata"] { event[key] = try row.parsed(key)?.json }
        if let partial = row.integer("partial"), partial != 0 { event["partial"] = true }
        return (.object(event), row.serialized)
    }
}
