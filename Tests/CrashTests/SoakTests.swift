import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// Mixed load at a rate for a long time, with reopenings and kills between: no difference from a model, and no growth.
@Suite(.ownThreads) struct SoakTests {
    @Test func `a store equals its model, and takes no more and no more memory`() async throws {
        let end = LongRun.end()
        let seconds = end == nil ? 4.0 : max(5, (LongRun.minutes ?? 0) * 60 / 12)
        let rate = LongRun.rate
        let directory = try TemporaryDirectory()
        var soak = SoakJudge(directory: directory.path + "/store", rate: rate)
        for round in 1... {
            try await soak.round(round, seconds: seconds)
            if let end { if end < .now { break } } else if round == 4 { break }
        }
        print("soak: \(soak.summary)")
        #expect(soak.actions > 100)
    }
}

private struct SoakJudge {
    let directory: String
    let rate: Int
    private var generator = SeededGenerator(seed: TestSeed.next(named: "soak"))
    private var models = (0..<SoakScript.workers).map { _ in SoakModel() }
    private(set) var actions = 0
    private var rounds = 0
    private var memoryMax = 0, filesMax = 0
    private var memories: [String] = []

    init(directory: String, rate: Int) {
        self.directory = directory
        self.rate = rate
    }

    var summary: String {
        "\(rounds) rounds, \(actions) changes of \(SoakScript.workers) workers, \(rate) actions a second wanted; "
            + "at most \(memoryMax >> 20) MB and \(filesMax) files; by rounds \(memories.joined(separator: ", "))"
    }

    mutating func round(_ round: Int, seconds: Double) async throws {
        let durability = ["synced", "interval", "buffered"][round % 3]
        let seed = generator.next()
        let child = try ChildProcess("soak", directory, durability, "\(seed)", "\(rate)", "\(LongRun.timeToLive)")
        try await Task.sleep(for: .seconds(seconds) + .milliseconds(generator.below(1000)))
        // Every other time it may close the store.
        let said = round.isMultiple(of: 2) ? child.rest() : child.kill()
        let context = "round \(round), \(durability), seed \(seed)"
        rounds += 1
        var tried = [Int](repeating: 0, count: SoakScript.workers), done = tried
        var samples: [Int] = []
        var isClosed = false
        for line in said {
            let words = line.split(separator: " ")
            switch words.first {
            case "try" where words.count == 3: tried[Int(words[1]) ?? 0] = Int(words[2]) ?? 0
            case "done" where words.count == 3: done[Int(words[1]) ?? 0] = Int(words[2]) ?? 0
            case "memory" where words.count == 3:
                samples.append(Int(words[1]) ?? 0)
                filesMax = max(filesMax, Int(words[2]) ?? 0)
            case "closed": isClosed = true
            // The last line may be cut.
            default: if line != said.last { Issue.record("\(context): \(line)") }
            }
        }
        #expect(isClosed == round.isMultiple(of: 2), "\(context): \(said.last ?? "")")
        judge(samples, context)
        let store = try await AmberlogStore.open(directory)
        try #require(store.statistics.damages.isEmpty, "\(context): \(store.statistics.damages)")
        for worker in 0..<SoakScript.workers {
            try await compare(worker, seed, done[worker], tried[worker], store, context)
        }
        try await store.close()
        let report = try await AmberlogStore.verify(directory, depth: .deep)
        try #require(report.isWhole, "\(context): \(report.damages)")
    }

    private mutating func compare(
        _ worker: Int, _ seed: UInt64, _ done: Int, _ tried: Int, _ store: AmberlogStore, _ context: String
    ) async throws {
        var script = SoakScript(seed: seed, worker: worker)
        var model = models[worker], before = model
        var number = 0
        while number < tried {
            switch script.next() {
            case .load, .search: break
            case .abandon:
                before = model
                number += 1
                _ = script.messages(2)
            case .step(let step):
                before = model
                number += 1
                _ = model.perform(step)
            }
        }
        actions += tried
        let seen = try await SoakModel(of: store, worker: worker)
        let isAfter = seen.holds(model), isBefore = tried > done && seen.holds(before)
        try #require(isAfter || isBefore, "\(context), worker \(worker): not as after \(done) of \(tried) changes")
        models[worker] = isAfter ? model : before
    }

    /// Memory must not grow once everything has been in use for a while.
    private mutating func judge(_ samples: [Int], _ context: String) {
        memoryMax = max(memoryMax, samples.max() ?? 0)
        guard samples.count >= 40 else { return }
        func median(_ part: ArraySlice<Int>) -> Int { part.sorted()[part.count / 2] }
        let quarter = samples.count / 4
        let early = median(samples[quarter..<2 * quarter]), late = median(samples[(3 * quarter)...])
        memories.append("\(early >> 20)→\(late >> 20) MB")
        #expect(late <= early + early / 4 + (16 << 20), "\(context): from \(early) to \(late) bytes")
    }
}
