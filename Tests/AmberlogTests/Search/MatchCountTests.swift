import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The number of messages that match is that of all hits, however they come to be indexed.
@Suite struct MatchCountTests {
    @Test func `against the hits`() async throws {
        let seed = TestSeed.next(named: "match counts")
        var generator = SeededGenerator(seed: seed)
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        let store = try await fixture.open()
        let words = ["amber", "birch", "cedar", "dune", "elm", "fern"]
        for _ in 0..<60 {
            let messages = (0..<(1 + generator.below(4))).map { _ in
                Message(
                    role: generator.chance(50) ? .user : .assistant,
                    content: (0..<(1 + generator.below(5))).map { _ in words[generator.below(words.count)] }
                        .joined(separator: " "))
            }
            try await store.save(messages, to: "s\(generator.below(4))")
            switch generator.below(8) {
            case 0: try await store.checkpoint()
            case 1: try await store.clear("s\(generator.below(4))")
            case 2: _ = try await store.removeLast(1, from: "s\(generator.below(4))")
            default: break
            }
        }
        let queries = [
            "amber", "amber birch", "+amber +birch", "amber -birch", "\"amber birch\"", "ce*", "role:user",
            "fern role:user", "+elm +\"dune fern\" cedar", "nothing", "",
        ]
        for query in queries {
            for session in [nil, "s0", "s3", "never"] {
                let options = SearchOptions(limit: 10_000, ranking: .wordsOnly)
                let hits = try await store.searchHits(query, in: session, options: options).count
                let count = try await store.matchCount(query, in: session)
                #expect(count == hits, "seed \(seed): \(query) in \(session ?? "all")")
            }
        }
        let narrowed = SearchOptions(role: .user)
        #expect(
            try await store.matchCount("amber", options: narrowed)
                == (try await store.matchCount("amber role:user")))
        try await store.close()
        await #expect(throws: MemoryError.self) { _ = try await store.matchCount("amber") }
    }
}
