#if SQLite
    internal import AgentMemory
    internal import Foundation
    internal import GRDB
    internal import GRDBSQLite

    // Texts go in and out as bytes: as strings they would end at their first NUL.

    extension String {
        /// What `CAST(? AS TEXT)` makes this text of again.
        var boundBytes: Data { Data(utf8) }
    }

    extension Database {
        /// Gives `body` the first row that a statement finds.
        func firstRow<Result>(
            _ sql: String, _ arguments: StatementArguments, _ body: (StatementRow) throws -> Result
        ) throws -> Result? {
            var result: Result?
            try forEachRow(sql, arguments) { row in
                result = try body(row)
                return false
            }
            return result
        }

        /// Gives `body` each row that a statement finds, until it returns false.
        func forEachRow(
            _ sql: String, _ arguments: StatementArguments, _ body: (StatementRow) throws -> Bool
        ) throws {
            try cachedStatement(sql: sql).forEachRow(arguments, body)
        }

        /// Runs a statement that gives no rows.
        func run(_ sql: String, _ arguments: StatementArguments) throws {
            try cachedStatement(sql: sql).execute(arguments: arguments)
        }
    }

    extension Statement {
        /// Gives `body` each row that the statement finds, until it returns false.
        func forEachRow(_ arguments: StatementArguments, _ body: (StatementRow) throws -> Bool) throws {
            try setArguments(arguments)
            // GRDB's cursors take longer for a row than SQLite does.
            let statement = sqliteStatement
            defer { sqlite3_reset(statement) }
            while true {
                let code = sqlite3_step(statement)
                if code == SQLITE_DONE { return }
                guard code == SQLITE_ROW else { throw failure(code) }
                guard try body(StatementRow(self)) else { return }
            }
        }

        private func failure(_ code: Int32) -> any Error {
            // Nothing but a cancelled task interrupts.
            if code == SQLITE_INTERRUPT { return CancellationError() }
            let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(sqliteStatement)))
            return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }
#endif
