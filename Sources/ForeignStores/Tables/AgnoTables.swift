internal import AgentMemory

/// agno's sessions and runs: those of version 2 in a column of the sessions, those of version 3 in a table.
package struct AgnoTables: TableLayout {
    package let name = "agno-sqlite"
    package let summary = "Sessions of agno 2 and 3 in SQLite"
    private static let sessions: Set<String> = ["session_id", "session_type", "session_data", "created_at"]
    private static let runs: Set<String> = ["run_id", "session_id", "run_index", "run_data", "parent_run_id", "status"]

    package init() {}

    package func recognize(_ shape: DatabaseShape) -> Recognition? {
        let sessions = shape.tables(with: Self.sessions)
        if let runs = shape.tables(with: Self.runs).first {
            return Recognition(.certain, "it has \(runs) with run_data")
        }
        guard let table = sessions.first(where: { shape.tables[$0]?.contains("runs") ?? false }) else { return nil }
        return Recognition(.certain, "it has \(table) with session_data and runs")
    }

    package func reader(_ options: ReadingOptions, of shape: DatabaseShape) -> any TableReader {
        AgnoReader(queries: Self.queries(shape))
    }

    private static func queries(_ shape: DatabaseShape) -> [TableQuery] {
        let sessions = shape.tables(with: sessions)
        var runs = shape.tables(with: runs)
        var queries: [TableQuery] = []
        // Tables come in pairs: agno_sessions has its runs in agno_runs.
        for table in sessions {
            let own = runs.firstIndex(of: table.replacing("sessions", with: "runs")) ?? runs.indices.first
            let partner = own.map { runs.remove(at: $0) }
            let hasColumn = shape.tables[table]?.contains("runs") ?? false
            queries.append(query(sessions: table, hasColumn: hasColumn, runs: partner))
        }
        for table in runs { queries.append(query(sessions: nil, hasColumn: false, runs: table)) }
        return queries
    }

    /// The row of each session, and behind it those of its runs.
    private static func query(sessions: String?, hasColumn: Bool, runs: String?) -> TableQuery {
        var selects: [String] = []
        if let sessions {
            selects.append(
                "SELECT session_id, 0 AS kind, NULL AS run_index, rowid AS id, session_data, "
                    + (hasColumn ? "runs" : "NULL AS runs")
                    + ", NULL AS run_id, NULL AS parent_run_id, NULL AS status, NULL AS run_data "
                    + "FROM \(TableQuery.quoted(sessions))")
        }
        if let runs {
            selects.append(
                "SELECT session_id, 1 AS kind, run_index, rowid AS id, NULL AS session_data, NULL AS runs, run_id, "
                    + "parent_run_id, status, run_data FROM \(TableQuery.quoted(runs))")
        }
        return TableQuery(
            runs ?? sessions ?? "",
            selects.joined(separator: " UNION ALL ") + " ORDER BY session_id, kind, run_index, id")
    }
}
