import AmberlogTestKit
import StoreModel
import Testing

/// The write that was under way when the power went is cut at any byte.
@Suite(.ownThreads) struct Case03_TornAppendAtEveryByte {
    @Test(arguments: Mode.all(seeds: 1))
    func `a torn write is as if it had not been, or whole`(_ mode: Mode) async throws {
        let recording = try await mode.record("case 3", count: 50)
        var explorer = CrashExplorer(recording, name: "case 3, \(mode.testDescription)")
        explorer.isDeep = false
        var writes = 0
        await explorer.explore(where: { walker, _ in walker.lastOperation?.isWrite == true }) { walker in
            writes += 1
            let tails = walker.tornTails()
            // Every byte of some writes, and of the others those around their ends and at the sectors.
            if writes.isMultiple(of: 90), tails.count < 9000 { return tails }
            return tails.enumerated().filter { index, _ in
                index < 26 || index > tails.count - 6 || (index + 1) % 1024 <= 1 && index < 9000
            }.map(\.element)
        }
        explorer.report()
    }
}
