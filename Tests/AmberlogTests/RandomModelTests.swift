import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Thousands of random operations: after each of them the store shows exactly what the model does.
@Suite struct RandomModelTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        var name: String
        var durability = StoreOptions.Durability.synced
        var maximumMessages: Int?
        var timeToLive: Duration?
        var cacheBytes = 0

        var testDescription: String { name }

        static let all = [
            Variant(name: "synced"),
            Variant(name: "buffered", durability: .buffered),
            Variant(name: "interval", durability: .interval(.seconds(1))),
            Variant(name: "at most 7 messages", maximumMessages: 7),
            Variant(name: "small cache", durability: .buffered, cacheBytes: 32 << 10),
            Variant(name: "large cache", maximumMessages: 20, timeToLive: .seconds(900), cacheBytes: 1 << 20),
            Variant(name: "time to live", durability: .buffered, timeToLive: .seconds(900)),
        ]
    }

    @Test(arguments: Variant.all)
    func `the store equals the model after every step`(_ variant: Variant) async throws {
        var steps = StepGenerator(seed: TestSeed.next(named: "random model, \(variant.name)"))
        var fixture = StoreFixture()
        fixture.options.durability = variant.durability
        fixture.options.maximumMessages = variant.maximumMessages
        fixture.options.timeToLive = variant.timeToLive
        fixture.options.cacheBytes = variant.cacheBytes
        var model = ModelStore()
        model.maximumMessages = variant.maximumMessages
        if let timeToLive = variant.timeToLive { model.timeToLive_µs = timeToLive.components.seconds * 1_000_000 }
        var store = try await fixture.open()
        var history: [(session: String?, what: String)] = []
        let count = 1500
        for number in 1...count {
            if steps.generator.chance(30) {
                fixture.clock.advance(by: .milliseconds(Int64(steps.generator.below(200_000))))
            }
            let now = fixture.clock.now_µs()
            switch steps.generator.below(40) {
            case 0:
                try await store.close()
                store = try await fixture.open()
                history.append((nil, "close and open"))
            case 1:
                // A killed process.
                fixture = fixture.afterCrash()
                store = try await fixture.open()
                history.append((nil, "kill and open"))
            default:
                let step = steps.next(now_µs: now)
                history.append((step.session, "\(step)"))
                let expected = model.perform(step, now_µs: now)
                let outcome = try await store.perform(step)
                if outcome != expected {
                    let recent = history.filter { $0.session == nil || $0.session == step.session }.suffix(30)
                    Issue.record(
                        "step \(number): \(outcome), not \(expected)\n\(recent.map(\.what).joined(separator: "\n"))")
                    return
                }
            }
            let seen = try await StoreSnapshot(of: store)
            let wanted = model.snapshot(at: now)
            if seen != wanted {
                let recent = history.suffix(30).map(\.what).joined(separator: "\n")
                Issue.record("step \(number): \(seen.difference(from: wanted))\nafter\n\(recent)")
                return
            }
            try await checkPages(of: store, model, &steps)
            #expect(store.statistics.damages.isEmpty)
        }
        try await store.close()
        print("random model, \(variant.name): \(count) states")
    }

    /// A random page forwards and one backwards, by the model's messages.
    private func checkPages(of store: AmberlogStore, _ model: ModelStore, _ steps: inout StepGenerator) async throws {
        let id = steps.session()
        guard let session = model.snapshot(at: Int64.min / 2).sessions[id], model.timeToLive_µs == 0 else { return }
        let limit = steps.generator.below(6)
        let bound = UInt64(steps.generator.below(Int(session.last) + 3))
        let before = try await store.load(id, limit: limit, before: bound)
        #expect(before == Array(session.messages.filter { $0.sequence! < bound }.suffix(limit)))
        let from = try await store.load(id, from: bound, limit: limit)
        #expect(from == Array(session.messages.filter { $0.sequence! >= bound }.prefix(limit)))
    }
}
