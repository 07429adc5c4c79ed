#if SQLite
    internal import AgentMemory
    internal import Foundation
    internal import GRDB

    /// The messages, and what makes them searchable.
    struct MessageTable {
        private static let columns = "sequence, role, content, timestamp, metadata, id"

        let db: Database
        let names: TableNames

        private var index: SearchIndex { SearchIndex(db: db, names: names) }

        // MARK: Reading

        /// The newest messages of a session up to a sequence, the oldest of them first.
        func newest(_ limit: Int?, of session: Int64, through sequence: Int64) throws -> [Message] {
            try fetch("?", [session, sequence, limit ?? -1], limit, isNewestFirst: true)
        }

        /// The same in one statement, which needs no transaction around it.
        func newest(_ limit: Int?, of session: Holder, through sequence: Int64) throws -> [Message] {
            try fetch(holder, session.arguments(sequence, limit ?? -1), limit, isNewestFirst: true)
        }

        /// The oldest messages of a session after a sequence.
        func oldest(_ limit: Int, of session: Int64, after sequence: Int64) throws -> [Message] {
            try fetch("?", [session, sequence, limit], limit, isNewestFirst: false)
        }

        /// The same in one statement, which needs no transaction around it.
        func oldest(_ limit: Int, of session: Holder, after sequence: Int64) throws -> [Message] {
            try fetch(holder, session.arguments(sequence, limit), limit, isNewestFirst: false)
        }

        /// A session that isn't looked up yet.
        struct Holder {
            var id: String
            var now: Timestamp

            fileprivate func arguments(_ sequence: Int64, _ limit: Int) -> StatementArguments {
                [id.boundBytes, now.microseconds, sequence, limit]
            }
        }

        private var holder: String {
            """
            (SELECT number FROM \(names.sessions)
            WHERE session_id = CAST(? AS TEXT) AND (expires_at IS NULL OR expires_at > ?))
            """
        }

        private func fetch(
            _ session: String, _ arguments: StatementArguments, _ limit: Int?, isNewestFirst: Bool
        ) throws -> [Message] {
            let order = isNewestFirst ? "sequence <= ? ORDER BY sequence DESC" : "sequence > ? ORDER BY sequence"
            let sql = "SELECT \(Self.columns) FROM \(names.messages) WHERE session = \(session) AND \(order) LIMIT ?"
            var messages: [Message] = []
            messages.reserveCapacity(min(limit ?? 0, 64))
            try db.forEachRow(sql, arguments) { row in
                messages.append(try Self.message(row))
                return true
            }
            if isNewestFirst { messages.reverse() }
            return messages
        }

        private static func message(_ row: StatementRow) throws -> Message {
            let metadata = row.withBytes(4) { bytes -> EncodedMetadata? in
                guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
                let buffer = MetadataBuffer(capacity: bytes.count)
                buffer.base.copyMemory(from: start, byteCount: bytes.count)
                return EncodedMetadata(buffer: buffer, offset: 0, count: bytes.count)
            }
            return Message(
                role: Role(try row.text(1, "role")), content: try row.text(2, "content"),
                timestamp: Timestamp(microseconds: try row.integer(3, "timestamp")),
                id: try row.optionalText(5, "id"), sequence: try row.natural(0, "sequence"),
                encodedMetadata: metadata)
        }

        // MARK: Changing

        /// Appends a message and counts it.
        func append(_ message: EncodedMessage, to session: inout SessionRow) throws {
            let (sequence, overflow) = session.lastSequence.addingReportingOverflow(1)
            if overflow { throw MemoryError.damaged("last sequence") }
            try db.run(
                """
                INSERT INTO \(names.messages) (session, sequence, role, content, timestamp, metadata, id)
                VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT))
                """,
                [
                    session.number, sequence, message.role, message.content, message.timestamp, message.metadata,
                    message.id,
                ])
            try index.insert(db.lastInsertedRowID, message.words, of: session)
            session.lastSequence = sequence
            session.messageCount = min(session.messageCount, .max - 1) + 1
            session.byteCount = min(session.byteCount, .max - message.byteCount) + message.byteCount
        }

        /// Removes the messages of a range and takes them off the count.
        func remove(_ sequences: ClosedRange<Int64>, of session: inout SessionRow) throws {
            let range: StatementArguments = [session.number, sequences.lowerBound, sequences.upperBound]
            let condition = "session = ? AND sequence BETWEEN ? AND ?"
            let sql = """
                SELECT number, content, length(CAST(role AS BLOB)) + length(CAST(content AS BLOB))
                    + ifnull(length(CAST(metadata AS BLOB)), 0) + ifnull(length(CAST(id AS BLOB)), 0)
                FROM \(names.messages) WHERE \(condition)
                """
            try db.forEachRow(sql, range) { row in
                // What isn't well-formed, or was never saved by a backend, must be removable all the same. Words that
                // the index then keeps are found by nobody, as no number of a message is used twice.
                let content = row.withBytes(1) { String(decoding: $0, as: UTF8.self) }
                try index.remove(row.integer(0, "number of a message"), content, of: session)
                session.messageCount -= 1
                session.byteCount -= try row.integer(2, "number of bytes")
                return true
            }
            try db.run("DELETE FROM \(names.messages) WHERE \(condition)", range)
            // Whoever wrote to the tables from elsewhere may not have kept count.
            session.messageCount = max(0, session.messageCount)
            session.byteCount = max(0, session.byteCount)
        }

        /// Removes all but the newest messages.
        func trim(toLast count: Int, of session: inout SessionRow) throws {
            guard count < session.messageCount else { return }
            let newestToGo = try db.firstRow(
                "SELECT sequence FROM \(names.messages) WHERE session = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?",
                [session.number, count]
            ) { try $0.integer(0, "sequence") }
            if let newestToGo { try remove(.min...newestToGo, of: &session) }
        }
    }

    /// A message as it is bound, encoded by the caller so that the one writer need not.
    struct EncodedMessage: Sendable {
        var role: Data
        var content: Data
        var timestamp: Int64
        var metadata: Data?
        var id: Data?
        var words: String

        /// - Throws: `MemoryError` for what is over a limit.
        static func encode(_ messages: [Message]) throws(MemoryError) -> [EncodedMessage] {
            var check = MemoryLimits.SaveCheck()
            var scratch: [UInt8] = []
            var encoded: [EncodedMessage] = []
            encoded.reserveCapacity(messages.count)
            for message in messages {
                let metadata = try message.encodedMetadata(in: &scratch) { $0.isEmpty ? nil : Data($0) }
                try check.add(message, metadataBytes: metadata?.count ?? 0)
                encoded.append(
                    EncodedMessage(
                        role: message.role.name.boundBytes, content: message.content.boundBytes,
                        timestamp: message.timestamp.microseconds, metadata: metadata, id: message.id?.boundBytes,
                        words: FoldedWords.text(of: message.content)))
            }
            return encoded
        }

        var byteCount: Int64 { Int64(role.count + content.count + (metadata?.count ?? 0) + (id?.count ?? 0)) }
    }
#endif
