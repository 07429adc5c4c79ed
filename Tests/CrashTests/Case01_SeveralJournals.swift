import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// Checkpoints that fail leave several journals, none of which a segment stands for: all of them are replayed, and none
/// is taken for damaged because of what the next one holds.
@Suite(.ownThreads) struct Case01_SeveralJournals {
    @Test(arguments: [StoreOptions.Durability.synced, .buffered])
    func `all of them are replayed`(_ durability: StoreOptions.Durability) async throws {
        var recording = Recording { $0.durability = durability }
        let faults = FaultFileSystem(SimulatedFileSystem(recording.disk))
        let store = try await recording.fixture.open(faults)
        faults.inject(Fault(ErrorNumber.noSpace, at: [.create, .write], in: "sessions/", times: nil))
        recording.disk.mark("durable", 0)
        var number = 0
        while number < 400 {
            number += 1
            let step = Step.save(numbered(number...number, bytes: 900), to: "session \(number % 3)")
            // Once the journals are full as well, saves fail, and nothing of them is there.
            do { try await recording.perform([step], on: store) } catch { break }
        }
        let journals = recording.disk.files.keys.count { $0.hasPrefix("journal/") }
        #expect(journals > 2 && number < 400, "\(journals) journals, \(number) saves")
        // The state of the save that failed is the one before it.
        recording.states[number] = recording.states[number - 1]
        let seen = try await StoreSnapshot(of: store)
        #expect(seen == recording.states[number - 1])
        // Room again: nothing was lost, and saves go on.
        faults.removeFaults()
        try await store.save(numbered(1...1), to: "session 0")
        try await store.checkpoint()
        var explorer = CrashExplorer(recording, name: "case 1, several journals, \(durability)")
        await explorer.explore(where: { walker, step in step < number && walker.position % 3 == 0 }) {
            [.syncedOnly, .everything] + $0.mixtures(count: 1, seed: 1)
                + $0.subsets(exhaustiveLimit: 1, count: 2, seed: 1)
        }
        explorer.report()
    }
}
