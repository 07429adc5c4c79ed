package import AgentMemory

/// A row of a table, or an element of a server's list, by the names of its columns.
package struct ForeignRow: Sendable {
    /// What a column holds, as a driver gives it.
    package enum Value: Sendable, Hashable {
        case null
        case integer(Int64)
        case double(Double)
        case text(String)
        case bytes([UInt8])
        /// A column that the database itself keeps as a time.
        case time(Timestamp)
    }

    /// The table or the key, and the row in it: told where the row is refused.
    package var place: ForeignPlace
    package var columns: [String: Value]

    package init(place: ForeignPlace, columns: [String: Value]) {
        self.place = place
        self.columns = columns
    }

    package subscript(column: String) -> Value { columns[column] ?? .null }

    /// The column as text: bytes that are UTF-8 are that, too, and an integer is its digits.
    package func text(_ column: String) -> String? {
        switch self[column] {
        case .text(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// The JSON of a column, its bytes as they stand; `nil` where it holds neither text nor bytes.
    package func json(_ column: String) -> ArraySlice<UInt8>? {
        switch self[column] {
        case .text(let text): Array(text.utf8)[...]
        case .bytes(let bytes): bytes[...]
        default: nil
        }
    }
}
