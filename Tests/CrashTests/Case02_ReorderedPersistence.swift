import AmberlogTestKit
import StoreModel
import Testing

/// Of what is pending when the power goes, any part may have reached the medium.
@Suite(.ownThreads) struct Case02_ReorderedPersistence {
    @Test(arguments: Mode.all(seeds: 2))
    func `any part of what is pending may survive`(_ mode: Mode) async throws {
        let recording = try await mode.record("case 2", count: 40)
        var explorer = CrashExplorer(recording, name: "case 2, \(mode.testDescription)")
        explorer.isDeep = false
        // In full up to 6 pending operations, which is nearly always; else some.
        await explorer.explore(where: { walker, _ in walker.lastOperation?.isMark == false }) {
            $0.subsets(exhaustiveLimit: 6, count: 12, seed: mode.seed)
        }
        explorer.report()
    }
}

extension DiskOperation {
    var isMark: Bool { if case .mark = self { true } else { false } }
}
