import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// The anchor is there when it is needed, and nothing depends on it.
@Suite(.ownThreads) struct AnchorTests {
    @Test func `a power loss leaves it`() async throws {
        var fixture = StoreFixture()
        fixture.volumeSync = .unavailable
        let store = try await fixture.open()
        try await store.save(numbered(1...3), to: "a")
        try await store.checkpoint()
        try await store.save(numbered(4...4), to: "a")
        let crashed = fixture.afterCrash(.syncedOnly)
        #expect(crashed.disk.files["ANCHOR"]?.isEmpty == false)
        #expect(try AmberlogStore.verify(SimulatedFileSystem(crashed.disk), depth: .deep, clock: fixture.clock).isWhole)
        try await store.close()
    }

    @Test func `a damaged store that has none opens, and what is whole can be read`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for session in ["a", "b", "c"] { try await store.save(numbered(1...2), to: session) }
        let crashed = fixture.afterCrash()
        let journal = try #require(
            crashed.disk.files.first { $0.key.hasPrefix("journal/") && $0.value.dropFirst(4096).contains { $0 != 0 } })
        // In the second batch.
        crashed.disk.corrupt(journal.key, at: 8192 + 30, xor: 1)
        try SimulatedFileSystem(crashed.disk).remove("ANCHOR")
        let damaged = try await crashed.open()
        #expect(damaged.statistics.damages.count > 0)
        #expect(try await damaged.load("a") == numbered(1...2))
        #expect(await code { try await damaged.save(numbered(3...3), to: "a") } == .damaged)
        try await damaged.close()
    }

    /// Its name may outlive that of STORE, which is older and was not durable either.
    @Test func `what is left of a creation that was interrupted`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        let left = fixture.disk.files.filter { $0.key != "STORE" && !$0.key.hasPrefix("journal/") }
        #expect(left["ANCHOR"] != nil)
        let again = try await fixture.on(SimulatedDisk(files: left)).open()
        try await again.save(numbered(1...2), to: "a")
        try await again.close()
        try await store.close()
    }

    /// A store that has just been made is whole, also while it is in use, and whatever a crash leaves of its first use.
    @Test func `the first write of it`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...2), to: "a")
        let files = SimulatedFileSystem(fixture.disk)
        #expect(try AmberlogStore.verify(files, depth: .deep, clock: fixture.clock).isWhole)
        let seed = TestSeed.next(named: "the anchor's first write")
        var walker = CrashWalker(fixture.disk)
        var states = 0
        while walker.advance() {
            for choice in [.syncedOnly, .everything] + walker.garbage(count: 4, seed: seed) {
                let image = walker.image(choice)
                // Before that there is no store.
                guard image.files["STORE"]?.isEmpty == false else { continue }
                states += 1
                let report = try AmberlogStore.verify(SimulatedFileSystem(image), depth: .deep, clock: fixture.clock)
                #expect(report.isWhole, "\(choice) after \(walker.position): \(report.damages)")
            }
        }
        #expect(states > 20)
        try await store.close()
    }
}
