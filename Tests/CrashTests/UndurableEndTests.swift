import AgentMemory
import AmberlogTestKit
import LogFiles
import StoreModel
import Synchronization
import Testing

@testable import Amberlog

/// A manifest leaves out a session that has ended: that end has to be durable first, or the journal speaks of a session
/// that nobody knows.
@Suite(.ownThreads) struct UndurableEndTests {
    @Test func `a manifest that is replaced while an end is not durable`() async throws {
        var fixture = StoreFixture()
        fixture.options.durability = .buffered
        fixture.options.compactAfter = .zero
        fixture.volumeSync = .unavailable
        let disk = fixture.disk
        let store = try await fixture.open()
        try await store.save(numbered(1...20, bytes: 500), to: "compacted")
        try await store.save(numbered(1...2), to: "ended")
        try await store.checkpoint()
        // Beside a reader, compacting replaces the manifest.
        let reader = try await fixture.open { $0.access = .readOnly }
        fixture.clock.advance(by: .seconds(1))
        try await store.save(numbered(3...3), to: "ended")
        // On a block of its own, so that a power loss may take one and leave the other.
        try await store.save(numbered(1...2, bytes: 5000), to: "between")
        try await store.clear("ended")
        try store.engine.compactInBackground()
        try await reader.close()
        try await expectNoDamage(in: fixture, at: [disk.operationCount])
        try await store.close()
    }

    /// A checkpoint for which there is no room puts the ends in force first.
    @Test func `ends that come between the synchronization of the journal and the plan of a checkpoint`() async throws {
        var fixture = StoreFixture()
        fixture.options.durability = .buffered
        fixture.options.scheduling = .threads
        fixture.volumeSync = .unavailable
        let disk = fixture.disk
        let files = FaultFileSystem(SimulatedFileSystem(disk, volumeSync: .unavailable))
        let store = try await fixture.open(files)
        try await store.save(numbered(1...2), to: "ended")
        try await store.checkpoint()
        try await store.save(numbered(3...3), to: "ended")
        try await store.save(numbered(1...2, bytes: 5000), to: "between")
        let positions = Mutex<[Int]>([])
        files.inject(
            Fault(nil, at: [.synchronize], in: "journal/", isCarriedOut: true) { _ in
                #expect(isDone { try await store.clear("ended") })
            })
        files.inject(Fault(ErrorNumber.noSpace, at: [.write], in: "sessions/"))
        files.inject(
            Fault(nil, at: [.synchronize], in: "MANIFEST-", times: nil, isCarriedOut: true) { _ in
                positions.withLock { $0.append(disk.operationCount) }
            })
        try await store.checkpoint()
        #expect(files.injectedCount >= 4)
        files.removeFaults()
        try await expectNoDamage(in: fixture, at: positions.withLock { $0 })
        try await store.close()
    }

    private func expectNoDamage(in fixture: StoreFixture, at positions: [Int]) async throws {
        var walker = CrashWalker(fixture.disk)
        for position in positions {
            walker.advance(to: position)
            for choice in walker.subsets(seed: TestSeed.next(named: "undurable ends")) {
                let recovered = try await fixture.on(walker.image(choice)).open { $0.scheduling = .inline }
                #expect(recovered.statistics.damages.isEmpty, "\(choice): \(recovered.statistics.damages)")
            }
        }
    }
}
