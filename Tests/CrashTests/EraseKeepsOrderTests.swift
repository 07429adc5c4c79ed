import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Synchronization
import Testing

/// A journal is written to only after its predecessor is durable, also where an erase has taken that out of use.
@Suite(.ownThreads) struct EraseKeepsOrderTests {
    @Test func `saves before and after the change of journals`() async throws {
        var fixture = StoreFixture()
        fixture.options.scheduling = .threads
        fixture.options.durability = .buffered
        let disk = fixture.disk
        let files = FaultFileSystem(SimulatedFileSystem(disk))
        let store = try await fixture.open(files)
        try await store.save(numbered(1...3), to: "secret")
        try await store.checkpoint()
        try await store.save(numbered(1...1), to: "other")
        let position = Mutex(0)
        // The erase has synchronized the journal and not taken it out of use yet: a save may wait until it has.
        files.inject(
            Fault(nil, at: [.synchronize], in: "journal/", isCarriedOut: true) { _ in
                _ = isDone(within: 200) { try await store.save(numbered(2...2), to: "other") }
            })
        // There is another journal now.
        files.inject(
            Fault(nil, at: [.open, .create], in: "sessions/") { _ in
                #expect(isDone { try await store.save(numbered(3...3), to: "other") })
                position.withLock { $0 = disk.operationCount }
            })
        try await store.erase("secret")
        try await store.close()
        var walker = CrashWalker(disk)
        walker.advance(to: position.withLock { $0 })
        let choices = walker.subsets(exhaustiveLimit: 6, count: 64, seed: TestSeed.next(named: "order of journals"))
        for choice in choices {
            let recovered = try await fixture.on(walker.image(choice)).open { $0.scheduling = .inline }
            #expect(recovered.statistics.damages.isEmpty, "\(choice): \(recovered.statistics.damages)")
            let messages = try await recovered.load("other")
            #expect(messages == Array(numbered(1...3).prefix(messages.count)), "\(choice)")
        }
        #expect(choices.count > 1)
    }
}
