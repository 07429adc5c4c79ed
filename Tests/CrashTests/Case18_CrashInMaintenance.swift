import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The power goes at any operation of a checkpoint, a compaction or a trim that the next checkpoint carries out:
/// nothing is lost, doubled, or back.
@Suite(.ownThreads) struct Case18_CrashInMaintenance {
    @Test(arguments: Mode.all(seeds: 2))
    func `checkpoints and compactions`(_ mode: Mode) async throws {
        var recording = Recording {
            $0.durability = mode.durability
            $0.maximumMessages = mode.maximumMessages
        }
        recording.fixture.volumeSync = mode.volumeSync
        var steps = StepGenerator(seed: TestSeed.next(named: "case 18, \(mode.testDescription)"))
        let store = try await recording.open()
        // Segments with dead messages, ended sessions, removed ranges, metadata and ids: all that a rewrite carries.
        for round in 0..<4 {
            for session in ["alice", "bob", "кэрол"] {
                try await recording.perform([.save(steps.messages(9), to: session, origin: [1, "two"])], on: store)
            }
            try await recording.perform(
                [
                    .metadata(["round": .integer(Int64(round))], for: "alice"), .removeLast(2, from: "bob"),
                    .trim("кэрол", toLast: 4), .save(steps.messages(3), to: "d\(round)"), .checkpoint,
                    .clear("d\(round)"), .save(steps.messages(2), to: "alice"),
                    round == 1 ? .compact : .checkpoint, .save(steps.messages(2), to: "d\(round)"), .compact,
                ], on: store)
        }
        try await recording.perform([.checkpoint, .clear("alice"), .save(steps.messages(1), to: "alice")], on: store)
        try await store.close()
        recording.disk.mark("durable", recording.states.count - 1)
        var explorer = CrashExplorer(recording, name: "case 18, \(mode.testDescription)")
        let described = recording.steps
        await explorer.explore(where: { walker, step in
            walker.lastOperation?.isMark == false
                && (step == described.count || ["checkpoint", "compact"].contains(described[max(0, step - 1)]))
        }) {
            [.syncedOnly, .everything, .grownZero] + $0.subsets(exhaustiveLimit: 3, count: 4, seed: mode.seed)
                + $0.garbage(count: 1, seed: mode.seed)
        }
        explorer.report()
    }
}
