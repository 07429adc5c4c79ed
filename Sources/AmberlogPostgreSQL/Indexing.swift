#if PostgreSQL
    internal import AgentMemory

    /// Makes messages searchable that were saved while nothing was indexed.
    struct Indexing {
        private static let page: Int64 = 200

        let names: TableNames

        /// Some of them, in a transaction of their own. `false` when there are none left.
        func run(_ connection: Connection) throws -> Bool {
            var limit = Parameters()
            limit.integer(Self.page)
            let rows = try connection.run(
                Statement(
                    "",
                    """
                    SELECT session, sequence, content FROM \(names.messages) WHERE words IS NULL
                        ORDER BY session, sequence LIMIT $1::bigint
                    """), limit)
            if rows.count == 0 { return false }
            let contents = try (0..<rows.count).map { try rows.text($0, 2, "content") }
            var parameters = Parameters()
            parameters.integers(try (0..<rows.count).map { try rows.integer($0, 0, "number of a session") })
            parameters.integers(try (0..<rows.count).map { try rows.integer($0, 1, "sequence") })
            parameters.array(of: .tsvector, contents) { content, bytes in
                WordVector.append(content, to: &bytes)
                return true
            }
            _ = try connection.run(
                Statement(
                    "",
                    """
                    UPDATE \(names.messages) AS messages SET words = given.words
                        FROM unnest($1::bigint[], $2::bigint[], $3::tsvector[]) AS given (session, sequence, words)
                        WHERE messages.session = given.session AND messages.sequence = given.sequence
                    """), parameters)
            return true
        }
    }
#endif
