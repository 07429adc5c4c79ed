import AmberlogTestKit
import StoreModel
import Testing

/// Reads and writes are short, down to a byte at a time, and interrupted.
@Suite(.ownThreads) struct Case15_ShortTransfers {
    @Test(arguments: [true, false])
    func `everything works`(_ isInterrupted: Bool) async throws {
        let seed = TestSeed.next(named: "case 15")
        var workload = FaultedWorkload(seed: seed, codes: [])
        workload.steps = 25
        let transfers: [(String, FaultFileSystem.Transfers)] = [
            ("random", .random(seed: seed)), ("random again", .random(seed: seed &+ 1)), ("whole", .whole),
        ]
        for (name, transfer) in transfers {
            _ = try await workload.run("\(name), interrupted \(isInterrupted), seed \(seed)") {
                $0.setTransfers(transfer)
                $0.setInterruptions(isInterrupted)
            }
        }
        // A byte at a time takes a system call for each: a short history.
        workload.steps = 6
        _ = try await workload.run("a byte at a time, interrupted \(isInterrupted), seed \(seed)", search: false) {
            $0.setTransfers(.oneByte)
            $0.setInterruptions(isInterrupted)
        }
        print("Case 15: \(workload.states) states")
        #expect(workload.failures == 0)
    }
}
