#if SQLite
    internal import AgentMemory
    internal import Foundation
    internal import GRDB
    internal import GRDBSQLite

    /// The row where a statement stands. Not to be kept: the next step goes over it.
    struct StatementRow {
        private let statement: OpaquePointer

        init(_ statement: Statement) {
            self.statement = statement.sqliteStatement
        }

        init(_ statement: OpaquePointer) {
            self.statement = statement
        }

        /// Which kind of value a column has: `SQLITE_NULL`, `SQLITE_INTEGER` and so on.
        func type(_ index: Int) -> Int32 { sqlite3_column_type(statement, Int32(index)) }

        /// The bytes of a text or a blob, without copying them; none for NULL.
        func withBytes<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
            // The pointer first: asked for it, SQLite may convert the value, and only then knows the length.
            let start = sqlite3_column_blob(statement, Int32(index))
            let count = Int(sqlite3_column_bytes(statement, Int32(index)))
            return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
        }

        /// A text that must be there.
        func text(_ index: Int, _ what: String) throws -> String {
            guard let text = try optionalText(index, what) else { throw MemoryError.damaged(what) }
            return text
        }

        /// A text, or nothing.
        func optionalText(_ index: Int, _ what: String) throws -> String? {
            if type(index) == SQLITE_NULL { return nil }
            return try withBytes(index) { bytes in
                guard let text = String(wellFormed: bytes) else {
                    throw MemoryError.damaged(what)
                }
                return text
            }
        }

        /// A number that must be there.
        func integer(_ index: Int, _ what: String) throws -> Int64 {
            guard type(index) == SQLITE_INTEGER else { throw MemoryError.damaged(what) }
            return sqlite3_column_int64(statement, Int32(index))
        }

        /// A number that must be there and not be negative.
        func natural<Number: FixedWidthInteger>(_ index: Int, _ what: String) throws -> Number {
            guard let number = Number(exactly: try integer(index, what)), number >= 0 else {
                throw MemoryError.damaged(what)
            }
            return number
        }

        /// A number, or nothing.
        func optionalInteger(_ index: Int, _ what: String) throws -> Int64? {
            type(index) == SQLITE_NULL ? nil : try integer(index, what)
        }

        /// A number with a fraction, 0 for what is none.
        func real(_ index: Int) -> Double { sqlite3_column_double(statement, Int32(index)) }

        /// JSON, or nothing.
        func optionalJSON(_ index: Int, _ what: String) throws -> JSONValue? {
            guard let text = try optionalText(index, what) else { return nil }
            guard let value = try? JSONValue(parsing: text) else { throw MemoryError.damaged(what) }
            return value
        }
    }
#endif
