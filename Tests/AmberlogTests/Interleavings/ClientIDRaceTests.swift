import AgentMemory
import AmberlogTestKit
import LogFiles
import StoreModel
import Synchronization
import Testing

@testable import Amberlog

/// A save that was asked for before its session existed, and is planned when a checkpoint has let the session's ids go.
@Suite(.ownThreads) struct ClientIDRaceTests {
    @Test func `an id is appended once, whatever comes between`() async throws {
        var fixture = StoreFixture()
        fixture.options.scheduling = .threads
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        let messages = (1...3).map { Message(role: .user, content: "\($0)", id: "id \($0)") }
        let engine = store.engine
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
                // While the first batch is being written, three more operations queue: the one in the middle can't be in
                // a batch with that before it.
                if batch == 1 {
                    isQueued.withLock(when: { $0 }, timeout_ms: 120_000) { _, isQueued in #expect(isQueued) }
                }
                // Between their batches, a checkpoint puts the session into its segment.
                if batch == 3 { #expect(isDone { try await store.checkpoint() }) }
            })
        func queue(of count: Int) async throws {
            try #require(try await isReached { engine.state.withLock { $0.queue.count == count } })
        }
        let first = try begin { try await store.save(numbered(1...1), to: "other") }
        try #require(try await isReached { batches.withLock { $0 == 1 } })
        let second = try begin { try await store.save(messages, to: "s") }
        try await queue(of: 1)
        let third = try begin { try await store.trim("s", toLast: 2) }
        try await queue(of: 2)
        let fourth = try begin { try await store.save(messages, to: "s") }
        try await queue(of: 3)
        isQueued.withLock { $0 = true }
        isQueued.signal()
        _ = try await first.value
        #expect(try await second.value.sequences == 1..<4)
        try await third.value
        #expect(try await fourth.value == SaveReceipt(sequences: 4..<4, duplicates: [1, 2, 3]))
        #expect(try await store.load("s").map(\.content) == ["2", "3"])
        try await store.close()
    }
}
