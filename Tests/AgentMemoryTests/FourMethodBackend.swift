import AgentMemory

/// A backend as someone would write it: four methods, no more. Counts its loads.
actor FourMethodBackend: MemoryBackend {
    private var sessions: [String: [Message]] = [:]
    private var saved: [String: Timestamp] = [:]
    private(set) var loads = 0

    func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
        let last = sessions[session]?.last?.sequence ?? 0
        if let expecting, expecting != last { throw MemoryError(.conflict, "Someone else saved") }
        for (offset, message) in messages.enumerated() {
            var message = message
            message.sequence = last + 1 + UInt64(offset)
            sessions[session, default: []].append(message)
        }
        saved[session] = messages.last?.timestamp ?? .now
        return SaveReceipt(sequences: last + 1..<last + 1 + UInt64(messages.count))
    }

    func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        loads += 1
        let all = (sessions[session] ?? []).filter { $0.sequence! < before ?? .max }
        return Array(all.suffix(limit ?? all.count))
    }

    func clear(_ session: String) async throws {
        sessions[session] = nil
    }

    func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        let infos = sessions.map { id, messages in
            SessionInfo(
                id: id, createdAt: saved[id]!, updatedAt: saved[id]!, messageCount: messages.count,
                firstSequence: messages.first?.sequence ?? 0, lastSequence: messages.last?.sequence ?? 0, byteCount: 0)
        }
        return try SessionListing.page(of: infos, by: order, after: after, limit: limit)
    }

    /// Makes gaps, as trimming and removing do.
    func keep(_ session: String, where isKept: @Sendable (UInt64) -> Bool) {
        sessions[session]?.removeAll { !isKept($0.sequence!) }
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
