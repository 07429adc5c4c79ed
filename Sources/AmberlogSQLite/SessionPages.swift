#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// Listings of sessions. Each page begins by an index where the one before ended.
    struct SessionPages {
        let table: SessionTable
        let order: SessionOrder
        let now: Timestamp

        func page(after: String?, limit: Int) throws -> SessionPage {
            let place = try after.map { try Place($0, order) }
            var conditions = ["(expires_at IS NULL OR expires_at > ?)"]
            var arguments: StatementArguments = [now.microseconds]
            if let place {
                if let column {
                    conditions.append("\(column) <= ? AND (\(column) < ? OR session_id > CAST(? AS TEXT))")
                    arguments += [place.rank, place.rank, place.id.boundBytes]
                } else {
                    conditions.append("session_id > CAST(? AS TEXT)")
                    arguments += [place.id.boundBytes]
                }
            }
            // One more than are wanted tells whether there is another page.
            let (more, overflow) = limit.addingReportingOverflow(1)
            arguments += [overflow ? limit : more]
            var rows = try table.rows(
                """
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY \(column.map { $0 + " DESC, " } ?? "")session_id LIMIT ?
                """, arguments)
            var next: String?
            if rows.count > limit {
                rows.removeLast(rows.count - limit)
                next = rows.last.map(token)
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

        private func token(_ session: SessionRow) -> String {
            switch order {
            case .id: session.id
            case .updated: "\(session.updatedAt.microseconds):\(session.id)"
            case .size: "\(session.byteCount):\(session.id)"
            }
        }

        /// Where a page ended.
        private struct Place {
            var rank: Int64 = 0
            var id: String

            init(_ token: String, _ order: SessionOrder) throws {
                guard order != .id else {
                    id = token
                    return
                }
                // By its bytes: a letter after the colon may be one that combines with it.
                guard let colon = token.utf8.firstIndex(of: UInt8(ascii: ":")),
                    let rank = Int64(String(decoding: token.utf8[..<colon], as: UTF8.self))
                else { throw MemoryError(.invalidArgument, "This is not where a page of sessions ended") }
                self.rank = rank
                id = String(decoding: token.utf8[token.utf8.index(after: colon)...], as: UTF8.self)
            }
        }
    }
#endif
