internal import AgentMemory

extension ConformanceCheck {
    static let metadata: [ConformanceCheck] = [
        ConformanceCheck("Metadata of messages come back as they were") { trial in
            let memory = try await trial.make()
            let messages = MetadataSamples.all.map {
                Message(role: .tool, content: "x", timestamp: Timestamp(microseconds: 0), metadata: $0)
            }
            try await memory.save(messages, to: "s")
            let loaded = try await memory.load("s")
            try trial.expect(loaded, is: messages, "all messages")
            for (one, other) in zip(loaded, messages) {
                try trial.expect(one.metadata, is: other.metadata, "the metadata")
            }
        },
        ConformanceCheck("Integers and doubles stay apart") { trial in
            let memory = try await trial.make()
            let numbers: [JSONValue] = [
                .integer(1), .double(1), .integer(0), .double(0), .integer(.max), .integer(.min), .double(1e15),
                .double(1e300), .double(-2.5e-300), .double(0.1), .double(.leastNonzeroMagnitude),
                .double(9_007_199_254_740_992), .integer(9_007_199_254_740_993),
            ]
            let message = Message(
                role: .user, content: "x", timestamp: Timestamp(microseconds: 0), metadata: ["n": .array(numbers)])
            try await memory.save([message], to: "s")
            let loaded = try await memory.load("s").first?.metadata["n"]
            try trial.expect(loaded, is: .array(numbers), "the numbers")
        },
        ConformanceCheck("Metadata of a mebibyte") { trial in
            let memory = try await trial.make()
            let text = String(repeating: "y", count: MemoryLimits.metadataBytes - 8)
            let message = Message(
                role: .user, content: "x", timestamp: Timestamp(microseconds: 0), metadata: ["k": .string(text)])
            try await memory.save([message], to: "s")
            try trial.expect(try await memory.load("s"), is: [message], "the message")
        },
    ]

    static let sessionMetadata: [ConformanceCheck] = [
        ConformanceCheck("Sessions have metadata of their own", requires: .sessionMetadata) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await memory.save(said("x"), to: "t")
            let before = try trial.unwrap(try await memory.info("s"), "the session")
            try trial.expect(before.metadata, is: [:], "the metadata of a new session")
            try await trial.passTime(.milliseconds(5))
            for sample in MetadataSamples.all {
                try await memory.setMetadata(sample, for: "s")
                let info = try trial.unwrap(try await memory.info("s"), "the session")
                try trial.expect(info.metadata, is: sample, "the metadata")
                try trial.expect(info.updatedAt, is: before.updatedAt, "the time of the last save")
                try trial.expect(info.lastSequence, is: 1, "the last sequence")
            }
            try await memory.save(said("y"), to: "s")
            try trial.expect(
                try await memory.info("s")?.metadata, is: MetadataSamples.all.last, "the metadata after a save")
            try trial.expect(try await memory.info("t")?.metadata, is: [:], "the metadata of another session")
            try await memory.setMetadata([:], for: "s")
            try trial.expect(try await memory.info("s")?.metadata, is: [:], "the metadata after removing them")
        },
        ConformanceCheck("A session that isn't there takes no metadata", requires: .sessionMetadata) { trial in
            let memory = try await trial.make()
            try await trial.expect(.invalidArgument, "setting metadata") {
                try await memory.setMetadata(["a": 1], for: "nobody")
            }
            try trial.expect(try await memory.info("nobody"), is: nil, "the session")
        },
        ConformanceCheck("Metadata of a session have a limit", requires: .sessionMetadata) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await memory.setMetadata(["a": 1], for: "s")
            try await trial.expect(.tooLarge, "metadata over a MiB") {
                let text = String(repeating: "y", count: MemoryLimits.metadataBytes)
                try await memory.setMetadata(["k": .string(text)], for: "s")
            }
            try trial.expect(try await memory.info("s")?.metadata, is: ["a": 1], "the metadata")
        },
        ConformanceCheck("Metadata of sessions are refused where there are none", excludes: .sessionMetadata) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await trial.expect(.unsupported, "setting metadata") {
                try await memory.setMetadata(["a": 1], for: "s")
            }
        },
    ]
}

private enum MetadataSamples {
    static let all: [[String: JSONValue]] = [
        ["lang": "en"],
        [
            "a": 1, "b": 1.5, "c": true, "d": false, "e": .null, "f": "text", "g": [1, "two", .null],
            "h": ["i": ["j": []]],
        ],
        ["": "an empty key", "é": "accent", "a\u{0}b": "c\u{0}d", "\"": "\\", "'": "%", "👩‍👧": "👍🏽", "a.b": ["c": 1]],
        ["empty": [:], "none": [], "text": ""],
        ["escapes": "\u{0}\u{1F}\u{7F}\u{2028}/\\\"\t\n"],
        ["large": .integer(.max), "small": .integer(.min), "tenth": 0.1, "one": 1.0],
    ]
}
