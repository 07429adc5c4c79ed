import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Messages that were indexed with and without stemming stand in runs of their own: each run says how it was made.
@Suite struct MixedOptionsTests {
    @Test(arguments: ["merge", "compact", "erase"])
    func `a store of both is whole`(_ what: String) async throws {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        var store = try await fixture.open()
        try await store.save(texts("painting houses"), to: "a")
        try await store.save(texts("painted doors"), to: "b")
        try await store.close()
        fixture.options.stemsEnglish = false
        store = try await fixture.open()
        try await store.save(texts("painted windows"), to: "a")
        try await store.checkpoint()
        switch what {
        case "merge": try await store.mergeIndex()
        case "compact": _ = try await store.compact()
        default: try await store.erase("b")
        }
        let found = try await store.searchResults("painted", options: SearchOptions(limit: 9)).hits
        #expect(found.contains { $0.session == "a" && $0.sequence == 2 })
        try await store.close()
        let report = try AmberlogStore.verify(SimulatedFileSystem(fixture.disk), depth: .deep, clock: fixture.clock)
        #expect(report.isWhole, "\(report.damages)")
        // Made anew, all are as the store is opened.
        store = try await fixture.open()
        try await store.reindex()
        #expect(store.statistics.indexRuns == 1)
        try await store.close()
    }
}
