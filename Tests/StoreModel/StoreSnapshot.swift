package import AgentMemory
package import Amberlog

/// Everything that a reader can see of a store.
package struct StoreSnapshot: Sendable, Hashable {
    package var sessions: [String: SessionSnapshot] = [:]

    package init() {}

    /// Reads a store in full, through its public methods.
    package init(of store: AmberlogStore) async throws {
        var after: String?
        repeat {
            let page = try await store.sessions(by: .id, after: after, limit: 100)
            for listed in page.sessions {
                guard var info = try await store.info(listed.id) else {
                    throw MemoryError(.damaged, "A listed session has no info", at: .init(session: listed.id))
                }
                let metadata = info.metadata
                info.metadata = [:]
                guard info == listed else {
                    throw MemoryError(.damaged, "The listing says \(listed), the info \(info)")
                }
                let messages = try await store.load(listed.id)
                sessions[listed.id] = SessionSnapshot(
                    created_µs: info.createdAt.microseconds, updated_µs: info.updatedAt.microseconds,
                    count: info.messageCount, first: info.firstSequence, last: info.lastSequence,
                    expires_µs: info.expiresAt?.microseconds, metadata: metadata,
                    origin: try await store.origin(of: listed.id), sequences: messages.map { $0.sequence ?? 0 },
                    messages: messages)
            }
            after = page.next
        } while after != nil
    }

    /// What is different, in a few lines.
    package func difference(from other: StoreSnapshot) -> String {
        var lines: [String] = []
        for id in Set(sessions.keys).union(other.sessions.keys).sorted() {
            switch (sessions[id], other.sessions[id]) {
            case (let mine?, let others?): if mine != others { lines.append("\(id): \(mine.difference(from: others))") }
            case (nil, _?): lines.append("\(id): is not there")
            case (_?, nil): lines.append("\(id): should not be there")
            case (nil, nil): break
            }
        }
        return lines.joined(separator: "\n")
    }
}

package struct SessionSnapshot: Sendable, Hashable {
    package var created_µs: Int64
    package var updated_µs: Int64
    package var count: Int
    package var first: UInt64
    package var last: UInt64
    package var expires_µs: Int64?
    package var metadata: [String: JSONValue]
    package var origin: JSONValue?
    package var sequences: [UInt64]
    package var messages: [Message]

    func difference(from other: SessionSnapshot) -> String {
        var parts: [String] = []
        if created_µs != other.created_µs { parts.append("created \(created_µs), not \(other.created_µs)") }
        if updated_µs != other.updated_µs { parts.append("updated \(updated_µs), not \(other.updated_µs)") }
        if count != other.count { parts.append("\(count) messages, not \(other.count)") }
        if first != other.first { parts.append("first \(first), not \(other.first)") }
        if last != other.last { parts.append("last \(last), not \(other.last)") }
        if expires_µs != other.expires_µs { parts.append("another expiry") }
        if metadata != other.metadata { parts.append("metadata \(metadata), not \(other.metadata)") }
        if origin != other.origin { parts.append("another origin") }
        if sequences != other.sequences { parts.append("sequences \(sequences), not \(other.sequences)") }
        for (mine, others) in zip(messages, other.messages) where mine != others {
            parts.append(
                "message \(mine.sequence ?? 0) is \(mine.content.prefix(40)), not \(others.content.prefix(40))")
            break
        }
        return parts.joined(separator: "; ")
    }
}
