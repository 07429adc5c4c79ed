package import AgentMemory
package import Amberlog

/// The messages of one worker's sessions, as a dictionary.
package struct SoakModel: Sendable {
    package private(set) var sessions: [String: [Message]] = [:]
    /// The last sequence of each.
    private var last: [String: UInt64] = [:]

    package init() {}

    /// What a store has of a worker's sessions, but for those that were abandoned.
    package init(of store: AmberlogStore, worker: Int) async throws {
        for session in (0..<6).map({ "\(worker)/\($0)" }) {
            guard let info = try await store.info(session) else { continue }
            sessions[session] = try await store.load(session)
            last[session] = info.lastSequence
        }
    }

    /// Whether every session has the messages of another model's.
    package func holds(_ other: SoakModel) -> Bool {
        Set(sessions.keys) == Set(other.sessions.keys) && sessions.allSatisfy { $0.value == other.sessions[$0.key] }
    }

    /// Carries a step out.
    package mutating func perform(_ step: Step) -> Outcome {
        switch step {
        case .save(let messages, let session, let expectation, _):
            if expectation == .wrong { return .failed(.conflict) }
            let first = last[session, default: 0] + 1
            let end = first + UInt64(messages.count)
            if messages.isEmpty { return .saved(SaveReceipt(sequences: first..<first)) }
            for (message, sequence) in zip(messages, first...) {
                var message = message
                message.sequence = sequence
                sessions[session, default: []].append(message)
            }
            let surplus = sessions[session, default: []].count - SoakScript.maximumMessages
            if surplus > 0 { sessions[session]?.removeFirst(surplus) }
            last[session] = end - 1
            return .saved(SaveReceipt(sequences: first..<end))
        case .removeLast(let count, let session):
            let removed = Array((sessions[session] ?? []).suffix(count))
            sessions[session]?.removeLast(removed.count)
            return .removed(removed)
        case .trim(let session, let count):
            let surplus = (sessions[session]?.count ?? 0) - count
            if surplus > 0 { sessions[session]?.removeFirst(surplus) }
        case .clear(let session), .erase(let session):
            sessions[session] = nil
            last[session] = nil
        case .metadata(_, let session):
            if sessions[session] == nil { return .failed(.invalidArgument) }
        case .clearAll, .clearOlder, .eraseAll, .sweep, .checkpoint, .compact:
            break
        }
        return .done
    }
}
