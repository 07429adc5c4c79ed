package import AgentMemory
package import AmberlogTestKit

/// Draws steps: the same ones for the same seed.
package struct StepGenerator: Sendable {
    package var generator: SeededGenerator
    package var sessions: [String]
    /// The largest content, in bytes.
    package var contentBytesMax = 400
    package var erases = true
    package var clearsAll = true
    /// Whether there are steps that concern sessions of all ages.
    package var touchesAll = true
    package var hasIDs = true
    private var nextMessage = 0

    package init(seed: UInt64, sessions: [String] = ["alice", "bob", "кэрол", "d/../e", "erin 🙂"]) {
        generator = SeededGenerator(seed: seed)
        self.sessions = sessions
    }

    package mutating func session() -> String { sessions[generator.below(sessions.count)] }

    package mutating func next(now_µs: Int64 = ManualClock.start_µs) -> Step {
        let session = session()
        switch generator.below(100) {
        case 0..<52:
            let expectation: Step.Expectation =
                switch generator.below(10) {
                case 0: .right
                case 1: .wrong
                default: .nothing
                }
            let origin: JSONValue? = generator.chance(10) ? ["position": .integer(Int64(generator.below(1000)))] : nil
            return .save(messages(1 + generator.below(5)), to: session, expecting: expectation, origin: origin)
        case 52..<60: return .removeLast(1 + generator.below(4), from: session)
        case 60..<66: return .trim(session, toLast: generator.below(8))
        case 66..<72: return .clear(session)
        case 72: return clearsAll ? .clearAll : .clear(session)
        case 73 where touchesAll: return .clearOlder(than_µs: now_µs - Int64(generator.below(3_600)) * 1_000_000)
        case 74..<83: return .metadata(metadata(), for: session)
        case 83..<86: return erases ? .erase(session) : .clear(session)
        case 86 where touchesAll: return .sweep
        case 87..<95: return .checkpoint
        default: return .compact
        }
    }

    package mutating func messages(_ count: Int) -> [Message] {
        (0..<count).map { _ in message() }
    }

    package mutating func message() -> Message {
        nextMessage += 1
        let roles: [Role] = [.user, .assistant, .system, .tool, "developer"]
        var content = "message \(nextMessage) "
        let length = generator.chance(5) ? contentBytesMax * 3 : generator.below(contentBytesMax)
        while content.utf8.count < length {
            switch generator.below(12) {
            case 0: content += "\0"
            case 1: content += "🙂é中"
            case 2: content += "amber amber amber amber amber amber "
            default: content += String(generator.next(), radix: 36) + " "
            }
        }
        return Message(
            role: roles[generator.below(roles.count)], content: content,
            timestamp: Timestamp(microseconds: ManualClock.start_µs + Int64(generator.below(1_000_000))),
            metadata: generator.chance(20) ? metadata() : [:],
            id: hasIDs && generator.chance(30) ? "id-\(generator.below(40))" : nil)
    }

    package mutating func metadata() -> [String: JSONValue] {
        if generator.chance(15) { return [:] }
        return [
            "n": .integer(Int64(generator.below(1 << 30))), "text": .string(String(generator.next(), radix: 36)),
            "list": [true, .null, 1.5],
        ]
    }
}
