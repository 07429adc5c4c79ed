import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// Runs steps on a store and on a model while operations fail. What fails changes nothing; what doesn't is there, also
/// after the process has died.
struct FaultedWorkload {
    var seed: UInt64
    var steps = 40
    /// What a failed step may say.
    var codes: Set<MemoryError.Code>
    private(set) var states = 0
    private(set) var failures = 0

    init(seed: UInt64, codes: Set<MemoryError.Code>) {
        self.seed = seed
        self.codes = codes
    }

    /// - Parameters:
    ///   - arm: Sets the faults, once the store is open.
    ///   - disarm: Called after the steps: from then on everything must work again.
    /// - Returns: Whether a fault has struck.
    mutating func run(
        _ what: String, search: Bool = true, arm: (FaultFileSystem) -> Void
    ) async throws -> Bool {
        states += 1
        await Task.yield()
        var fixture = StoreFixture()
        fixture.options.searchEnabled = search
        let faults = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(faults)
        arm(faults)
        var model = ModelStore()
        var generator = StepGenerator(seed: seed, sessions: ["alice", "bob", "carol"])
        // An erase that fails half-way has cleared already, and says so.
        generator.erases = false
        generator.contentBytesMax = 900
        for number in 0..<steps {
            fixture.clock.advance(by: .seconds(1))
            let step = generator.next(now_µs: fixture.clock.now_µs())
            var attempt = model
            let wanted = attempt.perform(step, now_µs: fixture.clock.now_µs())
            let outcome: Outcome
            do {
                outcome = try await store.perform(step)
            } catch {
                Issue.record("\(what): \(step) threw \(error)")
                return true
            }
            if outcome == wanted {
                model = attempt
            } else if case .failed(let code) = outcome, codes.contains(code) {
                failures += 1
            } else {
                Issue.record("\(what), step \(number), \(step): \(outcome), not \(wanted)")
                return true
            }
        }
        let hasStruck = faults.injectedCount > 0
        faults.removeFaults()
        faults.limitSpace(to: nil)
        let wanted = model.snapshot(at: fixture.clock.now_µs())
        let seen = try await StoreSnapshot(of: store)
        #expect(seen == wanted, "\(what): \(seen.difference(from: wanted))")
        if store.statistics.failure == nil {
            #expect(await code { try await store.save(numbered(1...2), to: "afterwards") } == nil, "\(what)")
            #expect(try await store.load("afterwards").count == 2, "\(what)")
            _ = await code { try await store.clear("afterwards") }
        }
        try await reopen(fixture.afterCrash(), wanted, "\(what), killed")
        let closing = await code { try await store.close() }
        #expect(closing == nil || codes.contains(closing ?? .closed), "\(what): \(String(describing: closing))")
        try await reopen(fixture, wanted, "\(what), closed")
        return hasStruck
    }

    private func reopen(_ fixture: StoreFixture, _ wanted: StoreSnapshot, _ what: String) async throws {
        let store = try await fixture.open()
        #expect(store.statistics.damages.isEmpty, "\(what): \(store.statistics.damages)")
        var seen = try await StoreSnapshot(of: store)
        seen.sessions["afterwards"] = nil
        #expect(seen == wanted, "\(what): \(seen.difference(from: wanted))")
        try await store.close()
        let report = try AmberlogStore.verify(SimulatedFileSystem(fixture.disk), depth: .deep, clock: fixture.clock)
        #expect(report.isWhole, "\(what): \(report.damages)")
    }
}
