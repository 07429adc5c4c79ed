internal import AgentMemory

extension ConformanceCheck {
    static let searching: [ConformanceCheck] = [
        ConformanceCheck("A search finds the messages that have a word of it") { trial in
            let memory = try await trial.make()
            try await memory.save(SearchSamples.conversation, to: "s")
            try trial.expect(try await found("TechCorp", in: memory), is: [1, 9], "what one word finds")
            try trial.expect(try await found("techcorp", in: memory), is: [1, 9], "what it finds in lower case")
            try trial.expect(
                try await found("Zurich mountains", in: memory), is: [5, 13], "what either of two words finds")
            try trial.expect(try await found("submarine", in: memory), is: [], "what a word that isn't there finds")
            try trial.expect(try await found("submarine Zurich", in: memory), is: [5], "what it finds beside another")
            try trial.expect(try await found("Zuri", in: memory), is: [], "what the beginning of a word finds")
        },
        ConformanceCheck("A search makes no difference between letters with and without accents") { trial in
            let memory = try await trial.make()
            try await memory.save(said("Le café est fermé", "ein CAFE\u{301} in Genf", "tea", "Жёлтый ёж"), to: "s")
            for query in ["cafe", "café", "CAFÉ", "cafe\u{301}"] {
                try trial.expect(
                    try await found(query, in: memory), is: [1, 2], "what \(query.debugDescription) finds")
            }
            try trial.expect(try await found("желтый", in: memory), is: [4], "what a Cyrillic word finds")
        },
        ConformanceCheck("A search finds words of scripts without spaces") { trial in
            let memory = try await trial.make()
            try await memory.save(said("私は東京に住んでいます", "京都は古い都市です", "hello", "서울에 살아요"), to: "s")
            try trial.expect(try await found("東京", in: memory), is: [1], "what 東京 finds")
            try trial.expect(try await found("京都", in: memory), is: [2], "what 京都 finds")
            try trial.expect(try await found("서울", in: memory), is: [4], "what 서울 finds")
        },
        ConformanceCheck("Better matches come first") { trial in
            let memory = try await trial.make()
            var texts = (1...40).map { "filler \($0) about the weather in general" }
            texts[5] = "the garden is quiet in the weather today"
            texts[20] = "garden tools for the weather are in sale"
            texts[35] = "tools for the weather are what we repair"
            try await memory.save(said(texts), to: "s")
            let hits = try await memory.searchHits(
                "garden tools", in: nil, options: SearchOptions(ranking: .wordsOnly))
            try trial.expect(hits.first?.sequence, is: 21, "the message with both words")
            try trial.expect(Set(hits.map(\.sequence)), is: [6, 21, 36], "all hits")
            let scores = hits.map(\.score)
            try trial.expect(scores, is: scores.sorted(by: >), "the scores")
        },
        ConformanceCheck("A hit tells where it is and shows why") { trial in
            let memory = try await trial.make()
            let long = String(repeating: "lorem ipsum dolor sit amet ", count: 200)
            try await memory.save(said("a", long + "é needle 😀 " + long, "b"), to: "s")
            let hits = try await memory.searchHits("Needle", in: nil, options: SearchOptions(ranking: .wordsOnly))
            try trial.expect(hits.count, is: 1, "the number of hits")
            let hit = hits[0]
            try trial.expect([hit.session], is: ["s"], "its session")
            try trial.expect(hit.sequence, is: 2, "its sequence")
            try trial.expect(hit.message.sequence, is: 2, "the sequence of its message")
            try trial.expect([hit.message], is: try await memory.load("s", limit: 1, before: 3), "its message")
            try trial.expect(hit.before + hit.after, is: [], "its neighbors, unasked")
            let snippet = hit.snippet.text
            try trial.expect(
                snippet.utf8.count < 1000, "the snippet", expected: "an excerpt", actual: "\(snippet.utf8.count) bytes")
            let highlighted = hit.snippet.highlights.map { String(decoding: Array(snippet.utf8)[$0], as: UTF8.self) }
            try trial.expect(highlighted, is: ["needle"], "what it highlights")
        },
        ConformanceCheck("Any text is a query") { trial in
            let memory = try await trial.make()
            try await memory.save(said("plain words", "x = 1; y <- \"two\""), to: "s")
            for query in SearchSamples.hostile {
                let hits = try await memory.search(query, limit: 1)
                try trial.expect(
                    hits.count <= 1, "hits for \(query.prefix(40).debugDescription)", expected: "at most 1",
                    actual: "\(hits.count)")
                _ = try await memory.search(query, in: "s")
            }
            for query in ["", " ", "...", "\u{0}", "\"\"", "+ - *"] {
                try trial.expect(try await memory.search(query), is: [], "what \(query.debugDescription) finds")
            }
        },
        ConformanceCheck("Words are found with whatever punctuation they are asked for") { trial in
            let memory = try await trial.make()
            try await memory.save(said("Where does Alice work?", "At a bakery", "In Rome"), to: "s")
            for query in ["bakery?", "(bakery", "\"bakery", "bakery;", "'bakery'", "bakery\"", "bakery)", "%bakery%"] {
                try trial.expect(try await found(query, in: memory), is: [2], "what \(query) finds")
            }
        },
        ConformanceCheck("A search sees the newest changes") { trial in
            let memory = try await trial.make()
            for round in 1...10 {
                try await memory.save(said("apple number \(round)"), to: "s")
                try trial.expect(
                    try await memory.search("apple", in: "s", limit: 50).count, is: round, "the hits of round \(round)")
                try await memory.save(said("apple elsewhere"), to: "t\(round)")
                try trial.expect(
                    try await memory.search("apple", limit: 50).count, is: round + 1, "the hits anywhere")
                try await memory.clear("t\(round)")
            }
            try await memory.clear("s")
            try trial.expect(try await memory.search("apple"), is: [], "the hits after clearing")
            try await memory.save(said("pear"), to: "s")
            try trial.expect(try await memory.search("apple"), is: [], "the hits in the session made anew")
            try trial.expect(try await memory.search("pear"), is: said("pear"), "what it has now")
        },
    ]

