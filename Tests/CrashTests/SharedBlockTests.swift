import AgentMemory
import AmberlogTestKit
import LogFiles
import StoreModel
import Synchronization
import Testing

@testable import Amberlog

/// What has been synchronized never shares a block with what is written later: a power loss may tear the block.
@Suite struct SharedBlockTests {
    @Test func `a synchronization while a batch is being written`() async throws {
        var fixture = StoreFixture()
        fixture.options.scheduling = .threads
        fixture.options.durability = .buffered
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        let engine = store.engine
        // The first save finds no journal, so the commit thread writes it, and what comes meanwhile.
        let batches = Mutex(0)
        let isQueued = Monitor(false)
        files.inject(
            Fault(nil, at: [.write], in: "journal/", times: nil) { path in
                let active = engine.state.withLock { $0.isCommitting ? $0.journal?.number : nil }
                guard let active, path == "journal/\(active)" else { return }
                let batch = batches.withLock { batches -> Int in
                    batches += 1
                    return batches
                }
                if batch == 1 {
                    isQueued.withLock(when: { $0 }, timeout_ms: 60_000) { _, isQueued in #expect(isQueued) }
                }
                if batch == 2 { #expect(engine.synchronizeJournal()) }
            })
        let first = Task { try await store.save(numbered(1...1), to: "a") }
        try #require(try await isReached { batches.withLock { $0 == 1 } })
        let second = Task { try await store.save(numbered(1...1), to: "b") }
        try #require(try await isReached { engine.state.withLock { $0.queue.count == 1 } })
        isQueued.withLock { $0 = true }
        isQueued.signal()
        _ = try await first.value
        _ = try await second.value
        #expect(batches.withLock { $0 } == 2)
        files.removeFaults()
        let journal = try #require(engine.state.withLock { $0.journal?.number })
        let inode = try #require(fixture.disk.paths.first { $0.value == "journal/\(journal)" }?.key)
        var end = 0, durableEnd = 0
        for operation in fixture.disk.log {
            switch operation {
            case .write(inode, let offset, let bytes):
                #expect(offset >= durableEnd, "\(operation), after \(durableEnd) were synchronized")
                end = max(end, offset + bytes.count)
            case .synchronizeFile(inode): durableEnd = (end + 4095) / 4096 * 4096
            default: break
            }
        }
        #expect(durableEnd > 4096)
        try await store.close()
    }
}
