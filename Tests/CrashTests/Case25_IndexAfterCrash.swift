import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// The power goes at any operation: a search finds exactly the messages that are there, as a full rebuild would.
@Suite(.ownThreads) struct Case25_IndexAfterCrash {
    struct Workload: Sendable, CustomTestStringConvertible {
        var name: String
        var durability = StoreOptions.Durability.synced
        var volumeSync = SimulatedFileSystem.VolumeSyncScope.everything

        var testDescription: String { name }

        static let all = [
            Workload(name: "synced"),
            Workload(name: "buffered", durability: .buffered, volumeSync: .unavailable),
        ]
    }

    private static let words = ["amber", "stone", "garden", "user_id", "東京", "gone"]

    private static func messages(_ generator: inout SeededGenerator, _ count: Int) -> [Message] {
        (0..<count).map { _ in
            let content = (0..<1 + generator.below(4)).map { _ in words[generator.below(words.count - 1)] }
            return Message(
                role: .user, content: content.joined(separator: " "),
                timestamp: Timestamp(microseconds: ManualClock.start_µs + Int64(generator.below(1 << 20))))
        }
    }

    private static func recording(_ workload: Workload) -> Recording {
        var recording = Recording {
            $0.durability = workload.durability
            $0.searchEnabled = true
        }
        recording.fixture.volumeSync = workload.volumeSync
        return recording
    }

