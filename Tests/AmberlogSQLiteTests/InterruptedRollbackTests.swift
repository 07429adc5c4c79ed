#if SQLite
    @testable import AmberlogSQLite
    import GRDB
    import GRDBSQLite
    import Testing

    /// An interrupt stays in force while any statement is under way, as FTS5 keeps some: it must not keep a transaction from
    /// being undone, which would end the process, nor the next one from being done.
    @Suite struct InterruptedRollbackTests {
        private struct Stop: Error {}

        private func insert(_ number: Int, in db: Database) throws {
            try db.run("INSERT INTO numbers VALUES (?)", number)
        }

        /// Interrupts a transaction while a statement is under way that outlives it.
        private func interruptTransaction(_ db: Database) throws {
            let cursor = try Row.fetchCursor(db, sql: "SELECT 1 UNION ALL SELECT 2")
            try withExtendedLifetime(cursor) {
                try db.atomically {
                    try insert(1, in: db)
                    _ = try cursor.next()
                    sqlite3_interrupt(db.sqliteConnection)
                    throw Stop()
                }
            }
        }

        @Test func `interrupted while another statement is under way`() throws {
            let fixture = try Fixture()
            try fixture.withDatabase { db in
                try db.execute(sql: "CREATE TABLE numbers (number INTEGER)")
                do {
                    try interruptTransaction(db)
                    Issue.record("It wasn't stopped")
                } catch is Stop {}
                #expect(!db.isInsideTransaction)
                try db.atomically { try insert(2, in: db) }
                #expect(try Int.fetchAll(db, sql: "SELECT number FROM numbers") == [2])
            }
        }
    }
#endif
