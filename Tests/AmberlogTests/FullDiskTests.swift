import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A full disk is not final: reads and forgetting go on, and saves succeed again once there is room.
@Suite struct FullDiskTests {
    /// Saves until the disk is full and returns the sessions that were saved to.
    private func fill(_ store: AmberlogStore, _ clock: ManualClock) async throws -> [String] {
        var sessions: [String] = []
        while true {
            clock.advance(by: .seconds(1))
            let session = "session \(sessions.count)"
            do {
                try await store.save(numbered(1...8, bytes: 900), to: session)
                sessions.append(session)
            } catch let error as MemoryError where error.code == .noSpace {
                #expect(error.retry == .later)
                return sessions
            }
            try #require(sessions.count < 10_000)
        }
    }

    @Test func `saves fail cleanly, reads and clearing go on, and clearing gives room`() async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        files.limitSpace(to: 1 << 20)
        let sessions = try await fill(store, fixture.clock)
        #expect(sessions.count > 20)
        for session in sessions { #expect(try await store.load(session).count == 8) }
        // All in one batch: the part of a journal that is kept for forgetting is small, as these journals are.
        let middle = try #require(try await store.info(sessions[sessions.count / 2])).updatedAt
        #expect(try await store.clearSessions(olderThan: middle, dryRun: false).count == sessions.count / 2)
        #expect(try await store.load(sessions[0]).isEmpty)
        try await store.checkpoint()
        try await store.save(numbered(1...8, bytes: 900), to: "afterwards")
        #expect(try await store.load("afterwards").count == 8)
        #expect(try await store.load(sessions[sessions.count - 1]).count == 8)
        try await store.close()
    }

    @Test func `a store on a full disk opens after a crash, and goes on once there is room`() async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        files.limitSpace(to: 1 << 20)
        let sessions = try await fill(store, fixture.clock)

        // The process dies, and the beginning of a batch stands behind the journal's end.
        let crashed = fixture.afterCrash()
        let full = FaultFileSystem(SimulatedFileSystem(crashed.disk))
        full.limitSpace(to: 0)
        let again = try await crashed.open(full)
        for session in sessions { #expect(try await again.load(session).count == 8) }
        #expect(await code { try await again.save(numbered(1...8, bytes: 900), to: "too much") } == .noSpace)
        full.limitSpace(to: nil)
        try await again.save(numbered(1...8, bytes: 900), to: "afterwards")
        try await again.close()
        let last = try await crashed.open()
        for session in sessions { #expect(try await last.load(session).count == 8) }
        #expect(try await last.load("afterwards").count == 8)
        #expect(try await last.load("too much").isEmpty)
    }

    @Test func `a torn tail is no obstacle to opening on a full disk`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...3), to: "a")
        let before = fixture.disk.operationCount
        try await store.save(numbered(4...9, bytes: 500), to: "a")
        // The second save's write is cut after 100 bytes.
        let write = try #require(
            (before..<fixture.disk.operationCount).first { fixture.disk.log[$0].isWrite })
        let torn = fixture.on(fixture.disk.crashImage(after: write + 1, choosing: .tornLast(bytes: 100)))
        let full = FaultFileSystem(SimulatedFileSystem(torn.disk))
        full.limitSpace(to: 0)
        let again = try await torn.open(full)
        #expect(try await again.load("a").map(\.content) == numbered(1...3).map(\.content))
        full.limitSpace(to: nil)
        try await again.save(numbered(4...4), to: "a")
        try await again.close()
        let last = try await torn.open()
        #expect(try await last.load("a").count == 4)
    }
}