    /// Checkpoints that write runs, merges of them, messages that go while they are indexed, an erase.
    @Test(arguments: Workload.all)
    func `checkpoints and merges`(_ workload: Workload) async throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "case 25, \(workload.name)"))
        var recording = Self.recording(workload)
        let store = try await recording.open()
        for round in 0..<5 {
            let session = ["a", "b"][round % 2]
            try await recording.perform(
                [
                    .save(Self.messages(&generator, 5), to: session), .save(texts("gone \(round)"), to: "c"),
                    .checkpoint, .removeLast(1, from: session), .clear("c"),
                ], on: store)
        }
        try await recording.perform(
            [
                .save(Self.messages(&generator, 2), to: "a"), .trim("b", toLast: 4), .compact,
                .save(Self.messages(&generator, 2), to: "b"), .erase("a"), .checkpoint,
            ], on: store)
        try await store.close()
        recording.disk.mark("durable", recording.states.count - 1)
        try await Self.explore(recording, "case 25, \(workload.name)")
    }

    /// What was saved without an index, and the work of making it anew.
    @Test(arguments: Workload.all)
    func `catching up and making the index anew`(_ workload: Workload) async throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "case 25, catching up, \(workload.name)"))
        var recording = Self.recording(workload)
        recording.fixture.options.searchEnabled = false
        var store = try await recording.open()
        try await recording.perform(
            [
                .save(Self.messages(&generator, 6), to: "a"), .checkpoint, .save(Self.messages(&generator, 6), to: "b"),
                .removeLast(2, from: "a"), .checkpoint, .save(Self.messages(&generator, 2), to: "a"),
            ], on: store)
        try await recording.close(store)
        recording.fixture.options.searchEnabled = true
        store = try await recording.open()
        try await recording.perform([.save(Self.messages(&generator, 3), to: "b"), .checkpoint], on: store)
        try await store.reindex()
        try await recording.perform([.save(Self.messages(&generator, 3), to: "a")], on: store)
        try await store.reindex()
        try await recording.close(store)
        try await Self.explore(recording, "case 25, catching up, \(workload.name)")
    }

    /// A run that is damaged and made again: the crash must not leave its messages out.
    @Test func `a repair that is interrupted`() async throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "case 25, repair"))
        var recording = Self.recording(Workload.all[0])
        var store = try await recording.open()
        try await recording.perform(
            [
                .save(Self.messages(&generator, 8), to: "a"), .checkpoint, .save(Self.messages(&generator, 4), to: "b"),
            ], on: store)
        try await recording.close(store)
        let run = try #require(recording.disk.files.keys.filter { $0.hasSuffix(".run") }.sorted().first)
        let files = SimulatedFileSystem(recording.disk)
        let file = try files.open(run, .readWrite)
        try [UInt8](repeating: 0xEE, count: 64).withUnsafeBytes { try file.writeFully($0, at: 5000) }
        try file.synchronize()
        let begin = recording.disk.operationCount
        store = try await recording.open()
        for _ in 0..<2 { _ = try await store.searchResults("amber") }
        try await recording.close(store)
        try await Self.explore(recording, "case 25, repair", from: begin, percent: 100, findsDamage: true)
    }

    private static func explore(
        _ recording: Recording, _ name: String, from begin: Int = 0, percent: Int = 30, findsDamage: Bool = false
    ) async throws {
        var walker = CrashWalker(recording.disk)
        var states = 0
        var generator = SeededGenerator(seed: TestSeed.next(named: "\(name), choices"))
        repeat {
            guard walker.position >= begin, generator.chance(percent), walker.lastOperation?.isMark != true else {
                continue
            }
            var choices: [CrashChoice] = [.syncedOnly, .everything]
            if generator.chance(20) { choices.append(.randomSubset(seed: generator.next())) }
            for choice in choices {
                states += 1
                await Task.yield()
                if let problem = await problem(of: recording.fixture.on(walker.image(choice)), findsDamage) {
                    Issue.record(
                        "\(name): after operation \(walker.position) \(walker.lastOperation.map { "\($0)" } ?? ""), \(choice): \(problem)"
                    )
                    return
                }
            }
        } while walker.advance()
        print("\(name): \(states) crash states")
        #expect(states > 30)
    }

    /// What is wrong with the store on an image, opened with search on.
    private static func problem(of fixture: StoreFixture, _ findsDamage: Bool) async -> String? {
        var fixture = fixture
        fixture.options.searchEnabled = true
        do {
            var found: [[String]]
            do {
                let store = try await fixture.open()
                // The search that finds damage isn't complete, the one after it is.
                if findsDamage { _ = try await searches(store) }
                found = try await searches(store)
                let wanted = try await expected(store)
                if found != wanted { return "found \(found), not \(wanted)" }
            }
            // Killed once more: recovering twice gives the same.
            fixture = fixture.afterCrash()
            let again = try await fixture.open()
            if findsDamage { _ = try await searches(again) }
            if try await searches(again) != found { return "recovering again finds \(try await searches(again))" }
            try await again.save(texts("amber afterwards"), to: "new")
            try await again.checkpoint()
            found = try await searches(again)
            var wanted = try await expected(again)
            if found != wanted { return "after another save, found \(found), not \(wanted)" }
            try await again.close()
            let last = try await fixture.open()
            if try await searches(last) != found { return "opened again, found \(try await searches(last))" }
            try await last.reindex()
            wanted = try await expected(last)
            if try await searches(last) != wanted { return "made anew, found \(try await searches(last))" }
            try await last.close()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// For each word, the places of the messages that a search finds, in order; two of the same would show.
    private static func searches(_ store: AmberlogStore) async throws -> [[String]] {
        var found: [[String]] = []
        for word in words {
            let results = try await store.searchResults(
                "+" + word, options: SearchOptions(limit: 1000, ranking: .wordsOnly))
            found.append(results.hits.map { "\($0.session)/\($0.sequence)" }.sorted())
            if !results.isComplete { found.append(["not complete"]) }
        }
        return found
    }

    private static func expected(_ store: AmberlogStore) async throws -> [[String]] {
        let snapshot = try await StoreSnapshot(of: store)
        return words.map { word in
            snapshot.sessions.flatMap { id, session in
                session.messages.filter { $0.content.split(separator: " ").contains(Substring(word)) }.map {
                    "\(id)/\($0.sequence ?? 0)"
                }
            }.sorted()
        }
    }
}
