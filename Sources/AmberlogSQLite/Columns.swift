#if SQLite
    internal import GRDB
    internal import GRDBSQLite

    // GRDB prepares statements and keeps them; bound and stepped through they are here, as its arguments and cursors take
    // longer than SQLite does.

    extension Database {
        /// Gives `body` the first row that a statement finds.
        func firstRow<each Value: Binding, Result>(
            _ sql: String, _ values: repeat each Value, body: (StatementRow) throws -> Result
        ) throws -> Result? {
            var result: Result?
            try forEachRow(sql, repeat each values) { row in
                result = try body(row)
                return false
            }
            return result
        }

        /// Gives `body` each row that a statement finds, until it returns false.
        func forEachRow<each Value: Binding>(
            _ sql: String, _ values: repeat each Value, body: (StatementRow) throws -> Bool
        ) throws {
            let statement = try cachedStatement(sql: sql).sqliteStatement
            bind(statement, repeat each values)
            try step(statement, body)
        }

        /// As above, with as many values as there happen to be.
        func forEachRow(_ sql: String, values: [any Binding], _ body: (StatementRow) throws -> Bool) throws {
            let statement = try cachedStatement(sql: sql).sqliteStatement
            for (index, value) in values.enumerated() { value.bind(to: statement, at: Int32(index) + 1) }
            try step(statement, body)
        }

        /// Runs a statement that gives no rows.
        func run<each Value: Binding>(_ sql: String, _ values: repeat each Value) throws {
            try forEachRow(sql, repeat each values) { _ in true }
        }

        /// Does all of it in one transaction, or nothing.
        func atomically<Result>(_ body: () throws -> Result) throws -> Result {
            do {
                try run("BEGIN IMMEDIATE TRANSACTION")
                let result = try body()
                try run("COMMIT TRANSACTION")
                return result
            } catch {
                // GRDB's own: a task that is cancelled just now interrupts statements, and must not interrupt this one. A
                // transaction that stayed open would end the process. After some errors, as that of a full disk, SQLite
                // has done it itself.
                if isInsideTransaction { try rollback() }
                throw error
            }
        }

        @inline(__always)
        private func bind<each Value: Binding>(_ statement: OpaquePointer, _ values: repeat each Value) {
            var place: Int32 = 0
            for value in repeat each values {
                place += 1
                value.bind(to: statement, at: place)
            }
        }

        private func step(_ statement: OpaquePointer, _ body: (StatementRow) throws -> Bool) throws {
            defer {
                sqlite3_reset(statement)
                // A message may be large.
                sqlite3_clear_bindings(statement)
            }
            try stepThrough(statement, body)
        }
    }

    extension Statement {
        /// Gives `body` each row that the statement finds, until it returns false.
        func forEachRow(_ arguments: StatementArguments, _ body: (StatementRow) throws -> Bool) throws {
            try setArguments(arguments)
            defer { sqlite3_reset(sqliteStatement) }
            try stepThrough(sqliteStatement, body)
        }
    }

    private func stepThrough(_ statement: OpaquePointer, _ body: (StatementRow) throws -> Bool) throws {
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                // Nothing but a cancelled task interrupts.
                if code == SQLITE_INTERRUPT { throw CancellationError() }
                let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(statement)))
                throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
            }
            guard try body(StatementRow(statement)) else { return }
        }
    }
#endif
