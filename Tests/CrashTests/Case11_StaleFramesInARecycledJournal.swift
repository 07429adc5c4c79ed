import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A recycled journal holds whole batches of its earlier life behind its new header. They never come back.
@Suite(.ownThreads) struct Case11_StaleFramesInARecycledJournal {
    @Test(arguments: [StoreOptions.Durability.synced, .buffered])
    func `old frames never pass`(_ durability: StoreOptions.Durability) async throws {
        var recording = Recording {
            $0.durability = durability
            $0.initialJournalBytes = 64 << 10
        }
        let store = try await recording.open()
        // Equal saves, so that the old frames stand exactly where the next ones go.
        for round in 0..<80 {
            try await recording.perform(
                [.save(numbered((2 * round)...(2 * round + 1), bytes: 1400), to: round.isMultiple(of: 3) ? "a" : "b")],
                on: store)
        }
        let recycled = recording.disk.log.count { operation in
            if case .rename(_, let old, let new) = operation {
                Int(old.name) != nil && Int(new.name) != nil
            } else {
                false
            }
        }
        #expect(recycled > 1, "journals were recycled")
        var explorer = CrashExplorer(recording, name: "case 11, \(durability)")
        await explorer.explore(where: { walker, _ in walker.lastOperation?.isMark == false }) {
            [.syncedOnly, .everything] + $0.subsets(exhaustiveLimit: 3, count: 4, seed: 11)
                + $0.directoryToggles(exhaustiveLimit: 2, count: 2, seed: 11) + $0.tornTails().prefix(2)
                + $0.garbage(count: 2, seed: 11)
        }
        explorer.report()
    }
}
