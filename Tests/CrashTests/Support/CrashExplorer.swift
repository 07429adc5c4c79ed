import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Opens stores on crash images and judges what they show.
struct CrashExplorer {
    let recording: Recording
    let name: String
    /// Also kills the recovered store, opens it again, writes to it and opens it a third time.
    var isDeep = true
    /// Called with the recovered disk and the number of steps that it shows.
    var inspect: (SimulatedDisk, Int) -> String? = { _, _ in nil }
    private(set) var states = 0
    private(set) var failures = 0
    /// What opening and judging took, without the turns of other suites.
    private(set) var spent: Duration = .zero
    private static let failuresMax = 3

    init(_ recording: Recording, name: String) {
        self.recording = recording
        self.name = name
    }

    /// Goes through the whole log, and tries the choices after every operation.
    ///
    /// - Parameter isWanted: Whether to look at a position at all, which belongs to the step of a number.
    mutating func explore(
        where isWanted: (_ walker: CrashWalker, _ step: Int) -> Bool = { _, _ in true },
        _ choices: (CrashWalker) -> [CrashChoice]
    ) async {
        var walker = CrashWalker(recording.disk)
        var done = 0, tried = 0, durable = 0
        repeat {
            if case .mark(let mark)? = walker.lastOperation {
                switch mark.label {
                case "try": tried = mark.number
                case "done": done = mark.number
                default: durable = mark.number
                }
                // It changes neither the disk nor what has to be there.
                if mark.label == "try" { continue }
            }
            guard isWanted(walker, tried) else { continue }
            let steps = recording.steps
            for choice in choices(walker) {
                // A killed process loses nothing that a system call took.
                let floor = recording.isSynced || choice == .everything ? done : durable
                await check(walker.image(choice), floor...tried) {
                    "after operation \(walker.position) (\(walker.lastOperation.map { "\($0)" } ?? "none")), \(choice), "
                        + "step \(tried)\(tried > 0 ? ", \(steps[tried - 1])" : "")\n"
                        + walker.pending.map { "pending: \($0.operation)" }.joined(separator: "\n")
                }
                if failures >= Self.failuresMax { return }
            }
        } while walker.advance()
    }

    /// Opens a store on an image: it must show the state after a number of steps in the range.
    ///
    /// - Returns: That number.
    @discardableResult
    mutating func check(
        _ image: SimulatedDisk, _ range: ClosedRange<Int>, _ context: () -> String
    ) async -> Int? {
        states += 1
        // Nothing here ever waits, and other suites have to get their turn.
        await Task.yield()
        let start = ContinuousClock.now
        defer { spent += .now - start }
        do {
            let (number, problem) = try await judge(image, range)
            guard let problem else { return number }
            fail(problem, context())
        } catch {
            fail("\(error)", context())
        }
        return nil
    }

    private mutating func fail(_ what: String, _ context: String) {
        failures += 1
        Issue.record("\(name): \(what)\n\(context)")
    }

    private func judge(_ image: SimulatedDisk, _ range: ClosedRange<Int>) async throws -> (Int?, String?) {
        let fixture = recording.fixture.on(image)
        let seen: StoreSnapshot
        do {
            let store = try await fixture.open()
            if let damage = store.statistics.damages.first { return (nil, "damage is reported: \(damage)") }
            seen = try await StoreSnapshot(of: store)
            let count = seen.sessions.values.reduce(0) { $0 + $1.count }
            // What has expired and was not swept counts, but can't be seen.
            if recording.fixture.options.timeToLive == nil, store.statistics.messages != UInt64(count) {
                return (nil, "the statistics count \(store.statistics.messages) of \(count) messages")
            }
        }
        guard let number = range.reversed().first(where: { recording.states[$0] == seen }) else {
            let wanted = recording.states[range.upperBound]
            return (nil, "not a state of steps \(range), the last of which would be:\n\(seen.difference(from: wanted))")
        }
        if let problem = inspect(image, number) { return (number, problem) }
        guard isDeep else { return (number, nil) }
        // Recovering again gives the same, and the store takes writes that last.
        var again = fixture.afterCrash()
        var wanted = seen
        do {
            let store = try await again.open()
            let second = try await StoreSnapshot(of: store)
            if second != seen { return (number, "recovering again differs:\n\(second.difference(from: seen))") }
            let session = number.isMultiple(of: 2) ? "alice" : "after the crash"
            _ = try await store.save(numbered(1...2), to: session)
            wanted = try await StoreSnapshot(of: store)
            guard wanted.sessions[session]?.messages.suffix(2) == numbered(1...2)[...] else {
                return (number, "a save after the recovery can't be read")
            }
        }
        again = again.afterCrash(recording.isSynced ? .syncedOnly : .everything)
        let third = try await StoreSnapshot(of: try await again.open())
        if third != wanted { return (number, "a save after the recovery is lost:\n\(third.difference(from: wanted))") }
        return (number, nil)
    }

    /// Tells how much was tried, for the log.
    func report() {
        print("\(name): \(states) crash states over \(recording.disk.operationCount) operations")
        #expect(states > 0)
    }
}

/// The modes that most suites go through.
struct Mode: Sendable, CustomTestStringConvertible {
    var name: String
    var seed: UInt64
    var durability = StoreOptions.Durability.synced
    var contentBytesMax = 400
    var maximumMessages: Int?
    var volumeSync = SimulatedFileSystem.VolumeSyncScope.everything

    var testDescription: String { "\(name), seed \(seed)" }

    static func all(seeds: Int) -> [Mode] {
        (1...UInt64(seeds)).flatMap { seed in
            [
                Mode(
                    name: "synced", seed: seed, maximumMessages: seed.isMultiple(of: 2) ? 9 : nil,
                    volumeSync: seed.isMultiple(of: 2) ? .unavailable : .sinceBeginning),
                Mode(
                    name: "buffered", seed: seed, durability: .buffered, contentBytesMax: 3000,
                    volumeSync: seed.isMultiple(of: 2) ? .sinceBeginning : .unavailable),
            ]
        }
    }

    /// A random workload of this mode.
    func record(_ suite: String, count: Int, reopens: Bool = true, erases: Bool = true) async throws -> Recording {
        let seed = TestSeed.next(named: "\(suite), \(testDescription)")
        var recording = Recording {
            $0.durability = durability
            $0.maximumMessages = maximumMessages
        }
        recording.fixture.volumeSync = volumeSync
        return try await Recording.random(
            seed: seed, count: count, contentBytesMax: contentBytesMax, reopens: reopens, erases: erases,
            in: recording
        )
    }
}
