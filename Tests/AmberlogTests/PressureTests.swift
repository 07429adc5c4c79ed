import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// More at once than anybody has: everything works, and nothing is lost.
@Suite struct PressureTests {
    @Test func `10,000 saves at the same time`() async throws {
        let directory = try TemporaryDirectory()
        var store = try await AmberlogStore.open(directory.path)
        let saving = store
        let receipts = try await withThrowingTaskGroup(of: SaveReceipt.self) { group in
            for task in 0..<10_000 {
                group.addTask { try await saving.save(numbered(task...task), to: "s\(task % 100)") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count == 10_000)
        // Every number of every session was given once.
        #expect(receipts.reduce(0) { $0 + $1.sequences.lowerBound } == 100 * (1...100).reduce(0, +))
        #expect(try await store.matchCount("message") == 10_000)
        try await store.close()
        store = try await AmberlogStore.open(directory.path)
        for session in 0..<100 { #expect(try await store.load("s\(session)").count == 100) }
        try await store.close()
    }

    @Test func `a slow disk holds saves back, and memory stays as it is`() async throws {
        var fixture = StoreFixture()
        fixture.options.maximumJournalBytes = 256 << 10
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        files.inject(Fault(nil, at: [.synchronize], in: "journal/", times: nil) { _ in usleep(1_000) })
        files.inject(Fault(nil, at: [.finishVolumeSync], times: nil) { _ in usleep(30_000) })
        let store = try await fixture.open(files) { $0.scheduling = .threads }
        let most = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<32 {
                group.addTask {
                    var most = 0
                    for number in 1...50 {
                        try await store.save(numbered(number...number, bytes: 4000), to: "s\(task)")
                        most = max(most, store.statistics.pendingBytes)
                    }
                    return most
                }
            }
            return try await group.reduce(0) { max($0, $1) }
        }
        // 6.4 MB went through; the active journal and three that are being checkpointed are all that may wait.
        #expect(most <= 4 * fixture.options.maximumJournalBytes, "\(most) bytes")
        for task in 0..<32 { #expect(try await store.load("s\(task)") == numbered(1...50, bytes: 4000)) }
        try await store.close()
    }

    @Test func `the largest message, saved, loaded, found and verified`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path)
        let content = "needle " + String(repeating: "0123456789abcde ", count: (16 << 20) / 16 - 64)
        try await store.save([Message(role: .user, content: content)], to: "a")
        try await store.save(numbered(1...1), to: "a")
        #expect(try await store.searchHits("+needle", in: nil, options: SearchOptions(limit: 3)).map(\.sequence) == [1])
        try await store.checkpoint()
        #expect(try await store.load("a").first?.content == content)
        try await store.close()
        #expect(try await AmberlogStore.verify(directory.path).isWhole)
    }
}
