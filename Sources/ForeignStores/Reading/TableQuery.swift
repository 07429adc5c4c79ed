internal import AgentMemory

/// One query of a layout of tables. Its rows come in the layout's order.
package struct TableQuery: Sendable, Hashable {
    /// The table that rows are told by, where one is refused.
    package var table: String
    package var sql: String
    /// In the order of the question marks in ``sql``.
    package var arguments: [ForeignRow.Value]
    /// The column whose value is the row's name.
    package var rowName: String

    package init(_ table: String, _ sql: String, _ arguments: [ForeignRow.Value] = [], rowName: String = "id") {
        (self.table, self.sql, self.arguments, self.rowName) = (table, sql, arguments, rowName)
    }

    /// A name in SQL, whatever is in it.
    package static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }
}

/// What tables lie in.
package enum DatabaseEngine: Sendable {
    case sqlite
    case postgreSQL
}

/// A layout of tables in a database.
package protocol TableLayout: ForeignLayout {
    var engine: DatabaseEngine { get }
    /// What asks a database of such tables, and makes messages of the answers.
    func reader(_ options: ReadingOptions, of tables: DatabaseShape) -> any TableReader
}

extension TableLayout {
    package var engine: DatabaseEngine { .sqlite }
}

/// Asks, and makes messages of the rows: `nextQuery()`, `add` for each of its rows, `nextQuery()` again, until there is
/// none; then `finish`.
///
/// What is asked may depend on what came before. All queries see the same state of the database.
package protocol TableReader: ForeignRowReader {
    mutating func nextQuery(into output: inout ForeignOutput) -> TableQuery?
}

/// Opens what a library has encrypted row by row.
package protocol RowDecryption: Sendable {
    /// - Returns: `nil` if none of the keys opens it.
    func open(_ payload: String, of session: String) -> [UInt8]?
}

extension ForeignRow {
    /// A column that must be text.
    func requiredText(_ column: String) throws(MemoryError) -> String {
        guard let text = text(column) else { throw .unreadable("The column \(column) holds no text") }
        return text
    }

    /// The session, which must have a name.
    func session(_ column: String = "session_id") throws(MemoryError) -> String {
        let session = try requiredText(column)
        if session.isEmpty { throw .unreadable("The column \(column) is empty") }
        return session
    }

    /// The JSON of a column, and its bytes as they stand; `nil` where it is NULL.
    func parsed(_ column: String) throws(MemoryError) -> (json: JSONValue, text: ArraySlice<UInt8>)? {
        if self[column] == .null { return nil }
        guard let text = json(column) else { throw .unreadable("The column \(column) holds no JSON") }
        return (try JSONValue(parsing: Array(text)), text)
    }

    /// A moment: a time, seconds since 1970, or a text; without an offset it is UTC.
    func timestamp(_ column: String) throws(MemoryError) -> Timestamp? {
        switch self[column] {
        case .null: return nil
        case .time(let time): return time
        case .integer(let seconds): return try Timestamp(json: .integer(seconds))
        case .double(let seconds): return try Timestamp(json: .double(seconds))
        case .text(let text): return try Timestamp(parsing: text)
        case .bytes: throw .unreadable("The column \(column) holds no time")
        }
    }

    func integer(_ column: String) -> Int64? {
        if case .integer(let number) = self[column] { number } else { nil }
    }

    /// The row itself as JSON, for layouts that have a message's parts in columns. Bytes are left out: they are nothing
    /// that JSON has.
    var serialized: ArraySlice<UInt8> {
        var object: [String: JSONValue] = [:]
        for (column, value) in columns {
            switch value {
            case .null, .bytes: break
            case .integer(let number): object[column] = .integer(number)
            case .double(let number): object[column] = .double(number)
            case .text(let text): object[column] = .string(text)
            case .time(let time): object[column] = .string(time.description)
            }
        }
        return JSONValue.object(object).serialized()[...]
    }
}
