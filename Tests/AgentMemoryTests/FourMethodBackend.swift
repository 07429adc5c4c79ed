import AgentMemory

/// A backend as someone would write it: four methods, no more. Counts its loads.
actor FourMethodBackend: MemoryBackend {
    private struct Session {
        var info: SessionInfo
        var messages: [Message] = []
    }

    /// By the bytes of the id: strings that look the same are equal otherwise.
    private var sessions: [[UInt8]: Session] = [:]
    private let clock: @Sendable () -> Timestamp
    private(set) var loads = 0

    init(clock: @escaping @Sendable () -> Timestamp = { .now }) {
        self.clock = clock
    }

    func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(messages)
        let place = MemoryError.Place(session: session)
        if messages.contains(where: { $0.id != nil }) {
            throw MemoryError(.unsupported, "No ids of messages are remembered", at: place)
        }
        let now = clock()
        var found =
            sessions[Array(session.utf8)]
            ?? Session(
                info: SessionInfo(
                    id: session, createdAt: now, updatedAt: now, messageCount: 0, firstSequence: 1, lastSequence: 0,
                    byteCount: 0))
        let last = found.info.lastSequence
        if let expecting, expecting != last { throw MemoryError(.conflict, "Someone else saved", at: place) }
        for message in messages {
            var message = message
            found.info.lastSequence += 1
            message.sequence = found.info.lastSequence
            found.info.byteCount += UInt64(message.content.utf8.count)
            found.messages.append(message)
        }
        if !messages.isEmpty {
            found.info.messageCount = found.messages.count
            found.info.updatedAt = now
            sessions[Array(session.utf8)] = found
        }
        return SaveReceipt(sequences: last + 1..<found.info.lastSequence + 1)
    }

    func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate(limit: limit)
        loads += 1
        let all = (sessions[Array(session.utf8)]?.messages ?? []).filter { $0.sequence! < before ?? .max }
        return Array(all.suffix(limit ?? all.count))
    }

    func clear(_ session: String) async throws {
        try MemoryLimits.validate(sessionID: session)
        sessions[Array(session.utf8)] = nil
    }

    func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        try SessionListing.page(of: sessions.values.map(\.info), by: order, after: after, limit: limit)
    }

    /// Makes gaps, as trimming and removing do.
    func keep(_ session: String, where isKept: @Sendable (UInt64) -> Bool) {
        sessions[Array(session.utf8)]?.messages.removeAll { !isKept($0.sequence!) }
    }

    func resetLoads() { loads = 0 }
}

func messages(_ contents: String..., from seconds: Int64 = 0) -> [Message] {
    contents.enumerated().map { offset, content in
        Message(
            role: offset % 2 == 0 ? .user : .assistant, content: content,
            timestamp: Timestamp(microseconds: (seconds + Int64(offset)) * 1_000_000))
    }
}

func numbered(_ count: Int) -> [Message] {
    (1...max(1, count)).prefix(count).map {
        Message(role: .user, content: "number \($0)", timestamp: Timestamp(microseconds: Int64($0)))
    }
}
