import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A session is saved to and cleared while a checkpoint is writing, and the manifest is rewritten at its end. Where
/// saves are not synchronized, the power may take the end and leave the save.
@Suite(.ownThreads) struct Case18_EndDuringACheckpoint {
    @Test(arguments: [StoreOptions.Durability.buffered, .synced])
    func `every mixture opens and shows a state that was`(_ durability: StoreOptions.Durability) async throws {
        var fixture = StoreFixture()
        fixture.options.durability = durability
        // Files are synchronized one by one: the journal isn't by the way.
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk, volumeSync: .unavailable))
        let store = try await fixture.open(files) { $0.scheduling = .threads }
        try await store.save(numbered(1...3), to: "a")
        try await store.save(numbered(1...3), to: "gone")
        try await store.checkpoint()
        // A reader makes the checkpoint roll the manifest over, so that what it has open stays.
        let reader = try await fixture.open { $0.access = .readOnly }
        try await store.clear("gone")
        try await store.save(numbered(1...1), to: "b")
        files.inject(
            Fault(nil, at: [.write], in: "sessions/") { _ in
                wait {
                    _ = try? await store.save(numbered(4...5), to: "a")
                    try? await store.clear("a")
                }
            })
        let begin = fixture.disk.operationCount
        try await store.checkpoint()
        #expect(try await store.load("a").isEmpty)
        let end = fixture.disk.operationCount
        try await store.close()
        try await reader.close()
        let seed = TestSeed.next(named: "case 18, an end during a checkpoint, \(durability)")
        var walker = CrashWalker(fixture.disk)
        walker.advance(to: begin)
        var states = 0
        repeat {
            let choices = walker.subsets(count: 64, seed: seed)
            for choice in choices {
                states += 1
                await Task.yield()
                let recovered = try await fixture.on(walker.image(choice)).open()
                let context = "\(choice) after operation \(walker.position)"
                try #require(
                    recovered.statistics.damages.isEmpty, "\(context): \(recovered.statistics.damages)")
                let messages = try await recovered.load("a")
                try #require(
                    [[], numbered(1...3), numbered(1...5)].contains(messages), "\(context): \(messages.count)")
            }
        } while walker.advance() && walker.position <= end
        print("case 18, an end during a checkpoint, \(durability): \(states) crash states")
    }
}
