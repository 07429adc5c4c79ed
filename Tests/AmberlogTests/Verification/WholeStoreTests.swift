import AgentMemory
import AmberlogTestKit
import StoreModel
import Testing

@testable import Amberlog

/// A store that nothing has happened to is whole, at every depth, in use or not, and no byte of it is changed.
@Suite struct WholeStoreTests {
    @Test(arguments: 0..<8)
    func `random stores`(_ number: Int) async throws {
        let seed = TestSeed.next(named: "verifying random stores, \(number)")
        var generator = StepGenerator(seed: seed)
        var fixture = StoreFixture()
        fixture.options.searchEnabled = number.isMultiple(of: 2)
        var store = try await fixture.open()
        for step in 0..<120 {
            _ = try await store.perform(generator.next(now_µs: fixture.clock.now_µs()))
            fixture.clock.advance(by: .seconds(1))
            guard step % 20 == 19 else { continue }
            // While it is open, as a kill would leave it, and closed.
            try verify(fixture, "seed \(seed), open at \(step)")
            if generator.generator.chance(30) { try await store.mergeIndexIfSearched() }
            if generator.generator.chance(50) {
                try await store.close()
                try verify(fixture, "seed \(seed), closed at \(step)")
            } else {
                fixture = fixture.afterCrash()
                try verify(fixture, "seed \(seed), killed at \(step)")
            }
            store = try await fixture.open()
        }
        try await store.close()
    }

    @Test func `what is no store is said to be none`() throws {
        let fixture = StoreFixture()
        #expect(throws: MemoryError.self) {
            _ = try AmberlogStore.verify(SimulatedFileSystem(fixture.disk), depth: .quick)
        }
    }

    @Test func `counts`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...10), to: "a")
        try await store.save(numbered(1...5), to: "b")
        try await store.close()
        let report = try AmberlogStore.verify(SimulatedFileSystem(fixture.disk), depth: .deep, clock: fixture.clock)
        #expect(report.sessions == 2 && report.messages == 15)
        #expect(report.files >= 6 && report.bytes > 10_000)
        #expect(report.isWhole && report.damages.isEmpty)
    }

    private func verify(_ fixture: StoreFixture, _ what: String) throws {
        let before = fixture.disk.files
        for depth in VerificationDepth.allCases {
            let report = try AmberlogStore.verify(
                SimulatedFileSystem(fixture.disk), depth: depth, clock: fixture.clock)
            #expect(report.isWhole, "\(what), \(depth): \(report.damages)")
        }
        #expect(fixture.disk.files == before, "\(what): a byte has changed")
    }
}

extension AmberlogStore {
    fileprivate func mergeIndexIfSearched() async throws {
        guard engine.options.isSearchEnabled else { return }
        try await mergeIndex()
    }
}
