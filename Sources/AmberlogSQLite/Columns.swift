#if SQLite
    internal import AgentMemory
    internal import Foundation
    internal import GRDB

    // Texts go in and out as bytes: as strings they would end at their first NUL.

    extension String {
        /// What `CAST(? AS TEXT)` makes this text of again.
        var boundBytes: Data { Data(utf8) }
    }

    extension Database {
        /// Gives `body` the first row that a statement finds.
        func firstRow<Result>(
            _ sql: String, _ arguments: StatementArguments, _ body: (Row) throws -> Result
        ) throws -> Result? {
            var result: Result?
            try forEachRow(sql, arguments) { row in
                result = try body(row)
                return false
            }
            return result
        }

        /// Gives `body` each row that a statement finds, until it returns false.
        func forEachRow(_ sql: String, _ arguments: StatementArguments, _ body: (Row) throws -> Bool) throws {
            try cachedStatement(sql: sql).forEachRow(arguments, body)
        }

        /// Runs a statement that gives no rows.
        func run(_ sql: String, _ arguments: StatementArguments) throws {
            try cachedStatement(sql: sql).execute(arguments: arguments)
        }
    }

    extension Statement {
        /// Gives `body` each row that the statement finds, until it returns false.
        func forEachRow(_ arguments: StatementArguments, _ body: (Row) throws -> Bool) throws {
            let cursor = try Row.fetchCursor(self, arguments: arguments)
            // The row is the statement's, which the cursor resets when it goes.
            try withExtendedLifetime(cursor) {
                while let row = try cursor.next(), try body(row) {}
            }
        }
    }

    extension Row {
        /// A text that must be there.
        func text(_ index: Int, _ what: String) throws -> String {
            guard let text = try optionalText(index, what) else { throw MemoryError.damaged(what) }
            return text
        }

        /// A text, or nothing.
        func optionalText(_ index: Int, _ what: String) throws -> String? {
            try withUnsafeData(atIndex: index) { data -> String? in
                guard let data else { return nil }
                guard let text = String(validating: data, as: UTF8.self) else { throw MemoryError.damaged(what) }
                return text
            }
        }

        /// A number that must be there.
        func integer(_ index: Int, _ what: String) throws -> Int64 {
            guard case .int64(let number) = (self[index] as DatabaseValue).storage else {
                throw MemoryError.damaged(what)
            }
            return number
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
            try hasNull(atIndex: index) ? nil : integer(index, what)
        }

        /// JSON, or nothing.
        func optionalJSON(_ index: Int, _ what: String) throws -> JSONValue? {
            guard let text = try optionalText(index, what) else { return nil }
            guard let value = try? JSONValue(parsing: text) else { throw MemoryError.damaged(what) }
            return value
        }
    }
#endif
