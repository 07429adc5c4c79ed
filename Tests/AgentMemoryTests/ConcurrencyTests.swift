import AgentMemory
import Testing

@Suite struct ConcurrencyTests {
    @Test func savesOfManyTasksStayWhole() async throws {
        let memory = InMemoryBackend(maxMessagesPerSession: 100_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for save in 0..<50 {
                        let batch = (0..<5).map { Message(role: .user, content: "\(task) \(save) \($0)") }
                        try await memory.save(batch, to: "shared")
                        _ = try await memory.load("shared", limit: 10)
                    }
                }
            }
            try await group.waitForAll()
        }
        let all = try await memory.load("shared")
        #expect(all.map { $0.sequence! } == Array(1...4000))
        for start in stride(from: 0, to: 4000, by: 5) {
            let prefix = all[start].content.dropLast()
            #expect(all[start..<start + 5].map(\.content) == (0..<5).map { prefix + "\($0)" })
        }
    }

    @Test func comparingSavesLoseNothing() async throws {
        let memory = InMemoryBackend(maxMessagesPerSession: 100_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var saved = 0
                    while saved < 25 {
                        let last = try await memory.load("counter", limit: 1).last
                        let next = (last.flatMap { Int($0.content) } ?? 0) + 1
                        do {
                            try await memory.save(
                                [Message(role: .user, content: "\(next)")], to: "counter",
                                expecting: last?.sequence ?? 0)
                            saved += 1
                        } catch let error as MemoryError where error.code == .conflict {
                            await Task.yield()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await memory.load("counter").map(\.content) == (1...200).map(String.init))
    }

    @Test func everythingAtOnce() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend(maxSessions: 4, maxMessagesPerSession: 20, timeToLive: .seconds(5)) { clock.now }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(task))
                    for _ in 0..<200 {
                        let id = "s\(Int.random(in: 0..<8, using: &random))"
                        switch Int.random(in: 0..<7, using: &random) {
                        case 0: try await memory.clear(id)
                        case 1: _ = try await memory.search("number", limit: 3)
                        case 2: _ = try await memory.removeLast(2, from: id)
                        case 3: clock.advance(by: 1)
                        case 4: _ = try await memory.sessions(by: .updated, after: nil, limit: 3)
                        default: try await memory.save(numbered(3), to: id)
                        }
                        let loaded = try await memory.load(id).map { $0.sequence! }
                        #expect(loaded == loaded.sorted() && loaded.count <= 20)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await memory.sessions(by: .id, after: nil, limit: 10).sessions.count <= 4)
    }
}
