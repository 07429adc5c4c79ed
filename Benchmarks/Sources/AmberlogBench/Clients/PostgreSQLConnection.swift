import CPostgreSQLClient

/// A connection of libpq's.
final class PostgreSQLConnection {
    let connection: OpaquePointer

    init(_ url: String) throws {
        guard let connection = PQconnectdb(url) else { throw EngineError("postgresql client: no memory") }
        self.connection = connection
        // Otherwise standard error gets the server's remarks.
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        guard PQstatus(connection) == CONNECTION_OK else { throw failure("connect") }
    }

    func failure(_ operation: String) -> EngineError {
        EngineError("postgresql client: \(operation): \(String(cString: PQerrorMessage(connection)))")
    }

    /// Runs statements without values and rows.
    func execute(_ sql: String) throws {
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else { throw failure(sql) }
    }

    /// The first column of what a statement gives, as text.
    func column(_ sql: String) throws -> [String] {
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else { throw failure(sql) }
        return (0..<PQntuples(result)).map { String(cString: PQgetvalue(result, $0, 0)) }
    }

    func close() { PQfinish(connection) }
}
