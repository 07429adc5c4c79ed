#if PostgreSQL
    internal import AgentMemory
    private import CLibPQ

    /// Rows one by one, as they come from the server: it takes the memory of the largest, however many there are.
    extension Connection {
        /// Sends a query; ``nextRow()`` gives its rows, in binary format.
        func beginRows(_ sql: String) throws(ConnectionFailure) {
            let deadline = try begin()
            // The mode before anything is read.
            guard PQsendQueryParams(connection, sql, 0, nil, nil, nil, nil, 1) == 1,
                PQsetSingleRowMode(connection) == 1
            else { throw lost() }
            try flush(until: deadline)
        }

        /// Waits for the next row; `nil` behind the last.
        func nextRow() throws(ConnectionFailure) -> [(name: String, value: ColumnValue)]? {
            var deadline = try begin()
            while true {
                while PQisBusy(connection) == 1 {
                    try wait(writing: false, &deadline)
                    guard PQconsumeInput(connection) == 1 else { throw lost() }
                }
                guard let result = PQgetResult(connection) else {
                    guard PQstatus(connection) == CONNECTION_OK else { throw lost() }
                    return nil
                }
                defer { PQclear(result) }
                switch PQresultStatus(result) {
                case PGRES_SINGLE_TUPLE: return Self.row(result)
                // Behind the rows.
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK: continue
                default: throw PQstatus(connection) == CONNECTION_OK ? refused(result) : lost(result)
                }
            }
        }

        private static func row(_ result: OpaquePointer) -> [(name: String, value: ColumnValue)] {
            (0..<PQnfields(result)).map { column in
                let name = PQfname(result, column).map { String(cString: $0) } ?? ""
                guard PQgetisnull(result, 0, column) == 0, let start = PQgetvalue(result, 0, column) else {
                    return (name, .null)
                }
                let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, 0, column)))
                return (name, ColumnValue(bytes, type: PQftype(result, column)))
            }
        }
    }
#endif
