import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Synchronization
import Testing

/// A journal that is made while an erase overwrites those before it holds what is saved meanwhile.
@Suite(.ownThreads) struct JournalDuringEraseTests {
    @Test func `a journal made during an erase is not overwritten`() async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files) { $0.scheduling = .threads }
        try await store.save(numbered(1...3), to: "secret")
        try await store.checkpoint()
        let isJournalBeingMade = Monitor(false)
        let isSaved = Monitor(false)
        let saved = Monitor(0)
        let image = Mutex<SimulatedDisk?>(nil)
        // The segment is about to go, the journals are next: now saves need another one.
        files.inject(
            Fault(nil, at: [.remove], in: "sessions/") { _ in
                files.inject(
                    Fault(nil, at: [.create], in: "journal/") { _ in
                        isJournalBeingMade.withLock { $0 = true }
                        isJournalBeingMade.signal()
                        // Longer than the erase takes to look which journals are in use.
                        _ = isDone(within: 300) { try await Task.sleep(for: .seconds(1)) }
                    })
                _ = try? begin {
                    while !isJournalBeingMade.withLock({ $0 }) {
                        let number = saved.withLock { $0 + 1 }
                        try await store.save(numbered(number...number, bytes: 8000), to: "other")
                        saved.withLock { $0 = number }
                    }
                    isSaved.withLock { $0 = true }
                    isSaved.signal()
                }
                isJournalBeingMade.withLock(when: { $0 }, timeout_ms: 120_000) { _, isMade in #expect(isMade) }
            })
        // The journals are done with, and no checkpoint has taken over what was saved meanwhile.
        files.inject(
            Fault(nil, at: [.remove], in: "MANIFEST-") { _ in
                isSaved.withLock(when: { $0 }, timeout_ms: 120_000) { _, isSaved in #expect(isSaved) }
                image.withLock { $0 = fixture.disk.copy() }
            })
        try await store.erase("secret")
        let recovered = try await fixture.on(#require(image.withLock { $0 })).open()
        #expect(recovered.statistics.damages.isEmpty, "\(recovered.statistics.damages)")
        let count = saved.withLock { $0 }
        #expect(try await recovered.load("other") == numbered(1...count, bytes: 8000))
        try await store.close()
    }
}
