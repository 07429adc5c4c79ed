import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A damaged segment keeps no other one from being compacted.
@Suite struct CompactionOfDamagedTests {
    @Test func `the others are compacted, and the damage is told`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for session in ["a", "b", "c"] { try await store.save(numbered(1...30, bytes: 400), to: session) }
        try await store.checkpoint()
        try await store.close()
        let path = "sessions/01/1.1.seg"
        fixture.disk.corrupt(path, at: 5000, xor: 1)
        let again = try await fixture.open()
        let before = again.statistics.segmentBytes
        #expect(await code { _ = try await again.compact() } == .damaged)
        #expect(again.statistics.segmentBytes < before * 2 / 3)
        for session in ["b", "c"] { #expect(try await again.load(session) == numbered(1...30, bytes: 400)) }
        #expect(fixture.disk.files[path] != nil)
        try await again.close()
    }
}
