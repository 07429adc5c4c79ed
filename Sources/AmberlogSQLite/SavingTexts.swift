#if SQLite
    /// The statements of saves, made once for a backend: a save runs a dozen of them.
    struct SavingTexts: Sendable {
        let findSession: String
        let firstExpired: String
        let insertSession: String
        let updateSession: String
        let insertMessage: String
        let insertWords: String
        let removeWords: String
        let sequenceOfID: String
        let rememberID: String
        let forgetOldIDs: String

        init(messages: String, sessions: String, ids: String, search: String) {
            let select = "SELECT \(SessionRow.columns(messages: messages)) FROM \(sessions) AS sessions"
            findSession = "\(select) WHERE session_id = CAST(? AS TEXT)"
            firstExpired = "\(select) WHERE expires_at <= ? ORDER BY expires_at LIMIT 1"
            insertSession = """
                INSERT INTO \(sessions)
                (session_id, created_at, updated_at, expires_at, own_time_to_live, last_sequence, message_count,
                byte_count) VALUES (CAST(? AS TEXT), ?, ?, ?, ?, 0, 0, 0)
                """
            updateSession = """
                UPDATE \(sessions) SET updated_at = ?, expires_at = ?, last_sequence = ?, message_count = ?,
                byte_count = ? WHERE number = ?
                """
            insertMessage = """
                INSERT INTO \(messages) (session, sequence, role, content, timestamp, metadata, id)
                VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT))
                """
            insertWords = "INSERT INTO \(search) (rowid, session, text) VALUES (?, ?, CAST(? AS TEXT))"
            removeWords =
                "INSERT INTO \(search) (\(search), rowid, session, text) VALUES ('delete', ?, ?, CAST(? AS TEXT))"
            sequenceOfID = "SELECT sequence FROM \(ids) WHERE session = ? AND id = CAST(? AS TEXT)"
            rememberID = "INSERT INTO \(ids) (session, id, sequence) VALUES (?, CAST(? AS TEXT), ?)"
            forgetOldIDs = """
                DELETE FROM \(ids) WHERE session = ?1 AND sequence <= (
                    SELECT sequence FROM \(ids) WHERE session = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2
                )
                """
        }
    }
#endif
