import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A message made of frame headers that claim a mebibyte each. Torn, it is searched for a later frame: none of the
/// headers is taken for one, and the search is no longer than for any other message.
@Suite(.ownThreads) struct Case12_ContentThatImitatesFrames {
    @Test(arguments: [StoreOptions.Durability.synced, .buffered])
    func `neither resurrected nor slow`(_ durability: StoreOptions.Durability) async throws {
        var recording = Recording {
            $0.durability = durability
            $0.initialJournalBytes = 4 << 20
            $0.maximumJournalBytes = 8 << 20
        }
        let store = try await recording.open()
        // Checksum, length, kind of a batch, length of what is checked, and a number that is yet to come. All ASCII.
        let header: [UInt8] = [
            0, 0, 0, 0, 0, 0, 16, 0, 2, 0, 0, 0, 0, 0, 15, 0, 0, 0, 0, 1, 0, 0, 0, 0,
        ]
        let content = String(decoding: (0..<40_000).flatMap { _ in header }, as: UTF8.self)
        let hostile = Message(role: .user, content: content, timestamp: Timestamp(microseconds: 0))
        try await recording.perform(
            [.save(texts("before"), to: "a"), .save([hostile], to: "b"), .save(texts("after"), to: "a")], on: store)
        var explorer = CrashExplorer(recording, name: "case 12, \(durability)")
        explorer.isDeep = false
        await explorer.explore(where: { walker, _ in walker.lastOperation?.writeCount ?? 0 > 900_000 }) { walker in
            [1, 25, 64, 200, 4096, 500_000].map { CrashChoice.tornLast(bytes: $0) } + [.syncedOnly, .everything]
                + walker.garbage(count: 8, seed: 12)
        }
        explorer.report()
        #expect(explorer.spent < .seconds(60), "\(explorer.spent) for \(explorer.states) openings")
    }
}
