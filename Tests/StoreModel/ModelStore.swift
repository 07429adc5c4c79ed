package import AgentMemory

/// What a store must hold, as dictionaries and arrays: the oracle of the suites, written from the contract alone.
package struct ModelStore: Sendable {
    package var sessions: [String: ModelSession] = [:]
    package var timeToLive_µs: Int64 = 0
    package var maximumMessages: Int?

    package init() {}

    /// Everything that a reader can see.
    package func snapshot(at now_µs: Int64) -> StoreSnapshot {
        var snapshot = StoreSnapshot()
        for (id, session) in sessions where !session.isExpired(at: now_µs) {
            snapshot.sessions[id] = session.snapshot
        }
        return snapshot
    }
}

package struct ModelSession: Sendable {
    package var created_µs: Int64
    package var updated_µs: Int64
    package var timeToLive_µs: Int64
    package var nextSequence: UInt64 = 1
    /// With their sequences.
    package var messages: [Message] = []
    package var metadata: [String: JSONValue] = [:]
    package var origin: JSONValue?
    /// The newest client ids, oldest first.
    package var ids: [(id: String, sequence: UInt64)] = []

    package init(created_µs: Int64, timeToLive_µs: Int64) {
        self.created_µs = created_µs
        updated_µs = created_µs
        self.timeToLive_µs = timeToLive_µs
    }

    package func isExpired(at now_µs: Int64) -> Bool {
        timeToLive_µs > 0 && updated_µs + timeToLive_µs <= now_µs
    }

    package var snapshot: SessionSnapshot {
        SessionSnapshot(
            created_µs: created_µs, updated_µs: updated_µs, count: messages.count,
            first: messages.first?.sequence ?? 0, last: nextSequence - 1,
            expires_µs: timeToLive_µs > 0 ? updated_µs + timeToLive_µs : nil, metadata: metadata, origin: origin,
            sequences: messages.map { $0.sequence ?? 0 }, messages: messages)
    }

    package mutating func append(_ added: [Message], maximum: Int?, now_µs: Int64) -> SaveReceipt {
        let first = nextSequence
        var duplicates: [UInt64] = []
        let known = Dictionary(ids.map { ($0.id, $0.sequence) }, uniquingKeysWith: { $1 })
        var given: [String: UInt64] = [:]
        for var message in added {
            if let id = message.id {
                if let sequence = given[id] ?? known[id] {
                    duplicates.append(sequence)
                    continue
                }
                given[id] = nextSequence
                ids.append((id, nextSequence))
            }
            message.sequence = nextSequence
            messages.append(message)
            nextSequence += 1
        }
        if ids.count > MemoryLimits.rememberedIDs { ids.removeFirst(ids.count - MemoryLimits.rememberedIDs) }
        if nextSequence > first { updated_µs = max(updated_µs, now_µs) }
        if let maximum, messages.count > maximum { messages.removeFirst(messages.count - maximum) }
        return SaveReceipt(sequences: first..<nextSequence, duplicates: duplicates)
    }

    package mutating func removeLast(_ count: Int) -> [Message] {
        let removed = Array(messages.suffix(count))
        messages.removeLast(removed.count)
        if let first = removed.first?.sequence { ids.removeAll { $0.sequence >= first } }
        return removed
    }

    package mutating func trim(toLast count: Int) {
        if messages.count > count { messages.removeFirst(messages.count - count) }
    }
}
