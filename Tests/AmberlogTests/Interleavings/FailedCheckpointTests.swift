import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Synchronization
import Testing

/// A checkpoint that fails leaves everything to the next one, whatever came between.
@Suite(.ownThreads) struct FailedCheckpointTests {
    @Test func `a repeated save during a checkpoint that fails`() async throws {
        var fixture = StoreFixture()
        fixture.options.scheduling = .threads
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        let messages = (1...3).map { Message(role: .user, content: "\($0)", id: "id \($0)") }
        try await store.save(messages, to: "s")
        try await store.checkpoint()
        try await store.setMetadata(["k": "v"], for: "s")
        try await store.trim("s", toLast: 1)
        let duplicates = Mutex<[UInt64]>([])
        files.inject(
            Fault(ErrorNumber.noSpace, at: [.write], in: "MANIFEST-") { _ in
                #expect(
                    isDone {
                        let receipt = try await store.save(messages, to: "s")
                        duplicates.withLock { $0 = receipt.duplicates }
                    })
            })
        #expect(await code { try await store.checkpoint() } == .noSpace)
        #expect(duplicates.withLock { $0 } == [1, 2, 3])
        #expect(try await store.info("s")?.metadata == ["k": "v"])
        try await store.checkpoint()
        try await store.close()
        let again = try await fixture.open()
        #expect(try await again.load("s").map(\.content) == ["3"])
        #expect(try await again.info("s")?.metadata == ["k": "v"])
        try await again.close()
    }
}
