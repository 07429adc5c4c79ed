import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// Two processes make the same store at once.
@Suite(.ownThreads) struct TwoCreatorsTests {
    @Test func `one makes it while the other looks at the empty directory`() async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        files.inject(
            Fault(nil, at: [.list], in: "journal") { _ in
                #expect(
                    isDone {
                        let store = try await fixture.open()
                        try await store.save(texts("hello"), to: "s")
                        try await store.close()
                    })
            })
        let store = try await fixture.open(files)
        #expect(files.injectedCount == 1)
        #expect(try await store.load("s") == texts("hello"))
        try await store.close()
    }
}
