internal import AgentMemory

/// Sessions of openai-agents in SQL: an item a row. Their tables are known by columns, as their names are arguments.
package struct OpenAIAgentsTables: TableLayout {
    package let engine: DatabaseEngine
    package var name: String { engine == .sqlite ? "openai-agents-sqlite" : "openai-agents-postgres" }
    package var summary: String {
        engine == .sqlite
            ? "Sessions of openai-agents in SQLite, also with branches or encrypted"
            : "Sessions of openai-agents in PostgreSQL (SQLAlchemySession)"
    }
    private static let messages: Set<String> = ["id", "session_id", "message_data"]
    private static let structure: Set<String> = [
        "session_id", "message_id", "branch_id", "sequence_number", "user_turn_number",
    ]
    private static let usage: Set<String> = [
        "session_id", "branch_id", "user_turn_number", "requests", "input_tokens", "output_tokens", "total_tokens",
        "input_tokens_details", "output_tokens_details",
    ]

    package init(in engine: DatabaseEngine = .sqlite) {
        self.engine = engine
    }

    package func recognize(_ tables: DatabaseShape) -> Recognition? {
        guard let table = tables.tables(with: Self.messages).first else { return nil }
        let branches = structure(tables).map { ", and branches in \($0)" } ?? ""
        return Recognition(.certain, "it has \(table) with session_id and message_data\(branches)")
    }

    package func reader(_ options: ReadingOptions, of tables: DatabaseShape) -> any TableReader {
        OpenAIAgentsReader(queries: queries(tables))
    }

    /// Where encrypted rows are looked for, to try a key: at both ends, as a session is encrypted as a whole.
    package static func probes(_ tables: DatabaseShape) -> [TableQuery] {
        tables.tables(with: messages).map { table in
            let rows = "SELECT id, session_id, message_data FROM \(TableQuery.quoted(table))"
            return TableQuery(
                table,
                "SELECT * FROM (\(rows) ORDER BY id LIMIT 200) AS oldest UNION ALL "
                    + "SELECT * FROM (\(rows) ORDER BY id DESC LIMIT 200) AS newest")
        }
    }

    /// Branches are made by `AdvancedSQLiteSession` alone.
    private func structure(_ tables: DatabaseShape) -> String? {
        engine == .sqlite ? tables.tables(with: Self.structure).first : nil
    }

    private func queries(_ tables: DatabaseShape) -> [TableQuery] {
        let found = tables.tables(with: Self.messages)
        // A file has one structure; it is of the table with the usual name if there are several.
        let structured = found.contains("agent_messages") ? "agent_messages" : found.first
        return found.map { table in
            let time = tables.tables[table]?.contains("created_at") ?? false ? "m.created_at" : "NULL"
            if table == structured, let structure = structure(tables) {
                let usage = tables.tables(with: Self.usage).first
                return TableQuery(
                    table, Self.branches(TableQuery.quoted(table), TableQuery.quoted(structure), usage, time: time))
            }
            return TableQuery(
                table,
                "SELECT m.id, m.session_id, m.message_data, \(time) AS created_at FROM \(TableQuery.quoted(table)) m "
                    + "ORDER BY m.session_id, m.id")
        }
    }

    /// Rows by session, branch and place in it. Rows of the structure whose item was taken back have none.
    private static func branches(_ table: String, _ structure: String, _ usage: String?, time: String) -> String {
        let spent = [
            "requests", "input_tokens", "output_tokens", "total_tokens", "input_tokens_details",
            "output_tokens_details",
        ]
        let join =
            usage.map {
                " LEFT JOIN \(TableQuery.quoted($0)) u ON u.session_id = s.session_id AND u.branch_id = s.branch_id "
                    + "AND u.user_turn_number = s.user_turn_number"
            } ?? ""
        let columns = spent.map { usage == nil ? "NULL AS \($0)" : "u.\($0) AS \($0)" }.joined(separator: ", ")
        let none = spent.map { "NULL AS \($0)" }.joined(separator: ", ")
        return """
            SELECT m.id AS id, s.session_id AS session_id, m.message_data AS message_data, \(time) AS created_at, \
            s.branch_id AS branch_id, s.sequence_number AS place, s.user_turn_number AS turn, \(columns) \
            FROM \(structure) s JOIN \(table) m ON m.id = s.message_id\(join) \
            UNION ALL \
            SELECT m.id, m.session_id, m.message_data, \(time), 'main', m.id, NULL, \(none) FROM \(table) m \
            WHERE m.session_id NOT IN (SELECT session_id FROM \(structure)) \
            ORDER BY session_id, branch_id, place, id
            """
    }
}

/// Makes messages of rows that have one item each.
package struct OpenAIAgentsReader: TableReader {
    /// A row that waits for the next one: only that tells whether it ends a turn.
    private struct Held {
        var row: ForeignRow
        var session: String
        var turn: Int64?
    }

    private var queries: [TableQuery]
    private var items = ResponsesItems()
    private var held: Held?

    package init(queries: [TableQuery] = []) {
        self.queries = queries
    }

    package mutating func nextQuery(into output: inout ForeignOutput) -> TableQuery? {
        finish(into: &output)
        return queries.isEmpty ? nil : queries.removeFirst()
    }

    package mutating func add(_ row: ForeignRow, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            var session = try row.session()
            if let branch = row.text("branch_id"), branch != "main" { session += "/" + branch }
            let next = Held(row: row, session: session, turn: row.integer("turn"))
            if let held {
                let isOther = held.session != next.session
                take(held, endsTurn: isOther || held.turn != next.turn, into: &output)
                if isOther { endSession(into: &output) }
            }
            held = next
        } catch {
            output.refuse(row.place, error)
        }
    }

    package mutating func finish(into output: inout ForeignOutput) {
        if let held { take(held, endsTurn: true, into: &output) }
        held = nil
        endSession(into: &output)
    }

    private mutating func endSession(into output: inout ForeignOutput) {
        items.finish(into: &output)
        items = ResponsesItems()
    }

    private mutating func take(_ held: Held, endsTurn: Bool, into output: inout ForeignOutput) {
        let row = held.row
        do throws(MemoryError) {
            guard var (json, text) = try row.parsed("message_data") else {
                throw .unreadable("The row has no message_data")
            }
            if json["__enc__"]?.integerValue == 1, let payload = json["payload"]?.stringValue {
                guard let decryption = output.options.decryption else { throw .unreadable("The row is encrypted") }
                guard let opened = decryption.open(payload, of: try row.session()) else {
                    throw .unreadable("None of the keys opens the row")
                }
                (json, text) = (try JSONValue(parsing: opened), opened[...])
            }
            let record = ForeignRecord(
                session: held.session, time: try row.timestamp("created_at"), text: text, place: row.place)
            items.add(json, usage: endsTurn ? Self.usage(row, into: &output) : nil, of: record, into: &output)
        } catch {
            items.finish(into: &output)
            output.refuse(row.place, error)
        }
    }

    /// What a turn cost, as `turn_usage` has it.
    private static func usage(_ row: ForeignRow, into output: inout ForeignOutput) -> JSONValue? {
        var usage: [String: JSONValue] = [:]
        for key in ["requests", "input_tokens", "output_tokens", "total_tokens"] {
            if let number = row.integer(key) { usage[key] = .integer(number) }
        }
        for key in ["input_tokens_details", "output_tokens_details"] where row[key] != .null {
            if let details = try? row.parsed(key)?.json {
                usage[key] = details.ifKept
            } else {
                output.lose(.field("turn_usage.\(key)"), at: row.place)
            }
        }
        return usage.isEmpty ? nil : .object(usage)
    }
}
