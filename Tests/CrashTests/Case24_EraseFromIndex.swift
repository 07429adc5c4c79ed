import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The power goes at any operation of an erase with an index: neither a word of the session nor a part of one remains
/// in any file.
@Suite(.ownThreads) struct Case24_EraseFromIndex {
    /// As they are saved, and as they stand in a dictionary: folded, stemmed, identifiers whole and in parts. Terms
    /// share beginnings with the one before them, so that some show by their ends.
    private static let needles = [
        "ZYXWVERASED", "zyxwveras", "yxwveras", "QQVANISH", "qqvanish", "qvanish", "jjspeaker", "JJSPEAKER",
        "kkvalue", "mmident", "nnparts",
    ]

    private func secrets(_ count: Int) -> [Message] {
        (0..<count).map {
            Message(
                role: .user, content: "ZYXWVERASED QQVANISHING mmident_nnparts \($0) of many words",
                timestamp: Timestamp(microseconds: Int64($0)), metadata: ["speaker": "JJSPEAKER", "k": "kkvalue"])
        }
    }

    @Test(arguments: Mode.all(seeds: 1))
    func `no word remains`(_ mode: Mode) async throws {
        var recording = Recording {
            $0.durability = mode.durability
            $0.searchEnabled = true
        }
        recording.fixture.volumeSync = mode.volumeSync
        let store = try await recording.open()
        // In several runs, one of them merged, and in memory.
        for round in 0..<4 {
            try await recording.perform(
                [.save(secrets(4), to: "secret"), .save(numbered(1...3), to: "a"), .checkpoint], on: store)
            if round == 2 { try await recording.perform([.compact], on: store) }
        }
        try await recording.perform([.save(secrets(2), to: "secret"), .save(numbered(4...5), to: "a")], on: store)
        #expect(try await store.searchResults("zyxwverased").hits.count == 10)
        #expect(recording.disk.contains(Array("zyxwveras".utf8)))
        try await recording.perform([.erase("secret")], on: store)
        let erase = recording.steps.count
        try expectNothing(in: recording.disk)
        #expect(try await store.searchResults("zyxwverased").hits.isEmpty)
        #expect(try await store.searchResults("message", options: SearchOptions(limit: 100)).hits.count == 14)
        try await recording.perform([.save(numbered(6...6), to: "a"), .checkpoint], on: store)
        try await store.close()
        recording.disk.mark("durable", recording.states.count - 1)
        try expectNothing(in: recording.disk)
        var explorer = CrashExplorer(recording, name: "case 24, index, \(mode.testDescription)")
        explorer.isDeep = false
        explorer.inspect = { disk, number in
            guard number >= erase else { return nil }
            for needle in Self.needles where disk.contains(Array(needle.utf8)) {
                return "\(needle) is still in \(disk.paths(containing: Array(needle.utf8)))"
            }
            return nil
        }
        await explorer.explore(where: { walker, step in step >= erase && walker.lastOperation?.isMark == false }) {
            [.syncedOnly, .everything] + $0.subsets(exhaustiveLimit: 1, count: 1, seed: mode.seed)
        }
        explorer.report()
    }

    /// The session is erased by an opener that has no use for the index.
    @Test func `an erase with search off takes the words, too`() async throws {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        var store = try await fixture.open()
        try await store.save(secrets(5), to: "secret")
        try await store.save(numbered(1...3), to: "a")
        try await store.close()
        fixture.options.searchEnabled = false
        store = try await fixture.open()
        try await store.erase("secret")
        try expectNothing(in: fixture.disk)
        try await store.close()
        fixture.options.searchEnabled = true
        store = try await fixture.open()
        #expect(try await store.searchResults("message").hits.count == 3)
        try await store.close()
    }

    private func expectNothing(in disk: SimulatedDisk) throws {
        for needle in Self.needles {
            #expect(!disk.contains(Array(needle.utf8)), "\(needle) in \(disk.paths(containing: Array(needle.utf8)))")
        }
    }
}
