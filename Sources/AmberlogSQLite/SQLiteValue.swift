#if SQLite
    internal import AgentMemory
    internal import Foundation
    internal import GRDB
    internal import GRDBSQLite

    /// A value of SQLite's: what is bound to a `?`, and what a column of a result holds.
    ///
    /// ```swift
    /// let arguments: [SQLiteValue] = ["user_123", 50, 0.5, .null]
    /// ```
    public enum SQLiteValue: Sendable, Hashable {
        /// No value.
        case null
        /// A whole number.
        case integer(Int64)
        /// A number.
        case real(Double)
        /// Text in UTF-8.
        case text(String)
        /// Bytes.
        case blob([UInt8])
    }

    extension SQLiteValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
        /// A text, as a literal.
        public init(stringLiteral value: String) { self = .text(value) }
        /// A whole number, as a literal.
        public init(integerLiteral value: Int64) { self = .integer(value) }
        /// A number, as a literal.
        public init(floatLiteral value: Double) { self = .real(value) }
    }

    /// One row of a result: see ``SQLiteBackend/query(_:arguments:)``.
    public struct SQLiteRow: Sendable, Hashable {
        /// The names of the columns, in order.
        public var columns: [String]
        /// What they hold.
        public var values: [SQLiteValue]

        /// The value of the first column of this name, in any case; `nil` when there is none.
        public subscript(column: String) -> SQLiteValue? {
            let wanted = column.lowercased()
            return columns.firstIndex { $0.lowercased() == wanted }.map { values[$0] }
        }
    }

    extension SQLiteValue {
        /// The value as it is bound.
        ///
        /// - Throws: `MemoryError` with `invalidArgument` for a text with a NUL in it, which would end there, and
        ///   `tooLarge` for what SQLite may refuse to bind.
        func bound() throws(MemoryError) -> DatabaseValue {
            switch self {
            case .null: return .null
            case .integer(let number): return number.databaseValue
            case .real(let number): return number.databaseValue
            case .blob(let bytes):
                try Self.check(bytes.count)
                return Data(bytes).databaseValue
            case .text(let text):
                try Self.check(text.utf8.count)
                guard !text.utf8.contains(0) else {
                    throw MemoryError(
                        .invalidArgument, "A text with a NUL in it is bound as a blob, to CAST(? AS TEXT)")
                }
                return text.databaseValue
            }
        }

        private static func check(_ count: Int) throws(MemoryError) {
            guard count <= MemoryLimits.saveBytes else {
                throw MemoryError(
                    .tooLarge, "An argument of \(count) bytes is larger than \(MemoryLimits.saveBytes)")
            }
        }

        init(_ row: StatementRow, _ index: Int) throws {
            switch row.type(index) {
            case SQLITE_INTEGER: self = .integer(try row.integer(index, "number"))
            case SQLITE_FLOAT: self = .real(row.real(index))
            case SQLITE_BLOB: self = .blob(row.withBytes(index) { Array($0) })
            case SQLITE_TEXT: self = .text(try row.text(index, "well-formed text"))
            default: self = .null
            }
        }
    }
#endif