    static let searchScope: [ConformanceCheck] = [
        ConformanceCheck("A search stays in its session") { trial in
            let memory = try await trial.make()
            try await memory.save(said("apple apple apple", "an apple"), to: "a")
            try await memory.save(said("one apple among several other words", "no fruit here"), to: "b")
            let inside = try await memory.searchHits("apple", in: "b", options: SearchOptions(ranking: .wordsOnly))
            try trial.expect(inside.map(\.session), is: ["b"], "the sessions of the hits in one")
            try trial.expect(inside.map(\.sequence), is: [1], "their sequences")
            let all = try await memory.searchHits("apple", in: nil, options: SearchOptions(ranking: .wordsOnly))
            try trial.expect(all.map(\.session).sorted(), is: ["a", "a", "b"], "the sessions of the hits in all")
        },
        ConformanceCheck("A search gives at most as many hits as it is asked for, the best") { trial in
            let memory = try await trial.make()
            for session in 0..<3 {
                try await memory.save(
                    said((1...10).map { "apple" + String(repeating: " word", count: $0 * 3 + session) }),
                    to: "s\(session)")
            }
            try trial.expect(try await memory.search("apple").count, is: 10, "the number of hits by default")
            func hits(_ limit: Int) async throws -> [String] {
                let options = SearchOptions(limit: limit, ranking: .wordsOnly)
                return try await memory.searchHits("apple", in: nil, options: options).map {
                    "\($0.session) \($0.sequence)"
                }
            }
            let all = try await hits(1000)
            try trial.expect(all.count, is: 30, "the number of all hits")
            for limit in [1, 7, 29, 30, 31] {
                try trial.expect(try await hits(limit), is: Array(all.prefix(limit)), "the best \(limit)")
            }
            try trial.expect(try await hits(.max), is: all, "as many as there are")
            try trial.expect(try await hits(0), is: [], "none")
        },
        ConformanceCheck("A search can be narrowed down to a role and a time") { trial in
            let memory = try await trial.make()
            let messages = said((1...8).map { "apple \($0)" })
            try await memory.save(messages, to: "s")
            func found(_ options: SearchOptions) async throws -> [UInt64] {
                try await memory.searchHits("apple", in: nil, options: options).map(\.sequence).sorted()
            }
            try trial.expect(try await found(SearchOptions(role: .assistant)), is: [2, 4, 6, 8], "one role")
            try trial.expect(try await found(SearchOptions(role: "nobody")), is: [], "a role that isn't there")
            let (third, sixth) = (messages[2].timestamp, messages[5].timestamp)
            try trial.expect(try await found(SearchOptions(after: third)), is: [3, 4, 5, 6, 7, 8], "after a time")
            try trial.expect(try await found(SearchOptions(before: third)), is: [1, 2], "before a time")
            try trial.expect(
                try await found(SearchOptions(role: .user, after: third, before: sixth)), is: [3, 5], "all of them")
            try trial.expect(try await found(SearchOptions(after: sixth, before: third)), is: [], "no time at all")
        },
        ConformanceCheck("A hit comes with its neighbors") { trial in
            let memory = try await trial.make()
            var texts = (1...9).map { "filler \($0)" }
            texts[4] = "apple"
            try await memory.save(said(texts), to: "s")
            try await memory.save(said("pear"), to: "t")
            func neighbors(_ query: String, _ context: Int) async throws -> [[String]] {
                let options = SearchOptions(context: context, ranking: .wordsOnly)
                let hits = try await memory.searchHits(query, in: nil, options: options)
                return hits.flatMap { [$0.before.map(\.content), $0.after.map(\.content)] }
            }
            try trial.expect(
                try await neighbors("apple", 2), is: [["filler 3", "filler 4"], ["filler 6", "filler 7"]],
                "two on each side")
            try trial.expect(
                try await neighbors("apple", .max), is: [Array(texts.prefix(4)), Array(texts.suffix(4))], "all")
            try trial.expect(try await neighbors("pear", 2), is: [[], []], "those of a message alone")
        },
    ]

