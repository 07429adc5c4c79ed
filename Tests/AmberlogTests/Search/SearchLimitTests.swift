import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// What a search takes at most, and what it does with more.
@Suite struct SearchLimitTests {
    private func open() async throws -> AmberlogStore {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        let store = try await fixture.open()
        try await store.save(texts("garden one", "a house", "garden two", "garden three"), to: "a")
        try await store.save(texts("garden four"), to: "b")
        return store
    }

    @Test(arguments: [SearchRanking.wordsOnly, .conversation], [10, 1_000_000, Int.max / 10, Int.max])
    func `any limit is taken`(_ ranking: SearchRanking, _ limit: Int) async throws {
        let store = try await open()
        let options = SearchOptions(limit: limit, ranking: ranking)
        let found = try await store.searchHits("+garden", in: nil, options: options)
        #expect(found.count == 4)
        #expect(try await store.searchHits("+garden", in: "a", options: options).count == 3)
        #expect(try await store.searchMatches("+garden", options: options).count == 4)
        // Messages are looked at, more and more of them, to tell which are results.
        #expect(try await store.searchHits("\"garden two\"", in: nil, options: options).count == 1)
        #expect(try await store.searchHits("role:user", in: nil, options: options).count == 5)
    }

    @Test func `a required word counts after words of many parts`() async throws {
        let store = try await open()
        let query = (0..<60).map { "some_name\($0)" }.joined(separator: " ")
        for scope in [nil, "a"] {
            let hits = try await store.searchHits("+garden \(query) +two", in: scope, options: SearchOptions(limit: 10))
            #expect(hits.map(\.message.content) == ["garden two"])
            // A phrase keeps its own words, whatever came before it.
            let phrase = try await store.searchHits(
                "\(query) \"garden two\"", in: scope, options: SearchOptions(limit: 10))
            #expect(phrase.first?.message.content == "garden two")
        }
    }

    @Test(arguments: [62, 63, 64, 80])
    func `a required word counts after many others`(_ others: Int) async throws {
        let store = try await open()
        let letters = Array("abcdefghij")
        let query = (0..<(others - 1)).map { "word\(letters[$0 / 10])\(letters[$0 % 10])" }.joined(separator: " ")
        for scope in [nil, "a"] {
            let options = SearchOptions(limit: 10, role: .user, ranking: .wordsOnly)
            let withMust = try await store.searchHits("+garden \(query) +two", in: scope, options: options)
            // What comes after 64 words is passed over, as the query language says.
            let expected = others + 1 <= 64 ? 1 : scope == nil ? 4 : 3
            #expect(withMust.count == expected)
            for hit in withMust where others + 1 <= 64 { #expect(hit.message.content == "garden two") }
        }
    }
}
