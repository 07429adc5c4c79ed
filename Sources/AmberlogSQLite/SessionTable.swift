#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// A row of ``SessionTable``.
    struct SessionRow {
        var number: Int64
        var id: String
        var createdAt: Timestamp
        var updatedAt: Timestamp
        var expiresAt: Timestamp?
        var firstSequence: UInt64
        var lastSequence: Int64
        var messageCount: Int
        var byteCount: Int64
        /// Microseconds, 0 for ever; `nil` leaves it to the backend that saves.
        var ownTimeToLive: Int64?

        static func columns(messages: String) -> String {
            """
            number, session_id, created_at, updated_at, expires_at, last_sequence, message_count, byte_count, \
            (SELECT min(sequence) FROM \(messages) AS messages WHERE session = sessions.number), \
            own_time_to_live
            """
        }

        init(_ row: StatementRow) throws {
            number = try row.integer(0, "number of a session")
            id = try row.text(1, "id of a session")
            createdAt = Timestamp(microseconds: try row.integer(2, "time of a first save"))
            updatedAt = Timestamp(microseconds: try row.integer(3, "time of a last save"))
            expiresAt = try row.optionalInteger(4, "expiry of a session").map { Timestamp(microseconds: $0) }
            lastSequence = try row.natural(5, "last sequence")
            messageCount = try row.natural(6, "number of messages")
            byteCount = try row.natural(7, "number of bytes")
            firstSequence = UInt64(clamping: try row.optionalInteger(8, "first sequence") ?? 0)
            ownTimeToLive = try row.optionalInteger(9, "time to live of a session")
        }

        init(id: String, number: Int64, now: Timestamp) {
            (self.id, self.number) = (id, number)
            (createdAt, updatedAt) = (now, now)
            (firstSequence, lastSequence, messageCount, byteCount) = (0, 0, 0, 0)
        }

        /// When it expires after a save at `now` by a backend with a time to live.
        func expiry(savedAt now: Timestamp, _ usual: Duration?) -> Timestamp? {
            guard let own = ownTimeToLive else { return usual.map { now + $0 } }
            return own > 0 ? now + .microseconds(own) : nil
        }

        func isExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

        /// Without the metadata.
        var info: SessionInfo {
            SessionInfo(
                id: id, createdAt: createdAt, updatedAt: updatedAt, messageCount: messageCount,
                firstSequence: firstSequence, lastSequence: UInt64(clamping: lastSequence),
                byteCount: UInt64(clamping: byteCount), expiresAt: expiresAt)
        }
    }

    /// The sessions: what is known of each without looking at its messages.
    struct SessionTable {
        let db: Database
        let names: TableNames

        // MARK: Reading

        /// The session of this id, expired or not.
        func find(_ id: String) throws -> SessionRow? {
            try db.firstRow(names.saving.findSession, id) { try SessionRow($0) }
        }

        /// The session of this id, if it hasn't expired.
        func find(_ id: String, at now: Timestamp) throws -> SessionRow? {
            guard let session = try find(id), !session.isExpired(at: now) else { return nil }
            return session
        }

        /// The one that has expired longest ago, if any has.
        func firstExpired(at now: Timestamp) throws -> SessionRow? {
            try db.firstRow(names.saving.firstExpired, now.microseconds) { try SessionRow($0) }
        }

        /// Those that were last saved to before `time`, by id.
        func updated(before time: Timestamp, at now: Timestamp) throws -> [SessionRow] {
            try rows(
                """
                WHERE updated_at < ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY session_id
                """, [time.microseconds, now.microseconds])
        }

        func metadata(of session: SessionRow) throws -> [String: JSONValue] {
            guard let value = try json("metadata", of: session) else { return [:] }
            guard case .object(let object) = value else { throw MemoryError.damaged("metadata of a session") }
            return object
        }

        func origin(of session: SessionRow) throws -> JSONValue? {
            try json("origin", of: session)
        }

        private func json(_ column: String, of session: SessionRow) throws -> JSONValue? {
            try db.firstRow("SELECT \(column) FROM \(names.sessions) WHERE number = ?", session.number) {
                try $0.optionalJSON(0, column)
            } ?? nil
        }

        func rows(_ condition: String, _ values: [any Binding]) throws -> [SessionRow] {
            let sql =
                "SELECT \(SessionRow.columns(messages: names.messages)) FROM \(names.sessions) AS sessions \(condition)"
            var rows: [SessionRow] = []
            try db.forEachRow(sql, values: values) { row in
                rows.append(try SessionRow(row))
                return true
            }
            return rows
        }

        // MARK: Changing

        /// Makes a session without messages.
        func insert(_ id: String, now: Timestamp) throws -> SessionRow {
            let none: Int64? = nil
            try db.run(names.saving.insertSession, id, now.microseconds, now.microseconds, none, none)
            return SessionRow(id: id, number: db.lastInsertedRowID, now: now)
        }

        /// Makes one with a time of creation and a time to live of its own.
        func insert(_ id: String, createdAt: Timestamp, timeToLive: Duration?, now: Timestamp) throws {
            let own = timeToLive.map { ($0 / .microseconds(1)).rounded() } ?? 0
            let expiry = timeToLive.map { now + $0 }
            try db.run(
                names.saving.insertSession, id, createdAt.microseconds, now.microseconds, expiry?.microseconds,
                Int64(min(own, 9e18)))
        }

        /// Writes what messages that come or go change.
        func update(_ session: SessionRow) throws {
            try db.run(
                names.saving.updateSession, session.updatedAt.microseconds, session.expiresAt?.microseconds,
                session.lastSequence, session.messageCount, session.byteCount, session.number)
        }

        func set(metadata: [String: JSONValue], of session: SessionRow) throws {
            try set("metadata", metadata.isEmpty ? nil : .object(metadata), of: session)
        }

        func set(origin: JSONValue, of session: SessionRow) throws {
            try set("origin", origin, of: session)
        }

        private func set(_ column: String, _ value: JSONValue?, of session: SessionRow) throws {
            try db.run(
                "UPDATE \(names.sessions) SET \(column) = CAST(? AS TEXT) WHERE number = ?",
                value.map { Array($0.serialized()) }, session.number)
        }

        /// Removes the session itself, after everything in it.
        func delete(_ session: SessionRow) throws {
            try db.run("DELETE FROM \(names.sessions) WHERE number = ?", session.number)
        }
    }
#endif
