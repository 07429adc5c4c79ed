import AmberlogTestKit
import StoreModel
import Testing

/// Files grew, and what they grew by reads as zero.
@Suite(.ownThreads) struct Case05_GrownZero {
    @Test(arguments: Mode.all(seeds: 2))
    func `sizes without data`(_ mode: Mode) async throws {
        let recording = try await mode.record("case 5", count: 60)
        var explorer = CrashExplorer(recording, name: "case 5, \(mode.testDescription)")
        await explorer.explore(where: { walker, _ in walker.lastOperation?.isMark == false }) { _ in [.grownZero] }
        explorer.report()
    }
}
