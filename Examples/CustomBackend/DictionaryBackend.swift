import AgentMemory

/// A backend of one's own: four methods. Loading forwards, searching, streaming, clearing all and the rest come with the
/// protocol.
actor DictionaryBackend: MemoryBackend {
    private struct Session {
        var info: SessionInfo
        var messages: [Message] = []
    }

    /// By the bytes of the id: `String` takes two spellings of é for the same.
    private var sessions: [[UInt8]: Session] = [:]

    func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(messages)
        let place = MemoryError.Place(session: session)
        if messages.contains(where: { $0.id != nil }) {
            throw MemoryError(.unsupported, "This backend doesn't remember ids", at: place)
        }
        let now = Timestamp.now
        var kept = sessions[Array(session.utf8)] ?? Session(info: .new(session, at: now))
        let last = kept.info.lastSequence
        if let expecting, expecting != last {
            throw MemoryError(.conflict, "The last sequence is \(last), not \(expecting)", at: place)
        }
        for var message in messages {
            kept.info.lastSequence += 1
            kept.info.messageCount += 1
            kept.info.byteCount += UInt64(message.content.utf8.count)
            kept.info.updatedAt = now
            message.sequence = kept.info.lastSequence
            kept.messages.append(message)
        }
        if !messages.isEmpty { sessions[Array(session.utf8)] = kept }
        return SaveReceipt(sequences: last + 1..<kept.info.lastSequence + 1)
    }

    func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(limit: limit)
        let all = sessions[Array(session.utf8)]?.messages ?? []
        // Sequences are 1, 2, 3, …: nothing is ever taken out of a session here.
        let end = min(before.map { Int(clamping: $0) - 1 } ?? all.count, all.count)
        return Array(all.prefix(max(0, end)).suffix(limit ?? .max))
    }

    func clear(_ session: String) async throws {
        try MemoryLimits.validate(sessionID: session)
        sessions[Array(session.utf8)] = nil
    }

    func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        try SessionListing.page(of: sessions.values.map(\.info), by: order, after: after, limit: limit)
    }
}

extension SessionInfo {
    fileprivate static func new(_ id: String, at time: Timestamp) -> SessionInfo {
        SessionInfo(
            id: id, createdAt: time, updatedAt: time, messageCount: 0, firstSequence: 1, lastSequence: 0, byteCount: 0)
    }
}
