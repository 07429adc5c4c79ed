import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The disk is full at any write: of a save, a checkpoint, a compaction, a new journal, the manifest, the index.
@Suite(.ownThreads) struct Case14_NoSpace {
    private static let operations: Set<FileOperation> = [.write, .create, .createDirectory, .truncate]

    @Test func `at each write, once`() async throws {
        try await run("once", times: 1)
    }

    @Test func `from each write on`() async throws {
        try await run("from there on", times: nil)
    }

    private func run(_ name: String, times: Int?) async throws {
        let seed = TestSeed.next(named: "case 14, \(name)")
        var workload = FaultedWorkload(seed: seed, codes: [.noSpace])
        var number = 0
        while true {
            let position = number
            let hasStruck = try await workload.run("write \(number) \(name), seed \(seed)") {
                $0.inject(Fault(ErrorNumber.noSpace, at: Self.operations, after: position, times: times))
            }
            if !hasStruck { break }
            number += Exhaustive.isWanted || number < 12 ? 1 : 3
        }
        print("Case 14: \(workload.states) states \(name), \(workload.failures) operations refused")
        #expect(workload.states > 20 && workload.failures > 5)
    }

    /// Real bytes run out, so that writes are short before they fail.
    @Test func `with so much room left`() async throws {
        let seed = TestSeed.next(named: "case 14, room")
        var workload = FaultedWorkload(seed: seed, codes: [.noSpace])
        for kilobytes in stride(from: 0, to: 260, by: Exhaustive.isWanted ? 1 : 13) {
            _ = try await workload.run("\(kilobytes) kB left, seed \(seed)") { $0.limitSpace(to: kilobytes << 10 | 7) }
        }
        print("Case 14: \(workload.states) states with little room, \(workload.failures) operations refused")
        #expect(workload.failures > 20)
    }
}