    static let queryLanguage: [ConformanceCheck] = [
        ConformanceCheck("Queries have operators", requires: .queryLanguage) { trial in
            let memory = try await trial.make()
            try await memory.save(
                said(
                    "garden tools are here", "tools for the garden", "a rose in the garden", "gardenia is a flower",
                    "nothing of the kind"), to: "s")
            let expected: [(String, [UInt64])] = [
                ("\"garden tools\"", [1]), ("+garden tools", [1, 2, 3]), ("garden -rose", [1, 2]),
                ("-garden tools", []), ("gard*", [1, 2, 3, 4]), ("+gard* -\"garden tools\" -rose", [2, 4]),
                ("+garden +rose", [3]), ("+garden +submarine", []), ("garden role:user", [1, 3]),
                ("garden -role:user", [2]), ("role:assistant", [2, 4]), ("role:user role:assistant rose", [3]),
                ("garden after:2026-01-01T00:00:01Z", [2, 3]), ("garden before:2026-01-01T00:00:01Z", [1]),
                ("garden after:2026-01-01T00:00:01Z before:2026-01-01T00:00:02Z", [2]), ("garden after:2027", []),
                ("after:2026-01-01T00:00:03Z", [4, 5]), ("-rose", []),
            ]
            for (query, sequences) in expected {
                try trial.expect(try await found(query, in: memory), is: sequences, "what \(query) finds")
            }
        }
    ]

    /// The sequences of what a search finds by its words alone, in order.
    private static func found(_ query: String, in memory: any MemoryBackend) async throws -> [UInt64] {
        let options = SearchOptions(limit: 100, ranking: .wordsOnly)
        return try await memory.searchHits(query, in: nil, options: options).map(\.sequence).sorted()
    }
}

private enum SearchSamples {
    static let conversation = said(
        "I work at TechCorp", "That sounds good", "Thank you", "Where do you live?", "In Zurich, by the lake",
        "How long has it been?", "Three years", "And before that?", "Before TechCorp I was a student", "Of what?",
        "Of history", "Do you like it there?", "I like the mountains", "Me too")

    static let hostile: [String] =
        UnicodeSamples.texts + UnicodeSamples.identifiers + [
            "AND", "OR", "NOT", "plain AND", "plain OR", "NOT plain", "NEAR(plain words)", "NEAR(plain words, 2)",
            "plain NEAR words", "content:plain", "content : plain", "{content} : plain", "^plain", "plain + words",
            "(plain", "plain)", "((plain))", "plain & words", "plain | words", "!plain", "plain <-> words", "plain:*",
            "@plain", "@content:{plain}", "%plain%", "pl_in", "plain~2", "/plain/", "[plain TO words]", "+", "-", "*",
            "++plain", "--plain", "+-plain", "-+plain", "**", "\"", "\"\"", "\"\"\"", "\"plain", "plain\"", "+\"",
            "-\"",
            "\"*\"", "+\"plain words\"*", "role:", "role:\"", "after:", "after:lunch", "before:99999999999999999999",
            "after:-1", "meta.:", "meta.a:\"", "x'41'", "0x41", "1e999", "plain\u{0}words",
            String(repeating: "plain ", count: 5000), String(repeating: "(", count: 10_000),
            String(repeating: "\"", count: 9999), String(repeating: "+-", count: 5000),
            String(repeating: "x", count: 100_000), String(repeating: "é\u{301}", count: 20_000),
            (0..<3000).map { "w\($0)" }.joined(separator: " "),
        ]
}
