import AmberlogTestKit
import StoreModel
import Testing

/// The power goes after any operation and only what was synchronized is left; or the process is killed there and
/// everything is.
@Suite(.ownThreads) struct Case01_PowerLossAtEveryOperation {
    @Test(arguments: Mode.all(seeds: 3))
    func `what was acknowledged is there`(_ mode: Mode) async throws {
        let recording = try await mode.record("case 1", count: 60)
        var explorer = CrashExplorer(recording, name: "case 1, \(mode.testDescription)")
        await explorer.explore { _ in [.syncedOnly, .everything] }
        explorer.report()
    }
}
