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
            try fetch("sequence <= ? ORDER BY sequence DESC", [session, sequence, limit ?? -1]).reversed()
        }

        /// The oldest messages of a session after a sequence.
        func oldest(_ limit: Int, of session: Int64, after sequence: Int64) throws -> [Message] {
            try fetch("sequence > ? ORDER BY sequence", [session, sequence, limit])
        }

        private func fetch(_ condition: String, _ arguments: StatementArguments) throws -> [Message] {
            let sql = "SELECT \(Self.columns) FROM \(names.messages) WHERE session = ? AND \(condition) LIMIT ?"
            var messages: [Message] = []
            try db.forEachRow(sql, arguments) { row in
                messages.append(try Self.message(row))
                return true
            }
            return messages
        }

        private static func message(_ row: Row) throws -> Message {
            let metadata = try row.withUnsafeData(atIndex: 4) { data -> EncodedMetadata? in
                guard let data, !data.isEmpty else { return nil }
                let buffer = MetadataBuffer(capacity: data.count)
                data.copyBytes(to: UnsafeMutableRawBufferPointer(start: buffer.base, count: data.count))
                return EncodedMetadata(buffer: buffer, offset: 0, count: data.count)
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
                try index.remove(row.integer(0, "number of a message"), row.text(1, "content"), of: session)
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
