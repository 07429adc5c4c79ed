import AmberlogTestKit
import StoreModel
import Testing

/// Sectors that were being written when the power went hold anything.
@Suite(.ownThreads) struct Case04_GarbageSectors {
    @Test(arguments: Mode.all(seeds: 2))
    func `garbage in what was not synchronized`(_ mode: Mode) async throws {
        let recording = try await mode.record("case 4", count: 50)
        var explorer = CrashExplorer(recording, name: "case 4, \(mode.testDescription)")
        explorer.isDeep = false
        await explorer.explore(where: { walker, _ in walker.lastOperation?.isMark == false }) {
            $0.garbage(count: 6, seed: mode.seed) + $0.mixtures(count: 4, seed: mode.seed)
        }
        explorer.report()
    }
}
