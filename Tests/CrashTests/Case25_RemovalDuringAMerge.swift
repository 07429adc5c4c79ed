import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// What is removed while a run is being written may come back when the power goes, where saves are not synchronized:
/// searches find it then.
@Suite(.ownThreads) struct Case25_RemovalDuringAMerge {
    @Test(arguments: [StoreOptions.Durability.buffered, .synced])
    func `a removal that is lost is undone in the index, too`(_ durability: StoreOptions.Durability) async throws {
        var fixture = StoreFixture()
        fixture.options.durability = durability
        fixture.options.searchEnabled = true
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files) { $0.scheduling = .threads }
        try await store.save(texts("amber one", "amber two", "amber three"), to: "a")
        try await store.save(texts("amber four"), to: "b")
        files.inject(
            Fault(nil, at: [.create], in: "index/") { _ in
                wait {
                    _ = try? await store.removeLast(1, from: "a")
                    try? await store.clear("b")
                }
            })
        try await store.checkpoint()
        #expect(try await store.load("a").count == 2)
        let crashed = fixture.afterCrash(.syncedOnly)
        // Not before: closing makes everything durable.
        try await store.close()
        let recovered = try await crashed.open()
        let live = try await recovered.load("a").count + recovered.load("b").count
        #expect(try await recovered.search("amber").count == live)
        #expect(durability == .buffered || live == 2)
        try await recovered.close()
        let report = try AmberlogStore.verify(
            SimulatedFileSystem(crashed.disk), depth: .deep, clock: crashed.clock)
        #expect(report.isWhole, "\(report.findings)")
    }
}
