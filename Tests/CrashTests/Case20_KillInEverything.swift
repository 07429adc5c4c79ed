import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// A real process is killed in whatever it does: saves, removals, checkpoints, compactions, merges, erasures, backups,
/// restores, reindexing, and recovery. What it had finished is there, what it was doing is there or not.
@Suite(.ownThreads) struct Case20_KillInEverything {
    @Test func `200 rounds, or as many as there is time for`() async throws {
        let directory = try TemporaryDirectory()
        let end = LongRun.end()
        var run = KilledRun(
            directory: directory.path + "/store",
            generator: SeededGenerator(seed: TestSeed.next(named: "case 20, everything")))
        for round in 1... {
            try await run.round(round)
            if let end { if end < .now { break } } else if round == 200 { break }
        }
        print("case 20, everything: \(run.summary)")
        #expect(run.actions > 1000)
    }
}

/// What one process after the other has done to a store.
private struct KilledRun {
    let directory: String
    var generator: SeededGenerator
    private var model = ModelStore()
    private var time_µs = ManualClock.start_µs
    private var kills = 0
    private(set) var actions = 0
    private var counts: [String: Int] = [:]

    init(directory: String, generator: SeededGenerator) {
        self.directory = directory
        self.generator = generator
        model.maximumMessages = Torture.maximumMessages
        model.timeToLive_µs = Torture.timeToLive.components.seconds * 1_000_000
    }

    var summary: String {
        "\(kills) kills, \(actions) actions: "
            + counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    mutating func round(_ round: Int) async throws {
        let durability = ["synced", "buffered", "interval"][round % 3]
        let seed = generator.next()
        let child = try ChildProcess("work", directory, durability, "\(seed)", "\(time_µs)")
        // An action is two lines.
        try await child.hasSaid(generator.below(32))
        usleep(UInt32(generator.below(20_000)))
        let said = child.kill()
        kills += 1
        let context = "round \(round), \(durability), seed \(seed)"
        var tried = 0, done = 0
        var backups: [Int] = [], restored: [Int] = []
        for line in said {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else {
                #expect(!line.hasPrefix("failed") && words.count <= 2, "\(context): \(line)")
                continue
            }
            switch words[0] {
            case "try": tried = number
            case "done": done = number
            case "backup": backups.append(number)
            case "restored": restored.append(number)
            default: break
            }
        }
        // The same again, on the model.
        var torture = Torture(seed: seed)
        var before = model, snapshots: [Int: StoreSnapshot] = [:]
        var erased: [Message] = []
        if tried > 0 {
            for number in 1...tried {
                before = model
                let (action, later) = torture.next(now_µs: time_µs)
                time_µs += later.components.seconds * 1_000_000 + later.components.attoseconds / 1_000_000_000_000
                erased = []
                if case .step(let step) = action {
                    counts["\(step)".split(separator: " ").first.map(String.init) ?? "", default: 0] += 1
                    if case .erase(let session) = step { erased = model.sessions[session]?.messages ?? [] }
                    _ = model.perform(step, now_µs: time_µs)
                } else {
                    counts["\(action)".prefix { $0.isLetter }.description, default: 0] += 1
                }
                actions += 1
                if backups.contains(number) || number >= done { snapshots[number] = model.snapshot(at: time_µs) }
            }
        }
        try await compare(done, tried, before, context)
        for number in backups { try await check(Torture.backup(number, of: directory), snapshots[number], context) }
        for number in restored { try await check(Torture.restored(number, of: directory), snapshots[number], context) }
        try removeCopies(whole: backups, restored, context)
        if tried == done, !erased.isEmpty { try lookFor(erased, context) }
    }

    /// Opens the store: it has to be as before or after what was being done.
    private mutating func compare(_ done: Int, _ tried: Int, _ before: ModelStore, _ context: String) async throws {
        var options = StoreOptions()
        options.clock = ManualClock(at_µs: time_µs)
        options.compactAfter = nil
        let store = try await AmberlogStore.open(directory, options: options)
        try #require(store.statistics.damages.isEmpty, "\(context): \(store.statistics.damages)")
        let seen = try await StoreSnapshot(of: store)
        let after = model.snapshot(at: time_µs)
        if seen != after {
            let isBefore = tried > done && seen == before.snapshot(at: time_µs)
            try #require(isBefore, "\(context), action \(tried), \(done) done: \(seen.difference(from: after))")
            model = before
        }
        for word in ["amber", "message"] {
            let wanted = seen.sessions.values.reduce(0) { total, session in
                total + session.messages.count { $0.content.contains(word) }
            }
            var results = try await store.searchResults("+" + word, options: SearchOptions(limit: 10_000))
            // What was killed while it was being indexed is indexed again, in the background.
            for _ in 0..<2000 where !results.isComplete {
                #expect(results.hits.count <= wanted, "\(context): \(word)")
                usleep(5000)
                results = try await store.searchResults("+" + word, options: SearchOptions(limit: 10_000))
            }
            let found = results.hits.count
            #expect(found == wanted && results.isComplete, "\(context): \(word) is found \(found) times, not \(wanted)")
        }
        try await store.close()
        if kills.isMultiple(of: 5) {
            let report = try await AmberlogStore.verify(directory, depth: .deep)
            #expect(report.isWhole, "\(context): \(report.damages)")
        }
    }

    private func check(_ copy: String, _ expected: StoreSnapshot?, _ context: String) async throws {
        var options = StoreOptions()
        options.access = .readOnly
        options.clock = ManualClock(at_µs: time_µs)
        let store = try await AmberlogStore.open(copy, options: options)
        let seen = try await StoreSnapshot(of: store)
        try await store.close()
        // What has expired since is hidden.
        for (id, session) in expected?.sessions ?? [:] where session.expires_µs.map({ $0 > time_µs }) ?? true {
            #expect(seen.sessions[id] == session, "\(context): \(id) in \(copy)")
        }
        #expect(seen.sessions.keys.allSatisfy { expected?.sessions[$0] != nil }, "\(context): \(copy)")
        let report = try await AmberlogStore.verify(copy, depth: .standard)
        #expect(report.isWhole, "\(context): \(copy): \(report.damages)")
    }

    /// A copy that was interrupted is no store.
    private func removeCopies(whole backups: [Int], _ restored: [Int], _ context: String) throws {
        let parent = URL(filePath: directory).deletingLastPathComponent()
        let whole = Set(
            backups.map { Torture.backup($0, of: directory) } + restored.map { Torture.restored($0, of: directory) })
        for copy in try FileManager.default.contentsOfDirectory(at: parent, includingPropertiesForKeys: nil)
        where copy.lastPathComponent != "store" {
            let isNamed = FileManager.default.fileExists(atPath: copy.appending(path: "STORE").path)
            // Or it was complete, and the process was killed before it could say so.
            if !whole.contains(copy.path), isNamed { #expect(copy.lastPathComponent.hasPrefix("store."), "\(context)") }
            try FileManager.default.removeItem(at: copy)
        }
    }

    /// Nothing of what was erased is in any file.
    private func lookFor(_ erased: [Message], _ context: String) throws {
        let needles = erased.map { Data($0.content.utf8.prefix(48)) }.filter { $0.count >= 32 }
        guard let files = FileManager.default.enumerator(atPath: directory) else { return }
        for case let name as String in files {
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { continue }
            for needle in needles {
                #expect(data.range(of: needle) == nil, "\(context): \(name) has something of an erased session")
            }
        }
    }
}
