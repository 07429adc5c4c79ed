import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// Bytes that a checkpoint left behind a segment's end, when it failed, are not taken for its newest state by a repair
/// that has only the segments.
@Suite(.ownThreads) struct StaleTailTests {
    @Test func `a manifest lost after a checkpoint that failed`() async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        try await store.save(numbered(1...2), to: "s")
        try await store.checkpoint()
        try await store.save(numbered(3...12, bytes: 900), to: "s")
        files.inject(Fault(ErrorNumber.noSpace, at: [.write], in: "MANIFEST-"))
        #expect(await code { try await store.checkpoint() } == .noSpace)
        // Less is to be written now than was then.
        try await store.trim("s", toLast: 0)
        try await store.save(numbered(13...14), to: "s")
        try await store.checkpoint()
        try await store.close()
        // The journal that has all of it is used again.
        let next = try await fixture.open()
        try await next.save(numbered(1...1), to: "t")
        try await next.close()
        for path in fixture.disk.files.keys where path.hasPrefix("MANIFEST-") || path == "CURRENT" {
            try SimulatedFileSystem(fixture.disk).remove(path)
        }
        #expect(try AmberlogStore.repair(SimulatedFileSystem(fixture.disk), clock: fixture.clock).isChanged)
        let repaired = try await fixture.open()
        #expect(try await repaired.load("s") == numbered(13...14))
        #expect(try await repaired.save(numbered(15...15), to: "s").sequences == 15..<16)
        try await repaired.close()
    }
}
