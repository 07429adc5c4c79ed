import CPostgreSQLClient

/// The rows of a table in the binary format of COPY, for copying them into another one.
struct TableRows {
    private let table: String
    private var pieces: [[UInt8]] = []

    /// Takes them out of a table.
    init(_ client: PostgreSQLConnection, _ table: String) throws {
        self.table = table
        let result = PQexec(client.connection, "COPY \(table) TO STDOUT (FORMAT binary)")
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COPY_OUT else { throw client.failure("COPY TO") }
        while true {
            var piece: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(client.connection, &piece, 0)
            if count == -1 { break }
            guard count > 0, let piece else { throw client.failure("COPY TO") }
            pieces.append(Array(UnsafeRawBufferPointer(start: piece, count: Int(count))))
            PQfreemem(piece)
        }
        try Self.finish(client, "COPY TO")
    }

    /// Copies them into a table that is like theirs, indexes and all, in one statement.
    ///
    /// - Returns: The seconds that it took.
    func copy(_ client: PostgreSQLConnection, _ schema: String) throws -> Double {
        let copied = "\(schema).copied"
        try client.execute("CREATE TABLE \(copied) (LIKE \(table) INCLUDING ALL)")
        defer { try? client.execute("DROP TABLE \(copied)") }
        let start = nanoseconds()
        let result = PQexec(client.connection, "COPY \(copied) FROM STDIN (FORMAT binary)")
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COPY_IN else { throw client.failure("COPY FROM") }
        for piece in pieces {
            let sent = piece.withUnsafeBytes { bytes in
                PQputCopyData(
                    client.connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
            }
            guard sent == 1 else { throw client.failure("COPY FROM") }
        }
        guard PQputCopyEnd(client.connection, nil) == 1 else { throw client.failure("COPY FROM") }
        try Self.finish(client, "COPY FROM")
        return Double(nanoseconds() - start) / 1e9
    }

    private static func finish(_ client: PostgreSQLConnection, _ operation: String) throws {
        while let result = PQgetResult(client.connection) {
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw client.failure(operation) }
        }
    }
}
