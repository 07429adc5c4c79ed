import AgentMemory
import Testing

@Suite struct RankedScanTests {
    private func found(_ query: String, in contents: String..., options: SearchOptions = SearchOptions()) async throws
        -> [String]
    {
        let memory = InMemoryBackend()
        try await memory.save(
            contents.enumerated().map {
                Message(role: .user, content: $1, timestamp: Timestamp(microseconds: Int64($0)))
            }, to: "s")
        return try await memory.searchHits(query, in: nil, options: options).map(\.message.content)
    }

    @Test(arguments: [
        ("TECHCORP", "I work at TechCorp."), ("cafe", "Das Café"), ("café", "the CAFE\u{301}"), ("uber", "Über"),
        ("ΣΟΦΟΣ", "σοφός"), ("МОСКВА", "москва"), ("ел", "ёл"), ("東京", "私は東京都に住んでいます"), ("都", "東京都"), ("서울", "서울에서"),
        ("snake", "a snake_case name"), ("42", "the answer is 42"), ("what is α?", "α"), ("שלום", "שָׁלוֹם"),
        ("z", "A\u{0}z"),
    ])
    func finds(_ query: String, _ content: String) async throws {
        #expect(try await found(query, in: content, "nothing here") == [content])
    }

    @Test(arguments: [
        ("", "a"), ("  ?!\u{0}", "a"), ("art", "start"), ("京東", "東京"), ("東", "a"), ("\"+-*:", "a"),
        ("\u{301}", "e\u{301}"),
    ])
    func doesNotFind(_ query: String, _ content: String) async throws {
        #expect(try await found(query, in: content).isEmpty)
    }

    @Test func rareWordsAndShortTextsWeighMore() async throws {
        #expect(
            try await found("python rare", in: "python python", "a rare thing", "python", "python here", "python there")
                .first
                == "a rare thing")
        #expect(
            try await found("python", in: "python among many other words that say nothing at all", "python").first
                == "python")
    }

    @Test func scoresAreThoseOfBM25() throws {
        var scan = try RankedScan("alice bob")
        var stored = messages("alice alice met bob", "alice", "nobody here", "carol")
        for index in stored.indices { stored[index].sequence = UInt64(index + 1) }
        scan.add(stored, of: "s")
        // By hand: n 4, lengths 4 1 2 1, average 2; alice in 2, bob in 1.
        let (alice, bob) = (0.6931471805599453, 1.2039728043259361)
        func part(_ weight: Double, _ frequency: Double, _ length: Double) -> Double {
            weight * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / 2))
        }
        let matches = scan.matches()
        #expect(matches.map(\.sequence) == [1, 2])
        #expect(abs(matches[0].score - part(alice, 2, 4) - part(bob, 1, 4)) < 1e-12)
        #expect(abs(matches[1].score - part(alice, 1, 1)) < 1e-12)
    }

    @Test func ofEqualScoresTheNewerComesFirst() async throws {
        #expect(try await found("x", in: "x a", "x b", "x c") == ["x c", "x b", "x a"])
    }

    @Test func filters() async throws {
        let memory = InMemoryBackend()
        try await memory.save(messages("x 0", "x 1", "x 2", "x 3"), to: "s")
        func found(_ options: SearchOptions) async throws -> [String] {
            try await memory.searchHits("x", in: "s", options: options).map(\.message.content)
        }
        #expect(try await found(SearchOptions(role: .user)) == ["x 2", "x 0"])
        #expect(try await found(SearchOptions(after: Timestamp(microseconds: 2_000_000))) == ["x 3", "x 2"])
        #expect(try await found(SearchOptions(before: Timestamp(microseconds: 2_000_000))) == ["x 1", "x 0"])
        #expect(try await found(SearchOptions(limit: 1)) == ["x 3"])
        #expect(try await found(SearchOptions(limit: 0)).isEmpty)
        #expect(try await found(SearchOptions(limit: .max, context: .max)).count == 4)
    }

    @Test func givesNeighbors() async throws {
        let memory = InMemoryBackend()
        try await memory.save(messages("a", "b", "needle", "c", "d"), to: "s")
        let hit = try #require(try await memory.searchHits("needle", in: nil, options: SearchOptions(context: 1)).first)
        #expect(hit.before.map(\.content) == ["b"])
        #expect(hit.after.map(\.content) == ["c"])
        #expect(hit.sequence == 3)
    }

    @Test func theBackendsDefaultAndTheOverrideAgree() async throws {
        var random = SeededGenerator(seed: 5)
        let (custom, memory) = (FourMethodBackend(), InMemoryBackend())
        let words = ["alpha", "beta", "gamma", "delta", "東京", "été"]
        for session in 0..<6 {
            let batch = (0..<300).map { index in
                Message(
                    role: .user,
                    content: (0...Int.random(in: 0..<8, using: &random)).map { _ in words.randomElement(using: &random)!
                    }
                    .joined(separator: " "), timestamp: Timestamp(microseconds: Int64(session * 1000 + index)))
            }
            try await custom.save(batch, to: "s\(session)")
            try await memory.save(batch, to: "s\(session)")
        }
        for query in ["alpha", "beta 東京", "ete gamma delta"] {
            let options = SearchOptions(limit: 20, context: 2)
            let theirs = try await custom.searchHits(query, in: nil, options: options)
            #expect(try await memory.searchHits(query, in: nil, options: options) == theirs, "seed 5")
            #expect(theirs.count == 20)
        }
    }

    @Test func memoryStaysBoundedAndTheBestAreKept() throws {
        var scan = try RankedScan("x", options: SearchOptions(limit: 3))
        var page: [Message] = []
        for number in 1...150_000 as ClosedRange<UInt64> {
            var message = Message(
                role: .user, content: number % 50_000 == 0 ? "x x x" : "x y z",
                timestamp: Timestamp(microseconds: Int64(number)))
            message.sequence = number
            page.append(message)
            if page.count == 1000 {
                scan.add(page, of: "s")
                page = []
            }
        }
        #expect(scan.matches().map(\.sequence) == [150_000, 100_000, 50_000])
    }
}
