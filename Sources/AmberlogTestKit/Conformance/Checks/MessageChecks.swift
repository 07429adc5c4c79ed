internal import AgentMemory

extension ConformanceCheck {
    static let messages: [ConformanceCheck] = [
        ConformanceCheck("Timestamps keep their microseconds") { trial in
            let memory = try await trial.make()
            let times: [Int64] = [
                0, 1, -1, 999_999, 1_000_000, -1_000_001, 1_767_225_600_123_457, 4_102_444_799_999_999,
                Timestamp.minimum.microseconds, Timestamp.maximum.microseconds,
            ]
            try await memory.save(
                times.map { Message(role: .user, content: "x", timestamp: Timestamp(microseconds: $0)) }, to: "s")
            try trial.expect(
                try await memory.load("s").map(\.timestamp.microseconds), is: times, "the microseconds since 1970")
        },
        ConformanceCheck("Messages stay in the order of saving, whatever their timestamps say") { trial in
            let memory = try await trial.make()
            let messages = [5, 3, 9, 3, 1].map {
                Message(role: .user, content: "\($0)", timestamp: Timestamp(microseconds: $0))
            }
            try await memory.save(messages, to: "s")
            try trial.expect(try await memory.load("s"), is: messages, "all messages")
            try trial.expect(try await memory.load("s", limit: 2), is: Array(messages.suffix(2)), "the newest two")
        },
        ConformanceCheck("Any role is kept") { trial in
            let memory = try await trial.make()
            let names = [
                "user", "assistant", "system", "tool", "developer", "User", "", " ", "rôle", "role:user", "\u{0}",
                "🤖", String(repeating: "r", count: MemoryLimits.nameBytes),
            ]
            try await memory.save(
                names.map { Message(role: Role($0), content: "x", timestamp: Timestamp(microseconds: 0)) }, to: "s")
            try trial.expect(try await memory.load("s").map(\.role.name), is: names, "the roles")
        },
        ConformanceCheck("A message of a mebibyte") { trial in
            let memory = try await trial.make()
            let content = String(repeating: "All work and no play makes Jack a dull boy. é😀\n", count: 21_000)
            try trial.expect(content.utf8.count > 1 << 20, "the content", expected: "over a MiB", actual: "less")
            let message = Message(role: .tool, content: content, timestamp: Timestamp(microseconds: 0))
            try await memory.save(said("before") + [message] + said("after"), to: "s")
            try trial.expect(try await memory.load("s"), is: said("before") + [message] + said("after"), "all")
            try trial.expect(
                try await memory.load("s", limit: 1, before: 3), is: [message], "the message alone")
        },
        ConformanceCheck("The largest message there is") { trial in
            let memory = try await trial.make()
            let largest = Message(
                role: .user, content: String(repeating: "x", count: trial.largestMessageBytes - 4),
                timestamp: Timestamp(microseconds: 0))
            try await memory.save([largest], to: "s")
            try trial.expect(try await memory.load("s"), is: [largest], "the message")
            guard trial.largestMessageBytes < MemoryLimits.messageBytes else { return }
            var tooLarge = largest
            tooLarge.content = String(repeating: "x", count: MemoryLimits.messageBytes - 4)
            try await trial.expect(.tooLarge, "what is too large for this backend") {
                try await memory.save([tooLarge], to: "s")
            }
            try trial.expect(try await memory.load("s"), is: [largest], "the messages after that")
        },
    ]

