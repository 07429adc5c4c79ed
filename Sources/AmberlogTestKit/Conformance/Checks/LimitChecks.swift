internal import AgentMemory

extension ConformanceCheck {
    static let limits: [ConformanceCheck] = [
        ConformanceCheck("Session ids that are empty or too long are refused everywhere") { trial in
            let memory = try await trial.make()
            for id in ["", String(repeating: "x", count: MemoryLimits.sessionIDBytes + 1)] {
                let name = "with an id of \(id.utf8.count) bytes"
                try await trial.expect(.invalidSessionID, "save \(name)") { try await memory.save(said("x"), to: id) }
                try await trial.expect(.invalidSessionID, "load \(name)") { _ = try await memory.load(id) }
                try await trial.expect(.invalidSessionID, "load forwards \(name)") {
                    _ = try await memory.load(id, from: 1, limit: 1)
                }
                try await trial.expect(.invalidSessionID, "clear \(name)") { try await memory.clear(id) }
                try await trial.expect(.invalidSessionID, "info \(name)") { _ = try await memory.info(id) }
                try await trial.expect(.invalidSessionID, "search \(name)") { _ = try await memory.search("x", in: id) }
            }
        },
        ConformanceCheck("Session ids that are empty or too long have no metadata", requires: .sessionMetadata) {
            trial in
            let memory = try await trial.make()
            for id in ["", String(repeating: "x", count: MemoryLimits.sessionIDBytes + 1)] {
                try await trial.expect(.invalidSessionID, "setMetadata") { try await memory.setMetadata([:], for: id) }
            }
        },
        ConformanceCheck("Numbers that make no sense are refused") { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            for limit in [-1, .min] {
                try await trial.expect(.invalidArgument, "loading \(limit)") {
                    _ = try await memory.load("s", limit: limit)
                }
                try await trial.expect(.invalidArgument, "loading \(limit) forwards") {
                    _ = try await memory.load("s", from: 1, limit: limit)
                }
                try await trial.expect(.invalidArgument, "searching for \(limit)") {
                    _ = try await memory.search("x", limit: limit)
                }
                try await trial.expect(.invalidArgument, "a context of \(limit)") {
                    _ = try await memory.searchHits("x", in: nil, options: SearchOptions(context: limit))
                }
            }
            for limit in [0, -1, .min] {
                try await trial.expect(.invalidArgument, "a page of \(limit) sessions") {
                    _ = try await memory.sessions(by: .id, after: nil, limit: limit)
                }
            }
        },
        ConformanceCheck("Messages over a limit are refused and change nothing") { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            let before = try await memory.info("s")
            func message(_ role: Role = .user, _ content: String = "x", _ metadata: [String: JSONValue] = [:])
                -> Message
            {
                Message(role: role, content: content, timestamp: Timestamp(microseconds: 0), metadata: metadata)
            }
            let large = String(repeating: "x", count: MemoryLimits.messageBytes)
            let refused: [(String, [Message])] = [
                ("a message too large", [message(.user, large)]),
                ("a save too large", Array(repeating: message(.user, String(large.dropLast(8))), count: 5)),
                ("a role too long", [message(Role(String(large.prefix(MemoryLimits.nameBytes + 1))))]),
                ("metadata too large", [message(.user, "x", ["k": .string(String(large.prefix(1 << 20)))])]),
                ("metadata too deep", [message(.user, "x", ["k": nested(MemoryLimits.jsonDepth)])]),
            ]
            for (name, messages) in refused {
                try await trial.expect(.tooLarge, name) { try await memory.save(messages, to: "s") }
                try await trial.expect(.tooLarge, "\(name), for a new session") {
                    try await memory.save(messages, to: "new")
                }
            }
            try trial.expect(try await memory.info("s"), is: before, "the session")
            try trial.expect(try await memory.info("new"), is: nil, "the session that wasn't made")
            let deepest = message(.user, "x", ["k": nested(MemoryLimits.jsonDepth - 1)])
            try await memory.save([deepest], to: "s")
            try trial.expect(try await memory.load("s", limit: 1), is: [deepest], "the deepest metadata there are")
        },
        ConformanceCheck("Timestamps outside of the years 1 to 9999 are refused") { trial in
            let memory = try await trial.make()
            let times = [Timestamp.minimum.microseconds - 1, Timestamp.maximum.microseconds + 1, .min, .max]
            for time in times {
                try await trial.expect(.invalidMessage, "\(time) microseconds") {
                    try await memory.save(
                        [Message(role: .user, content: "x", timestamp: Timestamp(microseconds: time))], to: "s")
                }
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
        },
    ]

    /// An array in an array and so on, so many levels of them.
    private static func nested(_ levels: Int) -> JSONValue {
        (0..<levels).reduce(.null) { inner, _ in .array([inner]) }
    }
}
