import AgentMemory
import AmberlogTestKit
import StoreModel

/// Draws messages and queries over a small vocabulary, so that words repeat and queries find something.
struct SearchWorkload {
    var generator: SeededGenerator
    let sessions = ["alice", "bob", "кэрол"]
    /// Words in most messages; some have many more.
    var wordsMax = 8
    private var nextMessage = 0

    private static let words = [
        "amber", "stone", "garden", "river", "painting", "painted", "paints", "refund", "policy", "letter", "i", "my",
        "user_id", "getUserName", "python3", "well-known", "café", "naïve", "42", "7", "東京", "東京塔", "京都",
        "서울", "🙂", "the", "and", "walking", "walked",
    ]
    private static let speakers = ["Alice", "Bob Stone", "amber"]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func session() -> String { sessions[generator.below(sessions.count)] }

    private mutating func word() -> String {
        // The first ones are common, as words are.
        let limit = generator.chance(60) ? 8 : Self.words.count
        return Self.words[generator.below(limit)]
    }

    mutating func content() -> String {
        let count = generator.chance(3) ? 8 * wordsMax : generator.below(wordsMax)
        var words = (0..<count).map { _ in word() }
        if generator.chance(20) { words.append("w\(generator.below(60))") }
        return words.joined(separator: generator.chance(10) ? "\n" : " ")
    }

    mutating func message() -> Message {
        nextMessage += 1
        let roles: [Role] = [.user, .assistant, .tool, "developer"]
        var metadata: [String: JSONValue] = [:]
        if generator.chance(40) { metadata["speaker"] = .string(Self.speakers[generator.below(3)]) }
        if generator.chance(30) { metadata["lang"] = .string(generator.chance(50) ? "fr" : "en") }
        if generator.chance(10) { metadata["lang"] = ["fr", "de"] }
        if generator.chance(10) { metadata["n"] = .integer(Int64(generator.below(3))) }
        return Message(
            role: roles[generator.below(roles.count)], content: content(),
            timestamp: Timestamp(
                microseconds: ManualClock.start_µs + Int64(nextMessage) * 400_000_000
                    + Int64(generator.chance(5) ? generator.below(1 << 35) : 0)),
            metadata: metadata)
    }

    mutating func step(now_µs: Int64) -> Step {
        let session = session()
        switch generator.below(100) {
        case 0..<62: return .save((0..<1 + generator.below(6)).map { _ in message() }, to: session)
        case 62..<70: return .removeLast(1 + generator.below(4), from: session)
        case 70..<75: return .trim(session, toLast: generator.below(60))
        case 75..<78: return .clear(session)
        case 78: return generator.chance(30) ? .clearAll : .clearOlder(than_µs: now_µs - 600_000_000)
        case 79: return .erase(session)
        case 80..<82: return .sweep
        case 82..<95: return .checkpoint
        default: return .compact
        }
    }

    /// A query with something of everything. Never without a word, unless it has nothing but filters.
    mutating func query() -> String {
        var parts: [String] = []
        for _ in 0..<(generator.chance(8) ? 0 : 1 + generator.below(3)) { parts.append(clause()) }
        if parts.isEmpty || generator.chance(25) {
            let filters = [
                "role:user", "role:tool role:assistant", "-role:user", "meta.lang:fr", "-meta.lang:en", "meta.n:1",
                "meta.lang:de", "meta.speaker:Alice", "after:2026-01-01T12:00:00Z", "before:2026-01-02T00:00:00Z",
                "after:2026-01-01T06:00:00Z before:2026-01-01T18:00:00Z",
            ]
            parts.append(filters[generator.below(filters.count)])
        }
        return parts.joined(separator: " ")
    }

    private mutating func clause() -> String {
        switch generator.below(20) {
        case 0..<10: return word()
        case 10..<12: return "+" + word()
        case 12..<14: return "-" + word()
        case 14..<16: return "\"\(word()) \(word())\""
        case 16: return (generator.chance(50) ? "+" : "-") + "\"\(word()) \(word())\""
        case 17..<19: return ["am*", "pain*", "get*", "w1*", "re*", "+ga*", "-st*", "東*"][generator.below(8)]
        default: return "w\(generator.below(60))"
        }
    }

    mutating func question() -> String { "what \(word()) \(word())" }
}
