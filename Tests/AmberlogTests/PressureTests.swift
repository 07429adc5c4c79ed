import AgentMemory
import Amberlog
import AmberlogTestKit
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
