#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// Listings of sessions. Each page begins by an index where the one before ended.
    struct SessionPages {
        let table: SessionTable
        let order: SessionOrder
        let now: Timestamp

        func page(after: String?, limit: Int) throws -> SessionPage {
            let place = try after.map { try SessionPlace(token: $0, order) }
            var conditions = ["(expires_at IS NULL OR expires_at > ?)"]
            var values: [any Binding] = [now.microseconds]
            if let place {
                if let column {
                    conditions.append("\(column) <= ? AND (\(column) < ? OR session_id > CAST(? AS TEXT))")
                    values += [place.value, place.value, place.id]
                } else {
                    conditions.append("session_id > CAST(? AS TEXT)")
                    values.append(place.id)
                }
            }
            // One more than are wanted tells whether there is another page.
            let (more, overflow) = limit.addingReportingOverflow(1)
            values.append(overflow ? limit : more)
            var rows = try table.rows(
                """
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY \(column.map { $0 + " DESC, " } ?? "")session_id LIMIT ?
                """, values)
            var next: String?
            if rows.count > limit {
                rows.removeLast(rows.count - limit)
                next = rows.last.map { SessionPlace($0.info, order).token }
            }
            return SessionPage(sessions: rows.map(\.info), next: next)
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
