#if PostgreSQL
    internal import AgentMemory

    /// Listings of sessions. Each page begins by an index where the one before ended.
    struct SessionPages {
        let names: TableNames
        let order: SessionOrder
        let now: Timestamp

        func page(after: String?, limit: Int, _ connection: Connection) throws -> SessionPage {
            let place = try after.map { try SessionPlace(token: $0, order) }
            var parameters = Parameters()
            parameters.integer(now.microseconds)
            // One more than are wanted tells whether there is another page.
            let (more, overflow) = limit.addingReportingOverflow(1)
            parameters.integer(Int64(overflow ? limit : more))
            var conditions = ["(expires_at IS NULL OR expires_at > $1::bigint)"]
            if let place {
                parameters.text(place.id)
                if let column {
                    parameters.integer(place.value)
                    conditions.append(
                        "\(column) <= $4::bigint AND (\(column) < $4::bigint OR session_id > $3::text)")
                } else {
                    conditions.append("session_id > $3::text")
                }
            }
            let rows = try connection.run(
                Statement(
                    "",
                    """
                    SELECT \(SessionRow.columns(names)) FROM \(names.sessions) AS sessions
                        WHERE \(conditions.joined(separator: " AND "))
                        ORDER BY \(column.map { $0 + " DESC, " } ?? "")session_id LIMIT $2::bigint
                    """), parameters)
            var sessions = try SessionRow.all(rows)
            var next: String?
            if sessions.count > limit {
                sessions.removeLast(sessions.count - limit)
                next = sessions.last.map { SessionPlace($0, order).token }
            }
            return SessionPage(sessions: sessions, next: next)
        }

        /// What goes before the id, the largest first.
        private var column: String? {
            switch order {
            case .id: nil
            case .updated: "updated_at"
            case .size: "byte_count"
            }
        }
    }
#endif
