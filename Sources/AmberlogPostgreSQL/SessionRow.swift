#if PostgreSQL
    internal import AgentMemory

    /// What a row of the sessions' table tells.
    struct SessionRow {
        var info: SessionInfo

        static func columns(_ names: TableNames) -> String {
            """
            session_id, created_at, updated_at, expires_at, last_sequence, message_count, byte_count,
                (SELECT min(sequence) FROM \(names.messages) WHERE session = sessions.number)
            """
        }

        /// The same for the result of a function.
        static let functionColumns = """
            (r_id text, r_created bigint, r_updated bigint, r_expires bigint, r_last bigint, r_count bigint,
                r_bytes bigint, r_first bigint)
            """

        init(_ rows: ResultRows, _ row: Int) throws {
            info = SessionInfo(
                id: try rows.text(row, 0, "id of a session"),
                createdAt: Timestamp(microseconds: try rows.integer(row, 1, "time of a first save")),
                updatedAt: Timestamp(microseconds: try rows.integer(row, 2, "time of a last save")),
                messageCount: try rows.natural(row, 5, "number of messages"),
                firstSequence: UInt64(
                    clamping: try rows.optionalInteger(row, 7, "first sequence") ?? 0),
                lastSequence: try rows.natural(row, 4, "last sequence"),
                byteCount: try rows.natural(row, 6, "number of bytes"),
                expiresAt: try rows.optionalInteger(row, 3, "expiry of a session").map { Timestamp(microseconds: $0) })
        }

        static func all(_ rows: ResultRows) throws -> [SessionInfo] {
            try (0..<rows.count).map { try SessionRow(rows, $0).info }
        }
    }
#endif
