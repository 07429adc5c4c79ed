#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// The messages, and what makes them searchable.
    struct MessageTable {
        private static let columns = "sequence, role, content, timestamp, metadata, id"

        let db: Database
        let names: TableNames

        private var index: SearchIndex { SearchIndex(db: db, names: names) }

        // MARK: Reading

        /// The newest messages of a session up to a sequence, the oldest of them first.
        func newest(_ limit: Int, of session: Int64, through sequence: Int64) throws -> [Message] {
            var messages = try fetch(.newest, of: session, sequence, limit)
            messages.reverse()
            return messages
        }

        /// The oldest messages of a session after a sequence.
        func oldest(_ limit: Int, of session: Int64, after sequence: Int64) throws -> [Message] {
            try fetch(.oldest, of: session, sequence, limit)
        }

        private func fetch(
            _ order: PageRead.Order, of session: Int64, _ sequence: Int64, _ limit: Int
        ) throws -> [Message] {
            var page = Page(capacity: limit)
            try db.forEachRow(Self.page(of: "?", order, names), session, sequence, limit) { row in
                try page.append(row)
                return true
            }
            return page.messages
        }

        /// The messages of a session that isn't looked up yet.
        func read(_ read: PageRead, _ texts: PageRead.Texts) throws -> [Message] {
            var page = Page(capacity: read.limit)
            try db.forEachRow(
                read.sql(texts), read.session, read.now.microseconds, read.sequence, read.limit
            ) { row in
                try page.append(row)
                return true
            }
            read.order(&page.messages)
            return page.messages
        }

        /// The statement that reads messages of a session, given as SQL.
        static func page(of session: String, _ order: PageRead.Order, _ names: TableNames) -> String {
            let range = order == .newest ? "sequence <= ? ORDER BY sequence DESC" : "sequence > ? ORDER BY sequence"
            return "SELECT \(columns) FROM \(names.messages) WHERE session = \(session) AND \(range) LIMIT ?"
        }

        /// Messages that are read row by row. Their metadata share an allocation.
        struct Page {
            private static let metadataBytes = 4096

            var messages: [Message] = []
            private var buffer: MetadataBuffer?
            private var end = 0
            private let capacity: Int

            /// - Parameter capacity: How many there will be at most; negative for any number.
            init(capacity: Int) {
                self.capacity = capacity < 0 ? 64 : min(capacity, 64)
                messages.reserveCapacity(self.capacity)
            }

            /// - Returns: How many bytes the message has, or a few less.
            @discardableResult
            mutating func append(_ row: StatementRow) throws -> Int {
                var metadataBytes = 0
                let metadata = row.withBytes(4) { bytes in
                    metadataBytes = bytes.count
                    return keep(bytes)
                }
                let content = try row.text(2, "content")
                messages.append(
                    Message(
                        role: Role(try row.text(1, "role")), content: content,
                        timestamp: Timestamp(microseconds: try row.integer(3, "timestamp")),
                        id: try row.optionalText(5, "id"), sequence: try row.natural(0, "sequence"),
                        encodedMetadata: metadata))
                return content.utf8.count + metadataBytes
            }

            private mutating func keep(_ bytes: UnsafeRawBufferPointer) -> EncodedMetadata? {
                guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
                let target: MetadataBuffer
                if let buffer, buffer.capacity - end >= bytes.count {
                    target = buffer
                } else {
                    // Large ones have a buffer of their own, and one message keeps no more than that of others.
                    let size = messages.isEmpty && capacity == 1 ? bytes.count : min(Self.metadataBytes, capacity * 128)
                    target = MetadataBuffer(capacity: max(bytes.count, size))
                    (buffer, end) = (target, 0)
                }
                (target.base + end).copyMemory(from: start, byteCount: bytes.count)
                defer { end += bytes.count }
                return EncodedMetadata(buffer: target, offset: end, count: bytes.count)
            }
        }

        // MARK: Changing

        /// Appends a message and counts it.
        func append(_ message: EncodedMessage, to session: inout SessionRow) throws {
            let (sequence, overflow) = session.lastSequence.addingReportingOverflow(1)
            if overflow { throw MemoryError.damaged("last sequence") }
            try db.run(
                names.saving.insertMessage, session.number, sequence, message.role, message.content, message.timestamp,
                message.metadata, message.id)
            try index.insert(db.lastInsertedRowID, message.words, of: session)
            session.lastSequence = sequence
            session.messageCount = min(session.messageCount, .max - 1) + 1
            session.byteCount = min(session.byteCount, .max - message.byteCount) + message.byteCount
        }

        /// Removes the messages of a range and takes them off the count.
        func remove(_ sequences: ClosedRange<Int64>, of session: inout SessionRow) throws {
            let (first, last) = (sequences.lowerBound, sequences.upperBound)
            let condition = "session = ? AND sequence BETWEEN ? AND ?"
            let sql = """
                SELECT number, content, length(CAST(role AS BLOB)) + length(CAST(content AS BLOB))
                    + ifnull(length(CAST(metadata AS BLOB)), 0) + ifnull(length(CAST(id AS BLOB)), 0)
                FROM \(names.messages) WHERE \(condition)
                """
            try db.forEachRow(sql, session.number, first, last) { row in
                // What isn't well-formed, or was never saved by a backend, must be removable all the same. Words that
                // the index then keeps are found by nobody, as no number of a message is used twice.
                let content = row.withBytes(1) { String(decoding: $0, as: UTF8.self) }
                try index.remove(row.integer(0, "number of a message"), content, of: session)
                session.messageCount -= 1
                session.byteCount -= try row.integer(2, "number of bytes")
                return true
            }
            try db.run("DELETE FROM \(names.messages) WHERE \(condition)", session.number, first, last)
            // Whoever wrote to the tables from elsewhere may not have kept count.
            session.messageCount = max(0, session.messageCount)
            session.byteCount = max(0, session.byteCount)
        }

        /// Removes all but the newest messages.
        func trim(toLast count: Int, of session: inout SessionRow) throws {
            guard count < session.messageCount else { return }
            let newestToGo = try db.firstRow(
                "SELECT sequence FROM \(names.messages) WHERE session = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?",
                session.number, count
            ) { try $0.integer(0, "sequence") }
            if let newestToGo { try remove(.min...newestToGo, of: &session) }
        }
    }

    /// A message as it is bound, encoded by the caller so that the one writer need not.
    struct EncodedMessage: Sendable {
        var role: String
        var content: String
        var timestamp: Int64
        var metadata: [UInt8]?
        var id: String?
        var words: String

        /// - Throws: `MemoryError` for what is over a limit.
        static func encode(_ messages: [Message]) throws(MemoryError) -> [EncodedMessage] {
            var check = MemoryLimits.SaveCheck()
            var scratch: [UInt8] = []
            var encoded: [EncodedMessage] = []
            encoded.reserveCapacity(messages.count)
            for message in messages {
                let metadata = try message.encodedMetadata(in: &scratch) { $0.isEmpty ? nil : Array($0) }
                try check.add(message, metadataBytes: metadata?.count ?? 0)
                encoded.append(
                    EncodedMessage(
                        role: message.role.name, content: message.content,
                        timestamp: message.timestamp.microseconds, metadata: metadata, id: message.id,
                        words: FoldedWords.text(of: message.content)))
            }
            return encoded
        }

        var byteCount: Int64 {
            Int64(role.utf8.count + content.utf8.count + (metadata?.count ?? 0) + (id?.utf8.count ?? 0))
        }
    }
#endif
