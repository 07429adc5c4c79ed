import AmberlogTestKit
import StoreModel
import Testing

/// Creates, renames and unlinks that were not synchronized are lost or reordered.
@Suite(.ownThreads) struct Case17_DirectoryOperations {
    @Test(arguments: Mode.all(seeds: 2))
    func `each directory operation may be lost`(_ mode: Mode) async throws {
        let recording = try await mode.record("case 17", count: 60)
        var explorer = CrashExplorer(recording, name: "case 17, \(mode.testDescription)")
        explorer.isDeep = false
        await explorer.explore(where: { walker, _ in
            walker.pending.contains { $0.operation.isDirectoryOperation }
        }) {
            $0.directoryToggles(exhaustiveLimit: 5, count: 10, seed: mode.seed)
        }
        explorer.report()
    }
}