    static let unicode: [ConformanceCheck] = [
        ConformanceCheck("Contents are any text") { trial in
            let memory = try await trial.make()
            try await memory.save(said(UnicodeSamples.texts), to: "s")
            try trial.expect(try await memory.load("s"), is: said(UnicodeSamples.texts), "all messages")
            for (offset, text) in UnicodeSamples.texts.enumerated() {
                try trial.expect(
                    try await memory.load("s", from: UInt64(offset + 1), limit: 1).map(\.content), is: [text],
                    "message \(offset + 1)")
            }
        },
        ConformanceCheck("Session ids are any text, and told apart by their bytes") { trial in
            let memory = try await trial.make()
            let ids = UnicodeSamples.identifiers
            for (number, id) in ids.enumerated() { try await memory.save(said("session \(number)"), to: id) }
            for (number, id) in ids.enumerated() {
                let name = id.debugDescription.prefix(80)
                try trial.expect(try await memory.load(id).map(\.content), is: ["session \(number)"], "\(name)")
                try trial.expect(try await memory.info(id).map { [$0.id] } ?? [], is: [id], "the id of \(name)")
            }
            var listed: [String] = []
            for try await info in memory.allSessions(pageSize: 3) { listed.append(info.id) }
            let sorted = ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            try trial.expect(listed, is: sorted, "the listing by id")
            // Every other one goes; no pattern in an id may take another with it.
            for id in sorted.enumerated().filter({ $0.offset.isMultiple(of: 2) }).map(\.element) {
                try await memory.clear(id)
            }
            let left = sorted.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
            listed = []
            for try await info in memory.allSessions() { listed.append(info.id) }
            try trial.expect(listed, is: left, "what is left after clearing every other session")
        },
        ConformanceCheck("Searching stays in its session, whatever the id is") { trial in
            let memory = try await trial.make()
            let ids = UnicodeSamples.identifiers
            for id in ids { try await memory.save(said("needle in a haystack"), to: id) }
            for id in ids {
                let hits = try await memory.searchHits("needle", in: id, options: SearchOptions(limit: 100))
                try trial.expect(hits.map(\.session), is: [id], "the sessions of the hits")
            }
            let all = try await memory.searchHits("needle", in: nil, options: SearchOptions(limit: 1000))
            func inOrder(_ ids: [String]) -> [String] { ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
            try trial.expect(inOrder(all.map(\.session)), is: inOrder(ids), "the sessions of the hits everywhere")
        },
    ]
}

/// Texts that storage trips over.
enum UnicodeSamples {
    static let texts: [String] = [
        "", " ", "\n", "\u{0}", "a\u{0}b", "\u{0}\u{0}", "\u{1}\u{7F}\u{80}\u{FFFE}\u{FFFF}\u{10FFFF}", "plain",
        "é", "e\u{301}", "Z\u{351}\u{36B}\u{343}\u{36A}\u{302}a\u{35C}l\u{321}g\u{335}o\u{31B}", "日本語のテキスト",
        "한국어", "שלום עולם", "مرحبا بالعالم", "\u{202E}reversed\u{202C}", "👩‍👩‍👧‍👦🏳️‍🌈👍🏽", "𝒳𐍈", "\u{FEFF}mark",
        "line\r\nbreak\u{2028}\u{2029}", "{\"role\": \"user\"}", "\\u0000 \\", "'; DROP TABLE messages; --", "100 %",
        "\"quoted\"", "`ticks`", "$1 ? :name @name", "<b>&amp;</b>", "\u{1B}[31mred", "\u{FFFD}",
        String(repeating: "\u{301}", count: 500),
    ]

    static let identifiers: [String] = [
        "a", "A", "b", "aa", "a a", " a", "a ", "a\u{0}", "a\u{0}b", "\u{0}", "\n", "é", "e\u{301}", "日本", "שלום", "👩‍👧",
        "😀", "\u{10FFFF}", "\u{FFFF}", "'", "''", "\"", "a\"b", "`", "[a]", "[ab]*", "*", "a*", "?", "a?", "%", "a%",
        "_", "a_", "\\", "a\\", "/", "a/b", "..", "../a", ".", "C:\\a", "a:b", ":", "{a}", "{", "}", "-", "--", "#",
        "$1", "NULL", "null", "0", "1", "01", "1.0", "a;b", "'; DROP TABLE sessions; --", "user@example.com",
        String(repeating: "x", count: MemoryLimits.sessionIDBytes),
        String(repeating: "x", count: MemoryLimits.sessionIDBytes - 1) + "y",
        String(repeating: "é", count: MemoryLimits.sessionIDBytes / 2),
    ]
}
