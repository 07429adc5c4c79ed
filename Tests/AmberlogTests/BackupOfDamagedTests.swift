import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Synchronization
import Testing

/// A damaged store is not backed up as if it were whole: what is lost would be lost without a word.
@Suite struct BackupOfDamagedTests {
    @Test(arguments: [StoreOptions.Access.readWrite, .readOnly])
    func `a backup says that the store is damaged`(_ access: StoreOptions.Access) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for number in 1...3 { try await store.save(numbered(number...number), to: "s\(number)") }
        let crashed = fixture.afterCrash()
        let journal = try #require(
            crashed.disk.files.first { $0.key.hasPrefix("journal/") && $0.value.dropFirst(4096).contains { $0 != 0 } })
        // In the header of the first of three batches, so that nobody knows which session it was.
        crashed.disk.corrupt(journal.key, at: 4096 + 30, xor: 1)
        let damaged = try await crashed.open {
            $0.access = access
            $0.scheduling = .threads
        }
        #expect(!damaged.statistics.damages.isEmpty)
        let directory = try TemporaryDirectory()
        let answer = Mutex<MemoryError.Code??>(nil)
        _ = try begin {
            let said = await code { _ = try await damaged.backUp(to: directory.path + "/backup") }
            answer.withLock { $0 = said }
        }
        #expect(try await isReached { answer.withLock { $0 != nil } })
        #expect(answer.withLock { $0 } == .damaged)
        try await damaged.close()
    }
}
