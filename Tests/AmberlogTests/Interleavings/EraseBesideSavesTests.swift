import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Synchronization
import Testing

/// An erase takes the journals out of use while saves need them.
@Suite(.ownThreads) struct EraseBesideSavesTests {
    /// The saves wait for the checkpoint that gives them a journal, and the thread that would make it is in the erase.
    @Test func `saves that have used up all journals`() async throws {
        var fixture = StoreFixture()
        fixture.options.scheduling = .threads
        fixture.options.durability = .buffered
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        try await store.save(numbered(1...3), to: "secret")
        try await store.checkpoint()
        try await store.save(numbered(4...4), to: "secret")
        let saved = Monitor(0)
        // The erase synchronizes the journal first; while it does, saves fill as many as there may be.
        files.inject(
            Fault(nil, at: [.synchronize], in: "journal/") { _ in
                _ = try? begin {
                    for number in 1...40 {
                        try await store.save(numbered(number...number, bytes: 16_000), to: "other")
                        saved.withLock { $0 = number }
                    }
                }
                // Until none is saved any more.
                var last = -1
                while saved.withLock({ $0 }) > last {
                    last = saved.withLock { $0 }
                    _ = isDone(within: 200) { try await Task.sleep(for: .seconds(1)) }
                }
            })
        let isErased = Mutex(false)
        _ = try begin {
            try await store.erase("secret")
            isErased.withLock { $0 = true }
        }
        // Where they wait for each other, they do so for ever.
        try #require(try await isReached { isErased.withLock { $0 } })
        try #require(try await isReached { saved.withLock { $0 == 40 } })
        #expect(try await store.load("other").count == 40)
        try await store.close()
    }
}
