import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A segment that is not there is damage, and found as such by whatever needs it.
@Suite struct MissingSegmentTests {
    @Test func `a save with an id`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        let message = Message(role: .user, content: "1", id: "one")
        try await store.save([message], to: "s")
        try await store.close()
        let path = try #require(fixture.disk.files.keys.first { $0.hasSuffix(".seg") })
        try SimulatedFileSystem(fixture.disk).remove(path)
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        // So that looking for it again and again comes to an end.
        files.inject(Fault(ErrorNumber.inputOutput, at: [.open], in: "sessions/", after: 50, times: nil))
        let again = try await fixture.open(files)
        #expect(await code { try await again.save([message], to: "s") } == .damaged)
        #expect(await code { _ = try await again.load("s") } == .damaged)
        #expect(files.injectedCount == 0)
    }
}
