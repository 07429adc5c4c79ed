import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Many callers at once, with the store's own threads.
@Suite struct ConcurrencyTests {
    private func options(_ durability: StoreOptions.Durability) -> StoreOptions {
        var options = StoreOptions()
        options.durability = durability
        options.initialJournalBytes = 64 << 10
        options.maximumJournalBytes = 256 << 10
        options.compactAfter = .milliseconds(5)
        options.sweepInterval = .milliseconds(10)
        return options
    }

    static let durabilities = [StoreOptions.Durability.synced, .buffered, .interval(.milliseconds(2))]

    @Test(arguments: durabilities)
    func `64 tasks against a model`(_ durability: StoreOptions.Durability) async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path, options: options(durability))
        let seed = TestSeed.next(named: "64 tasks")
        let models = try await withThrowingTaskGroup(of: ModelStore.self) { group in
            for task in 0..<64 {
                group.addTask {
                    var steps = StepGenerator(seed: seed &+ UInt64(task), sessions: ["session \(task)"])
                    steps.erases = false
                    steps.clearsAll = false
                    var model = ModelStore()
                    for number in 0..<25 {
                        let step = steps.next()
                        if case .clearOlder = step { continue }
                        if case .compact = step, task > 2 { continue }
                        if case .checkpoint = step, task > 8 { continue }
                        let expected = model.perform(step, now_µs: 0)
                        let outcome = try await store.perform(step)
                        #expect(outcome == expected, "task \(task), step \(number), \(step)")
                        let loaded = try await store.load("session \(task)")
                        #expect(
                            loaded == model.sessions["session \(task)"]?.messages ?? [], "task \(task), step \(number)")
                    }
                    return model
                }
            }
            var all: [ModelStore] = []
            for try await model in group { all.append(model) }
            return all
        }
        func check(_ store: AmberlogStore) async throws {
            for model in models {
                for (id, session) in model.sessions {
                    #expect(try await store.load(id) == session.messages, "\(id)")
                    #expect(try await store.info(id)?.metadata == session.metadata, "\(id)")
                    #expect(try await store.info(id)?.lastSequence == session.nextSequence - 1, "\(id)")
                }
            }
            #expect(store.statistics.sessions == models.reduce(0) { $0 + $1.sessions.count })
            #expect(store.statistics.damages.isEmpty && store.statistics.failure == nil)
        }
        try await check(store)
        try await store.close()
        let again = try await AmberlogStore.open(directory.path)
        try await check(again)
        try await again.close()
    }

    @Test(arguments: durabilities)
    func `one session, many callers: every sequence once`(_ durability: StoreOptions.Durability) async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path, options: options(durability))
        let ranges = try await withThrowingTaskGroup(of: [(Range<UInt64>, String)].self) { group in
            for task in 0..<32 {
                group.addTask {
                    var ranges: [(Range<UInt64>, String)] = []
                    for number in 0..<10 {
                        let text = "\(task) \(number)"
                        let receipt = try await store.save(texts(text, text, text), to: "one")
                        ranges.append((receipt.sequences, text))
                    }
                    return ranges
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let messages = try await store.load("one")
        #expect(messages.map(\.sequence) == (1...960).map { UInt64($0) })
        #expect(ranges.map(\.0.lowerBound).sorted() == stride(from: 1, to: 961, by: 3).map { UInt64($0) })
        for (range, text) in ranges {
            for sequence in range { #expect(messages[Int(sequence) - 1].content == text) }
        }
        try await store.close()
    }

    @Test(arguments: durabilities)
    func `compare and append counts right`(_ durability: StoreOptions.Durability) async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path, options: options(durability))
        let conflicts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var conflicts = 0
                    for _ in 0..<10 {
                        while true {
                            let last = try await store.info("counter")?.lastSequence ?? 0
                            do {
                                try await store.save(texts("\(last + 1)"), to: "counter", expecting: last)
                                break
                            } catch let error as MemoryError where error.code == .conflict {
                                conflicts += 1
                            }
                        }
                    }
                    return conflicts
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(try await store.load("counter").map(\.content) == (1...160).map { "\($0)" })
        print("compare and append, \(durability): \(conflicts) conflicts")
        try await store.close()
    }

    @Test func `the same id from many callers is appended once`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path, options: options(.synced))
        try await withThrowingTaskGroup(of: SaveReceipt.self) { group in
            for task in 0..<64 {
                group.addTask {
                    try await store.save([Message(role: .user, content: "once", id: "id \(task % 4)")], to: "s")
                }
            }
            var appended = 0
            for try await receipt in group {
                appended += receipt.sequences.count
                #expect(receipt.sequences.count + receipt.duplicates.count == 1)
            }
            #expect(appended == 4)
        }
        #expect(try await store.load("s").count == 4)
        try await store.close()
    }

    @Test func `the newest message is removed by one caller only`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path, options: options(.buffered))
        try await store.save(numbered(1...100), to: "s")
        let removed = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<25 {
                group.addTask {
                    var sequences: [UInt64] = []
                    for _ in 0..<4 { sequences += try await store.removeLast(1, from: "s").compactMap(\.sequence) }
                    return sequences
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(removed.sorted() == (1...100).map { UInt64($0) })
        #expect(try await store.info("s")?.messageCount == 0)
        try await store.close()
    }

    @Test func `a cancelled save is there as a whole or not at all`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path, options: options(.synced))
        var generator = SeededGenerator(seed: TestSeed.next(named: "cancellation"))
        var cancelled = 0
        for round in 0..<60 {
            let others = (0..<4).map { other in Task { try await store.save(texts("o"), to: "other \(other)") } }
            let task = Task { try await store.save(texts("\(round)", "\(round)"), to: "s") }
            for _ in 0..<generator.below(20) { await Task.yield() }
            task.cancel()
            let before = try await store.info("s")?.messageCount ?? 0
            _ = before
            switch await task.result {
            case .success: #expect(try await store.load("s", limit: 2) == texts("\(round)", "\(round)"))
            case .failure(let error):
                #expect(error is CancellationError)
                cancelled += 1
                #expect(try await store.load("s", limit: 1).first?.content != "\(round)")
            }
            for other in others { _ = try await other.value }
        }
        print("cancellation: \(cancelled) of 60 in time")
        #expect(try await store.load("s").count == 2 * (60 - cancelled))
        try await store.close()
    }

    @Test func `closing while callers save loses nothing that was acknowledged`() async throws {
        for round in 0..<8 {
            let directory = try TemporaryDirectory()
            let store = try await AmberlogStore.open(
                directory.path, options: options(Self.durabilities[round % 3]))
            let tasks = (0..<8).map { task in
                Task { () -> Int in
                    var saved = 0
                    do {
                        while true {
                            try await store.save(numbered((saved + 1)...(saved + 1)), to: "s\(task)")
                            saved += 1
                        }
                    } catch let error as MemoryError {
                        #expect(error.code == .closed, "\(error)")
                    }
                    return saved
                }
            }
            try await Task.sleep(for: .milliseconds(5))
            try await store.close()
            let again = try await AmberlogStore.open(directory.path)
            for (index, task) in tasks.enumerated() {
                let saved = try await task.value
                #expect(try await again.load("s\(index)") == Array(numbered(1...max(1, saved)).prefix(saved)))
            }
            try await again.close()
        }
    }
}
