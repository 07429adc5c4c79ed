import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The clock jumps, forwards and back: what has expired stays so, and times never run backwards.
@Suite(.ownThreads) struct Case23_ClockJumps {
    private func fixture(_ durability: StoreOptions.Durability = .synced) -> StoreFixture {
        var fixture = StoreFixture()
        fixture.options.durability = durability
        fixture.options.timeToLive = .seconds(60)
        return fixture
    }

    @Test func `an expired session is hidden at once and stays so when the clock jumps back`() async throws {
        let fixture = fixture()
        let store = try await fixture.open()
        _ = try await store.save(texts("old"), to: "a")
        fixture.clock.advance(by: .seconds(60))
        #expect(try await store.load("a").isEmpty)
        #expect(try await store.info("a") == nil)
        fixture.clock.advance(by: .seconds(-3600))
        #expect(try await store.load("a").isEmpty)
        #expect(try await store.info("a") == nil)
        #expect(try await store.sessions(by: .id, after: nil, limit: 10).sessions.isEmpty)
        try await store.close()
    }

    @Test func `also when nobody has looked at it meanwhile, but at another`() async throws {
        let fixture = fixture()
        let store = try await fixture.open()
        _ = try await store.save(texts("old"), to: "a")
        fixture.clock.advance(by: .seconds(61))
        _ = try await store.save(texts("new"), to: "b")
        fixture.clock.advance(by: .seconds(-3600))
        #expect(try await store.load("a").isEmpty)
        #expect(try await store.load("b") == texts("new"))
        try await store.close()
    }

    @Test(arguments: [true, false])
    func `and after opening again`(_ isClosed: Bool) async throws {
        let fixture = fixture()
        var store: AmberlogStore? = try await fixture.open()
        _ = try await store?.save(texts("old"), to: "a")
        fixture.clock.advance(by: .seconds(61))
        _ = try await store?.save(texts("new"), to: "b")
        if isClosed { try await store?.close() }
        store = nil
        fixture.clock.advance(by: .seconds(-3600))
        let again = try await fixture.afterCrash().open()
        #expect(try await again.load("a").isEmpty)
        let receipt = try await again.save(texts("again"), to: "a")
        #expect(receipt.sequences == 1..<2)
        #expect(try await again.load("a") == texts("again"))
    }

    @Test func `a sweep is recorded`() async throws {
        let fixture = fixture()
        let store = try await fixture.open()
        _ = try await store.save(texts("old"), to: "a")
        fixture.clock.advance(by: .seconds(61))
        let swept = try await store.sweep()
        #expect(swept.map(\.id) == ["a"])
        fixture.clock.advance(by: .seconds(-3600))
        let again = try await fixture.afterCrash(.syncedOnly).open()
        #expect(try await again.load("a").isEmpty)
        #expect(again.statistics.sessions == 0)
    }

    @Test func `times never run backwards`() async throws {
        let fixture = fixture()
        let store = try await fixture.open()
        _ = try await store.save(texts("1"), to: "a")
        let first = try #require(try await store.info("a"))
        fixture.clock.advance(by: .seconds(-500))
        _ = try await store.save(texts("2"), to: "a")
        let second = try #require(try await store.info("a"))
        #expect(second.updatedAt >= first.updatedAt && second.createdAt == first.createdAt)
        #expect(try await store.load("a") == texts("1", "2"))
        _ = try await store.save(texts("3"), to: "b")
        let other = try #require(try await store.info("b"))
        #expect(other.createdAt >= second.updatedAt)
        try await store.close()
    }

    @Test func `far jumps neither trap nor expire what never expires`() async throws {
        var fixture = StoreFixture()
        for time in [Int64.min, -1, 0, 1, Int64.max - 1, Int64.max] {
            fixture.clock.jump(to_µs: time)
            let store = try await fixture.open()
            _ = try await store.save(texts("x"), to: "a")
            _ = try await store.sweep()
            #expect(try await store.load("a").isEmpty == false)
            try await store.close()
        }
        fixture.options.timeToLive = .seconds(Int64.max / 1_000_000)
        let store = try await fixture.open()
        _ = try await store.save(texts("x"), to: "b")
        #expect(try await store.load("b") == texts("x"))
        try await store.close()
    }

    @Test func `random jumps at every crash`() async throws {
        var recording = Recording { $0.timeToLive = .seconds(60) }
        var steps = StepGenerator(seed: TestSeed.next(named: "case 23"), sessions: ["a", "b", "c"])
        steps.erases = false
        let store = try await recording.open()
        for _ in 0..<40 {
            recording.fixture.clock.advance(by: .seconds(Int64(steps.generator.below(40))))
            // A save to an expired session first records its end: a step of its own.
            try await recording.perform([.sweep, steps.next(now_µs: recording.fixture.clock.now_µs())], on: store)
        }
        try await store.close()
        // Opened long before everything: what had not expired is there, what had been swept isn't.
        var explorer = CrashExplorer(recording, name: "case 23")
        explorer.isDeep = false
        recording.fixture.clock.jump(to_µs: ManualClock.start_µs)
        await explorer.explore { _ in [.syncedOnly] }
        explorer.report()
    }
}
