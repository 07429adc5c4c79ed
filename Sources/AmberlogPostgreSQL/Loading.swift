#if PostgreSQL
    internal import AgentMemory

    /// Reading messages and what is known of sessions: one statement each, so in one consistent state.
    struct Loading: Sendable {
        let names: TableNames
        private let newestStatement: Statement
        private let oldestStatement: Statement

        init(names: TableNames) {
            self.names = names
            // A session's number is a value of its own, by which the index is in order.
            let range = """
                SELECT \(Self.columns("messages")) FROM \(names.messages) AS messages
                    WHERE session = (SELECT number FROM \(names.sessions)
                        WHERE session_id = $1::text AND (expires_at IS NULL OR expires_at > $2::bigint))
                    AND sequence
                """
            newestStatement = Statement("newest", range + " <= $3::bigint ORDER BY sequence DESC LIMIT $4::bigint")
            oldestStatement = Statement("oldest", range + " >= $3::bigint ORDER BY sequence LIMIT $4::bigint")
        }

        /// The columns that ``messages(_:from:)`` reads.
        static func columns(_ table: String) -> String {
            ["sequence", "role", "content", "timestamp", "metadata_text", "id"].map { "\(table).\($0)" }
                .joined(separator: ", ")
        }

        // MARK: Messages

        /// The newest messages of a session up to a sequence, the oldest of them first.
        func newest(
            _ limit: Int?, of session: String, through sequence: Int64, now: Timestamp, _ connection: Connection
        ) throws -> [Message] {
            try Self.messages(
                connection.run(newestStatement, place(session, now, sequence, limit)), isNewestFirst: true)
        }

        /// The oldest messages of a session from a sequence on.
        func oldest(
            _ limit: Int, of session: String, from sequence: Int64, now: Timestamp, _ connection: Connection
        ) throws -> [Message] {
            try Self.messages(connection.run(oldestStatement, place(session, now, sequence, limit)))
        }

        private func place(_ session: String, _ now: Timestamp, _ sequence: Int64, _ limit: Int?) -> Parameters {
            var parameters = Parameters()
            parameters.text(session)
            parameters.integer(now.microseconds)
            parameters.integer(sequence)
            parameters.integer(limit.map { Int64($0) })
            return parameters
        }

        /// The messages of a result whose columns from `first` on are ``columns(_:)``, the oldest first. Their metadata
        /// share one allocation.
        static func messages(_ rows: ResultRows, from first: Int = 0, isNewestFirst: Bool = false) throws -> [Message] {
            var size = 0
            for row in 0..<rows.count { size += rows.bytes(row, first + 4)?.count ?? 0 }
            let buffer = size > 0 ? MetadataBuffer(capacity: size) : nil
            var end = 0
            var messages: [Message] = []
            messages.reserveCapacity(rows.count)
            for place in 0..<rows.count {
                let row = isNewestFirst ? rows.count - 1 - place : place
                var metadata: EncodedMetadata?
                if let bytes = rows.bytes(row, first + 4), let buffer, !bytes.isEmpty {
                    UnsafeMutableRawBufferPointer(start: buffer.base + end, count: bytes.count).copyMemory(from: bytes)
                    metadata = EncodedMetadata(buffer: buffer, offset: end, count: bytes.count)
                    end += bytes.count
                }
                messages.append(
                    Message(
                        role: Role(try rows.text(row, first + 1, "role")),
                        content: try rows.text(row, first + 2, "content"),
                        timestamp: Timestamp(microseconds: try rows.integer(row, first + 3, "timestamp")),
                        id: try rows.optionalText(row, first + 5, "id"),
                        sequence: try rows.natural(row, first, "sequence"), encodedMetadata: metadata))
            }
            return messages
        }

        // MARK: Sessions

        func info(_ session: String, now: Timestamp, _ connection: Connection) throws -> SessionInfo? {
            let rows = try find(
                Statement(
                    "info",
                    """
                    SELECT \(SessionRow.columns(names)), metadata FROM \(names.sessions) AS sessions
                        WHERE session_id = $1::text AND (expires_at IS NULL OR expires_at > $2::bigint)
                    """), session, now, connection)
            guard rows.count > 0 else { return nil }
            var info = try SessionRow(rows, 0).info
            if let metadata = try rows.optionalJSON(0, 8, "metadata of a session") {
                guard case .object(let object) = metadata else { throw MemoryError.damaged("metadata of a session") }
                info.metadata = object
            }
            return info
        }

        func origin(of session: String, now: Timestamp, _ connection: Connection) throws -> JSONValue? {
            let rows = try find(
                Statement(
                    "origin",
                    """
                    SELECT origin FROM \(names.sessions)
                        WHERE session_id = $1::text AND (expires_at IS NULL OR expires_at > $2::bigint)
                    """), session, now, connection)
            return rows.count > 0 ? try rows.optionalJSON(0, 0, "origin") : nil
        }

        /// 0 for a session that there isn't.
        func lastSequence(of session: String, now: Timestamp, _ connection: Connection) throws -> Int64 {
            let rows = try find(
                Statement(
                    "last",
                    """
                    SELECT last_sequence FROM \(names.sessions)
                        WHERE session_id = $1::text AND (expires_at IS NULL OR expires_at > $2::bigint)
                    """), session, now, connection)
            return rows.count > 0 ? try rows.natural(0, 0, "last sequence") : 0
        }

        private func find(
            _ statement: Statement, _ session: String, _ now: Timestamp, _ connection: Connection
        ) throws -> ResultRows {
            var parameters = Parameters()
            parameters.text(session)
            parameters.integer(now.microseconds)
            return try connection.run(statement, parameters)
        }

        /// Those that were last saved to before `time`, by id.
        func updated(before time: Timestamp, now: Timestamp, _ connection: Connection) throws -> [SessionInfo] {
            var parameters = Parameters()
            parameters.integer(time.microseconds)
            parameters.integer(now.microseconds)
            return try SessionRow.all(
                connection.run(
                    Statement(
                        "",
                        """
                        SELECT \(SessionRow.columns(names)) FROM \(names.sessions) AS sessions
                            WHERE updated_at < $1::bigint AND (expires_at IS NULL OR expires_at > $2::bigint)
                            ORDER BY session_id
                        """), parameters))
        }
    }
#endif
