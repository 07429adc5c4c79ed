#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// What changes sessions, in the transaction that it is given.
    struct Saving {
        let db: Database
        let names: TableNames
        let now: Timestamp

        private var sessions: SessionTable { SessionTable(db: db, names: names) }
        private var messages: MessageTable { MessageTable(db: db, names: names) }
        private var ids: ClientIDTable { ClientIDTable(db: db, names: names) }

        /// How long sessions live, and how many messages they keep.
        struct Bounds {
            var timeToLive: Duration?
            var maximumMessages: Int?
        }

        func save(
            _ added: [EncodedMessage], to id: String, expecting: UInt64?, origin: JSONValue?, bounds: Bounds
        ) throws -> SaveReceipt {
            // One for each save: sessions expire no faster than they are saved to.
            if let expired = try sessions.firstExpired(at: now) { try end(expired) }
            var found = try sessions.find(id)
            if let expired = found, expired.isExpired(at: now) {
                try end(expired)
                found = nil
            }
            let last = found?.lastSequence ?? 0
            if let expecting, expecting != UInt64(clamping: last) {
                throw MemoryError(
                    .conflict, "The session's last sequence is \(last), not \(expecting)", at: .init(session: id))
            }
            guard !added.isEmpty else { return Self.receipt(after: last, through: last) }
            var session = try found ?? sessions.insert(id, now: now)
            var duplicates: [UInt64] = []
            for message in added {
                if let id = message.id, let known = try ids.sequence(of: id, in: session) {
                    duplicates.append(known)
                    continue
                }
                try messages.append(message, to: &session)
                if let id = message.id { try ids.remember(id, session.lastSequence, in: session) }
            }
            if let origin { try sessions.set(origin: origin, of: session) }
            if session.lastSequence > last {
                session.updatedAt = now
                session.expiresAt = session.expiry(savedAt: now, bounds.timeToLive)
                if let maximum = bounds.maximumMessages { try messages.trim(toLast: maximum, of: &session) }
                if added.contains(where: { $0.id != nil }) { try ids.forgetOld(in: session) }
                try sessions.update(session)
            }
            return Self.receipt(after: last, through: session.lastSequence, duplicates)
        }

        private static func receipt(after last: Int64, through newest: Int64, _ duplicates: [UInt64] = [])
            -> SaveReceipt
        {
            SaveReceipt(
                sequences: UInt64(clamping: last) + 1..<UInt64(clamping: newest) + 1, duplicates: duplicates)
        }

        func begin(_ id: String, createdAt: Timestamp, timeToLive: Duration?) throws {
            if let found = try sessions.find(id) {
                guard found.isExpired(at: now) else {
                    throw MemoryError(.conflict, "The session exists already", at: .init(session: id))
                }
                try end(found)
            }
            try sessions.insert(id, createdAt: createdAt, timeToLive: timeToLive, now: now)
        }

        /// Removes the newest messages and returns them.
        func removeLast(_ count: Int, from id: String) throws -> [Message] {
            guard var session = try sessions.find(id, at: now) else { return [] }
            let removed = try messages.newest(count, of: session.number, through: .max)
            guard let first = removed.first?.sequence else { return [] }
            try messages.remove(Int64(clamping: first)...Int64.max, of: &session)
            try ids.forget(from: Int64(clamping: first), in: session)
            try sessions.update(session)
            return removed
        }

        func trim(_ id: String, toLast count: Int) throws {
            guard var session = try sessions.find(id, at: now) else { return }
            try messages.trim(toLast: count, of: &session)
            try sessions.update(session)
        }

        func set(metadata: [String: JSONValue], of id: String) throws {
            guard let session = try sessions.find(id, at: now) else {
                throw MemoryError(.invalidArgument, "There is no such session", at: .init(session: id))
            }
            try sessions.set(metadata: metadata, of: session)
        }

        /// Removes a session, expired or not, and everything in it.
        func end(_ session: SessionRow) throws {
            var session = session
            try messages.remove(Int64.min...Int64.max, of: &session)
            try ids.forget(from: .min, in: session)
            try sessions.delete(session)
        }

        func end(_ id: String) throws {
            if let session = try sessions.find(id) { try end(session) }
        }

        func endAll() throws {
            try SearchIndex(db: db, names: names).removeAll()
            for table in [names.messages, names.ids, names.sessions] { try db.run("DELETE FROM \(table)") }
        }
    }
#endif
