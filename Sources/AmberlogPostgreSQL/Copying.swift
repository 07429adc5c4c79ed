#if PostgreSQL
    private import CLibPQ

    /// Rows on their way into a table by `COPY … (FORMAT binary)`.
    struct Copying {
        /// So many bytes are handed over at once.
        private static let chunk = 1 << 18

        fileprivate let connection: Connection
        private var bytes: [UInt8] = []

        fileprivate init(_ connection: Connection) {
            self.connection = connection
            bytes.append(contentsOf: "PGCOPY\n".utf8)
            bytes += [0xFF, 0x0D, 0x0A, 0x00]
            // No flags, and a header that ends here.
            bytes.append(bigEndian: Int64(0))
        }

        /// Adds a row: `write` appends the number of its columns and their fields.
        mutating func add(_ write: (inout [UInt8]) -> Void) throws(ConnectionFailure) {
            write(&bytes)
            if bytes.count >= Self.chunk { try send() }
        }

        private mutating func send() throws(ConnectionFailure) {
            try connection.put(bytes)
            bytes.removeAll(keepingCapacity: true)
        }

        fileprivate mutating func end() throws(ConnectionFailure) {
            bytes.append(bigEndian: Int16(-1))
            try send()
        }
    }

    extension Connection {
        /// Runs a `COPY … FROM STDIN (FORMAT binary)` of the rows that `body` adds.
        func copy(_ sql: String, _ body: (inout Copying) throws(ConnectionFailure) -> Void) throws(ConnectionFailure) {
            try run(sql)
            var copying = Copying(self)
            try body(&copying)
            try copying.end()
            let deadline = try begin()
            guard PQputCopyEnd(connection, nil) == 1 else { throw lost() }
            try flush(until: deadline)
            _ = try results(until: deadline)
        }

        fileprivate func put(_ bytes: [UInt8]) throws(ConnectionFailure) {
            let deadline = try begin()
            while true {
                let result = bytes.withUnsafeBytes { buffer in
                    buffer.withMemoryRebound(to: CChar.self) {
                        PQputCopyData(connection, $0.baseAddress, Int32(clamping: $0.count))
                    }
                }
                // 0: libpq has no room, and made some by what is sent now.
                guard result >= 0 else { throw lost() }
                try flush(until: deadline)
                if result == 1 { return }
            }
        }
    }
#endif
