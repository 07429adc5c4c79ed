import AgentMemory

/// SplitMix64: the same seed gives the same test on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    mutating func text(upTo length: Int = 24) -> String {
        let pieces = [
            "a", "Z", "9", " ", "\"", "\\", "/", "\n", "\r", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "ß", "Ω", "東", "京",
            "\u{FFFD}", "\u{2028}", "👩‍👩‍👧‍👦", "🇩🇪", "\u{10FFFF}", "_extra", "{\"role\":", "word ",
        ]
        return (0..<Int.random(in: 0...length, using: &self)).map { _ in pieces.randomElement(using: &self)! }.joined()
    }

    mutating func json(depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth > 4 ? 6 : 8), using: &self) {
        case 0: return .null
        case 1: return .bool(.random(using: &self))
        case 2:
            return .integer(
                [0, 1, -1, .max, .min, Int64.random(in: .min ... .max, using: &self)].randomElement(using: &self)!)
        case 3:
            let double = Double(bitPattern: next())
            return .double(double.isFinite ? double : 1.0)
        case 4:
            return .double(
                [0.0, 1.0, -0.5, 1e300, .leastNonzeroMagnitude, 0.1, 1e15, 123456789.125].randomElement(using: &self)!)
        case 5: return .string(text())
        case 6: return .array((0..<Int.random(in: 0...4, using: &self)).map { _ in json(depth: depth + 1) })
        default: return .object(object(depth: depth + 1))
        }
    }

    mutating func object(depth: Int = 0) -> [String: JSONValue] {
        var object: [String: JSONValue] = [:]
        let names = ["a", "b", "_extra", "__extra", "role", "name", "content", "metadata", text(upTo: 4)]
        for _ in 0..<Int.random(in: 0...4, using: &self) {
            object[names.randomElement(using: &self)!] = json(depth: depth + 1)
        }
        return object
    }

    mutating func message() -> Message {
        Message(
            role: [.user, .assistant, .system, .tool, "developer", ""].randomElement(using: &self)!, content: text(),
            timestamp: Timestamp(
                microseconds: .random(
                    in: Timestamp.minimum.microseconds...Timestamp.maximum.microseconds, using: &self)),
            metadata: object(), id: Bool.random(using: &self) ? "id" + text(upTo: 3) : nil)
    }
}
