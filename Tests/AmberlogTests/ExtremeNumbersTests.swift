import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The largest numbers that a caller can give are numbers like others.
@Suite struct ExtremeNumbersTests {
    private func check(_ backend: any MemoryBackend) async throws {
        try await backend.save(texts("one garden", "two", "three garden"), to: "a")
        try await backend.save(texts("four"), to: "b")
        #expect(try await backend.load("a", limit: .max, before: .max).count == 3)
        #expect(try await backend.load("a", from: 0, limit: .max).count == 3)
        #expect(try await backend.load("a", from: .max, limit: .max).isEmpty)
        for order in [SessionOrder.id, .updated] {
            #expect(try await backend.sessions(by: order, after: nil, limit: .max).sessions.count == 2)
        }
        let options = SearchOptions(limit: .max, context: .max)
        let hits = try await backend.searchHits("+garden", in: "a", options: options)
        #expect(hits.contains { $0.message.content == "one garden" && $0.after.count == 2 })
        #expect(try await backend.clearSessions(olderThan: Timestamp(microseconds: .max), dryRun: true).count == 2)
        #expect(try await backend.removeLast(.max, from: "a").count == 3)
        #expect(try await backend.removeLast(.max, from: "a").isEmpty)
    }

    @Test(arguments: [true, false]) func `a store`(_ searchEnabled: Bool) async throws {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = searchEnabled
        let store = try await fixture.open()
        try await check(store)
        try await store.trim("b", toLast: .max)
        #expect(try await store.load("b").count == 1)
    }

    @Test func `a backend in memory`() async throws {
        try await check(InMemoryBackend())
    }
}
