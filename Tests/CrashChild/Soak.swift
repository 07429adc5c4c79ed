import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Synchronization

/// Works at a rate until it is killed or its standard input ends, which closes the store. Each worker has sessions of
/// its own and a model of them, and compares every load and search with it.
///
/// Says, for each worker, `try W N` before a change and `done W N` after it; `memory BYTES FILES` twice a second; and
/// `wrong …` for every difference.
final class Soak: Sendable {
    private let store: AmberlogStore
    private let directory: String
    private let seed: UInt64
    private let rate: Int
    private let isOver = Mutex(false)

    init(_ directory: String, durability: String, seed: UInt64, rate: Int, timeToLive: Duration) async throws {
        var options = StoreOptions()
        options.durability = CrashChild.durability(durability)
        options.initialJournalBytes = 256 << 10
        options.maximumJournalBytes = 4 << 20
        options.compactAfter = .seconds(2)
        options.sweepInterval = .milliseconds(500)
        options.maximumMessages = SoakScript.maximumMessages
        options.timeToLive = timeToLive
        store = try await AmberlogStore.open(directory, options: options)
        self.directory = directory
        self.seed = seed
        self.rate = rate
    }

    func run() async throws {
        Thread { [self] in
            _ = try? FileHandle.standardInput.readToEnd()
            isOver.withLock { $0 = true }
        }.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<SoakScript.workers { group.addTask { try await self.work(worker) } }
            group.addTask { try await self.keepAnEye() }
            try await group.waitForAll()
        }
        try await store.close()
        CrashChild.say("closed")
    }

    private var goesOn: Bool { isOver.withLock { !$0 } }

    private func keepAnEye() async throws {
        var rounds = 0
        while goesOn {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
            CrashChild.say("memory \(residentBytes()) \(files)")
            rounds += 1
            if rounds % 20 == 0 {
                let target = directory + ".backup"
                try? FileManager.default.removeItem(atPath: target)
                do {
                    _ = try await store.backUp(to: target)
                } catch {
                    CrashChild.say("wrong backup: \(error)")
                }
            }
            for session in try await store.sessions(by: .id, after: nil, limit: 10_000).sessions {
                // Since the listing it may have expired.
                if session.expiresAt.map({ $0.microseconds + 2_000_000 < Timestamp.now.microseconds }) ?? true {
                    CrashChild.say("wrong listing: \(session.id) should have expired")
                }
            }
            if rounds % 7 == 0 { try await store.checkpoint() }
            if rounds % 31 == 0 { _ = try await store.compact() }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func residentBytes() -> Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (fields.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) * 4096
    }

    private func work(_ worker: Int) async throws {
        var script = SoakScript(seed: seed, worker: worker)
        var model = try await SoakModel(of: store, worker: worker)
        let start = ContinuousClock.now
        var number = 0, count = 0
        while goesOn {
            count += 1
            let action = script.next()
            switch action {
            case .load(let session, let limit):
                let found = try await store.load(session, limit: limit)
                let expected = Array((model.sessions[session] ?? []).suffix(limit))
                if found != expected {
                    CrashChild.say("wrong load of \(session): \(found.count) of \(expected.count) messages")
                }
            case .search(let session):
                let found = try await store.searchResults("+amber", in: session, options: SearchOptions(limit: 1000))
                let expected = (model.sessions[session] ?? []).filter { $0.content.contains("amber") }
                if Set(found.hits.map(\.sequence)) != Set(expected.compactMap(\.sequence)) {
                    CrashChild.say(
                        "wrong search in \(session): \(found.hits.count) of \(expected.count), "
                            + "\(found.indexedMessages) of \(found.messages) indexed")
                }
            case .abandon(let session):
                number += 1
                CrashChild.say("try \(worker) \(number)")
                _ = try await store.save(script.messages(2), to: session)
                CrashChild.say("done \(worker) \(number)")
            case .step(let step):
                number += 1
                CrashChild.say("try \(worker) \(number)")
                let expected = model.perform(step)
                let outcome = try await store.perform(step)
                CrashChild.say("done \(worker) \(number)")
                if outcome != expected { CrashChild.say("wrong outcome of \(step): \(outcome), not \(expected)") }
            }
            let due = start + .microseconds(count * 1_000_000 * SoakScript.workers / max(1, rate))
            try await Task.sleep(until: due, clock: .continuous)
        }
    }
}
