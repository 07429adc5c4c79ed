package import AgentMemory
package import Amberlog

/// One operation on a store, so that the same can be done to a model.
package enum Step: Sendable {
    case save([Message], to: String, expecting: Expectation = .nothing, origin: JSONValue? = nil)
    case removeLast(Int, from: String)
    case trim(String, toLast: Int)
    case clear(String)
    case clearAll
    case clearOlder(than_µs: Int64)
    case metadata([String: JSONValue], for: String)
    case erase(String)
    case eraseAll
    case sweep
    case checkpoint
    case compact

    package enum Expectation: Sendable {
        case nothing, right
        case wrong
    }

    /// Whether everything before it is on the medium once it has returned, in every mode of durability.
    package var isDurablePoint: Bool {
        switch self {
        case .checkpoint, .compact, .erase, .eraseAll: true
        default: false
        }
    }
}

/// What a step returned.
package enum Outcome: Hashable, Sendable {
    case done
    case saved(SaveReceipt)
    case removed([Message])
    case ended([String])
    case failed(MemoryError.Code)
}

extension AmberlogStore {
    /// Carries a step out.
    package func perform(_ step: Step) async throws -> Outcome {
        do {
            switch step {
            case .save(let messages, let session, let expectation, let origin):
                var expecting: UInt64?
                let last = try await info(session)?.lastSequence ?? 0
                switch expectation {
                case .nothing: break
                case .right: expecting = last
                case .wrong: expecting = last + 1
                }
                return .saved(try await save(messages, to: session, expecting: expecting, origin: origin))
            case .removeLast(let count, let session):
                return .removed(try await removeLast(count, from: session))
            case .trim(let session, let count):
                try await trim(session, toLast: count)
            case .clear(let session):
                try await clear(session)
            case .clearAll:
                try await clearAll()
            case .clearOlder(let time):
                let cleared = try await clearSessions(olderThan: Timestamp(microseconds: time), dryRun: false)
                return .ended(cleared.map(\.id).sorted())
            case .metadata(let metadata, let session):
                try await setMetadata(metadata, for: session)
            case .erase(let session):
                try await erase(session)
            case .eraseAll:
                try await eraseAll()
            case .sweep:
                return .ended(try await sweep().map(\.id).sorted())
            case .checkpoint:
                try await checkpoint()
            case .compact:
                _ = try await compact()
            }
            return .done
        } catch let error as MemoryError {
            return .failed(error.code)
        }
    }
}

extension ModelStore {
    /// Carries a step out at a time.
    package mutating func perform(_ step: Step, now_µs: Int64) -> Outcome {
        switch step {
        case .save(let messages, let id, let expectation, let origin):
            if let session = sessions[id], session.isExpired(at: now_µs) { sessions[id] = nil }
            if expectation == .wrong { return .failed(.conflict) }
            if messages.isEmpty {
                let next = sessions[id]?.nextSequence ?? 1
                return .saved(SaveReceipt(sequences: next..<next))
            }
            var session = sessions[id] ?? ModelSession(created_µs: now_µs, timeToLive_µs: timeToLive_µs)
            let receipt = session.append(messages, maximum: maximumMessages, now_µs: now_µs)
            if let origin { session.origin = origin }
            sessions[id] = session
            return .saved(receipt)
        case .removeLast(let count, let id):
            guard var session = sessions[id], !session.isExpired(at: now_µs) else { return .removed([]) }
            let removed = session.removeLast(count)
            sessions[id] = session
            return .removed(removed)
        case .trim(let id, let count):
            if sessions[id]?.isExpired(at: now_µs) == false { sessions[id]?.trim(toLast: count) }
        case .clear(let id), .erase(let id):
            sessions[id] = nil
        case .clearAll, .eraseAll:
            sessions = [:]
        case .clearOlder(let time):
            let old = sessions.filter { $0.value.updated_µs < time }
            for id in old.keys { sessions[id] = nil }
            return .ended(old.filter { !$0.value.isExpired(at: now_µs) }.keys.sorted())
        case .metadata(let metadata, let id):
            guard sessions[id]?.isExpired(at: now_µs) == false else { return .failed(.invalidArgument) }
            sessions[id]?.metadata = metadata
        case .sweep:
            let expired = sessions.filter { $0.value.isExpired(at: now_µs) }
            for id in expired.keys { sessions[id] = nil }
            return .ended(expired.keys.sorted())
        case .checkpoint, .compact:
            break
        }
        return .done
    }
}

extension Step: CustomStringConvertible {
    package var description: String {
        switch self {
        case .save(let messages, let session, let expectation, let origin):
            "save \(messages.map { $0.id ?? "-" }.joined(separator: " ")) to \(session)"
                + (expectation == .nothing ? "" : ", expecting \(expectation)") + (origin == nil ? "" : ", with origin")
        case .removeLast(let count, let session): "remove last \(count) from \(session)"
        case .trim(let session, let count): "trim \(session) to \(count)"
        case .clear(let session): "clear \(session)"
        case .clearAll: "clear all"
        case .clearOlder: "clear older"
        case .metadata(let metadata, let session): "metadata \(metadata.count) for \(session)"
        case .erase(let session): "erase \(session)"
        case .eraseAll: "erase all"
        case .sweep: "sweep"
        case .checkpoint: "checkpoint"
        case .compact: "compact"
        }
    }

    /// The session that it is about; `nil` for all of them.
    package var session: String? {
        switch self {
        case .save(_, let session, _, _), .removeLast(_, let session), .trim(let session, _), .clear(let session),
            .metadata(_, let session), .erase(let session):
            session
        default: nil
        }
    }
}
