public import AgentMemory

/// Conversations with everything that is hard to copy.
public enum MigrationSample {
    /// The ids of its sessions, by bytes.
    public static let sessions = ["plain", "tools", "مرحبا/😀 %_*?[]'\"\\", "long", "lasting"]
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    /// How long the session `lasting` stays.
    public static let timeToLive = Duration.seconds(86_400 * 30)
    public static let createdAt = Timestamp(microseconds: 1_600_000_000_123_456)

    /// Saves it to an empty backend.
    public static func save(to memory: any MemoryBackend) async throws {
        for session in sessions {
            try await memory.begin(
                session, createdAt: createdAt, timeToLive: session == "lasting" ? timeToLive : nil)
            let messages = messages(of: session)
            for start in stride(from: 0, to: messages.count, by: 150) {
                try await memory.save(Array(messages[start..<min(start + 150, messages.count)]), to: session)
            }
            try await memory.setMetadata(metadata(of: session), for: session)
        }
    }

    public static func metadata(of session: String) -> [String: JSONValue] {
        session == "plain"
            ? [:]
            : [
                "title": .string("Title of \(session)"), "pinned": true, "tags": ["a", 1, 1.0, .null],
                "n": .integer(.max),
            ]
    }

    public static func messages(of session: String) -> [Message] {
        switch session {
        case "tools": tools
        case "long": (0..<700).map { message($0, "Message \($0) of a long session, with word\($0 % 50).") }
        case "plain": [message(0, "Hello"), message(1, "")]
        default: texts.enumerated().map { message($0, $1) }
        }
    }

    private static func message(_ number: Int, _ text: String) -> Message {
        Message(
            role: number % 2 == 0 ? .user : .assistant, content: text,
            timestamp: Timestamp(microseconds: 1_700_000_000_000_001 + Int64(number) * 1_000_003),
            metadata: number % 3 == 0 ? ["number": .integer(Int64(number)), "score": .double(Double(number))] : [:],
            id: number % 4 == 0 ? "id \(number)" : nil)
    }

    private static let texts = [
        "Grüße aus Köln, naïve façade", "東京都庁はどこですか？", "안녕하세요 세계", "שלום עולם", "مرحبا بالعالم", "Привет, мир",
        "e\u{301} is not é", "😀👩‍👩‍👧‍👦🏳️‍🌈", "a\u{0}b", "line\nbreak\r\n\ttab", "%_*?[]'\"\\;--",
        "\u{FEFF}BOM and \u{202E}override",
        String(repeating: "long ", count: 20_000), " ",
    ]

    /// A call and its results, as agents keep them.
    private static let tools: [Message] = [
        Message(role: .system, content: "You have tools.", timestamp: Timestamp(microseconds: 1)),
        Message(role: .user, content: "How warm is it in Oslo and in 東京?", timestamp: Timestamp(microseconds: 2)),
        Message(
            role: .assistant, content: "", timestamp: Timestamp(microseconds: 3),
            metadata: [
                "tool_calls": [
                    [
                        "id": "call_1", "type": "function",
                        "function": ["name": "weather", "arguments": "{\"city\":\"Oslo\"}"],
                    ],
                    [
                        "id": "call_2", "type": "function",
                        "function": ["name": "weather", "arguments": "{\"city\":\"東京\"}"],
                    ],
                ], "usage": ["input": 123, "output": 45, "cost": 0.000123],
            ], id: "msg_1"),
        Message(
            role: .tool, content: "{\"celsius\": -3.5}", timestamp: Timestamp(microseconds: 4),
            metadata: ["tool_call_id": "call_1", "status": "ok"]),
        Message(
            role: .tool, content: "no such city", timestamp: Timestamp(microseconds: 5),
            metadata: ["tool_call_id": "call_2", "status": "error", "nested": ["deep": [[[1, [:], []]]]]]),
        Message(role: Role("reviewer é"), content: "Checked.", timestamp: .minimum),
        Message(role: .assistant, content: "−3.5 °C in Oslo.", timestamp: .maximum, id: "msg_2"),
    ]

    /// Compares a copy with the sample.
    ///
    /// - Returns: What is different, as sentences.
    public static func differences(in memory: any MemoryBackend) async throws -> [String] {
        var differences: [String] = []
        let listed = try await memory.sessions(by: .id, after: nil, limit: 100).sessions.map(\.id)
        if listed.map({ Array($0.utf8) }) != sessions.map({ Array($0.utf8) }) {
            differences.append("sessions: \(listed)")
        }
        for session in sessions {
            let messages = try await memory.load(session)
            if messages != self.messages(of: session) { differences.append("\(session): other messages") }
            for (one, other) in zip(messages, self.messages(of: session)) where one.metadata != other.metadata {
                differences.append("\(session): metadata of message \(one.sequence ?? 0)")
            }
            guard let info = try await memory.info(session) else {
                differences.append("\(session) is missing")
                continue
            }
            if info.metadata != metadata(of: session) { differences.append("\(session): its metadata") }
            if info.createdAt != createdAt { differences.append("\(session): made at \(info.createdAt)") }
            let lives = info.expiresAt.map { Duration.microseconds($0.microseconds - info.updatedAt.microseconds) }
            let wanted = session == "lasting" ? timeToLive : nil
            // Redis counts the time that is left in milliseconds.
            let isRight = lives == wanted || isNear(lives, wanted)
            if !isRight { differences.append("\(session): stays \(lives.map { "\($0)" } ?? "for ever")") }
        }
        return differences
    }

    private static func isNear(_ one: Duration?, _ other: Duration?) -> Bool {
        guard let one, let other else { return false }
        return abs(one / .seconds(1) - other / .seconds(1)) < 5
    }
}
