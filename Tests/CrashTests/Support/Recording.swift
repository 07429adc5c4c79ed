import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel

/// What was done to a store on a simulated disk, with the state that the store had to show after each step.
///
/// The oracle lives here, outside of the disk. Marks in the disk's log say where a step began (`try`), where it
/// returned (`done`), and where everything before it was on the medium in every mode (`durable`).
struct Recording: Sendable {
    var fixture = StoreFixture()
    var steps: [String] = []
    /// The state after so many steps.
    var states: [StoreSnapshot] = [StoreSnapshot()]
    private var model = ModelStore()

    var disk: SimulatedDisk { fixture.disk }
    var isSynced: Bool { fixture.options.durability == .synced }

    init(_ change: (inout StoreOptions) -> Void = { _ in }) {
        change(&fixture.options)
        model.maximumMessages = fixture.options.maximumMessages
        if let timeToLive = fixture.options.timeToLive {
            model.timeToLive_µs = timeToLive.components.seconds * 1_000_000
        }
    }

    /// Opens the store, on the same disk.
    func open() async throws -> AmberlogStore {
        let store = try await fixture.open()
        disk.mark("durable", states.count - 1)
        return store
    }

    /// Closes the store.
    func close(_ store: AmberlogStore?) async throws {
        try await store?.close()
        disk.mark("durable", states.count - 1)
    }

    /// Carries steps out on the store and the model.
    mutating func perform(_ list: [Step], on store: AmberlogStore) async throws {
        for step in list {
            let number = states.count
            steps.append("\(step)")
            let now = fixture.clock.now_µs()
            let expected = model.perform(step, now_µs: now)
            states.append(model.snapshot(at: now))
            disk.mark("try", number)
            let outcome = try await store.perform(step)
            disk.mark("done", number)
            if step.isDurablePoint { disk.mark("durable", number) }
            guard outcome == expected else {
                throw MemoryError(.damaged, "Step \(number), \(step), gave \(outcome), not \(expected)")
            }
            fixture.clock.advance(by: .milliseconds(10))
        }
    }

    /// A random workload: sessions that come and go, checkpoints, compactions, several journals, some reopenings.
    static func random(
        seed: UInt64, count: Int, contentBytesMax: Int = 400, reopens: Bool = true, erases: Bool = true,
        in empty: Recording = Recording()
    ) async throws -> Recording {
        var recording = empty
        var generator = StepGenerator(seed: seed, sessions: ["alice", "bob", "кэрол"])
        generator.contentBytesMax = contentBytesMax
        generator.erases = erases
        var store: AmberlogStore? = try await recording.open()
        for _ in 0..<count {
            if reopens, generator.generator.chance(6) {
                if generator.generator.chance(50) {
                    try await recording.close(store)
                }
                // Or let go without closing, as when the process is killed.
                store = nil
                store = try await recording.open()
            }
            if let store { try await recording.perform([generator.next()], on: store) }
        }
        try await recording.close(store)
        return recording
    }
}
