import AgentMemory
import Testing

@Suite struct InMemoryLimitsTests {
    @Test func theLeastRecentlyUsedSessionGoesFirst() async throws {
        let memory = InMemoryBackend(maxSessions: 3)
        for id in ["a", "b", "c"] { try await memory.save(messages("x"), to: id) }
        _ = try await memory.load("a")
        try await memory.save(messages("x"), to: "b")
        // Neither of these is a use.
        _ = try await memory.info("c")
        _ = try await memory.search("x", in: "c")
        _ = try await memory.sessions(by: .id, after: nil, limit: 10)
        try await memory.save(messages("x"), to: "d")
        #expect(try await memory.info("c") == nil)
        try await memory.save(messages("x"), to: "e")
        #expect(try await memory.info("a") == nil)
        var left: [String] = []
        for try await session in memory.allSessions() { left.append(session.id) }
        #expect(left == ["b", "d", "e"])
    }

    @Test func usageAgreesWithAModel() async throws {
        var random = SeededGenerator(seed: 3)
        let memory = InMemoryBackend(maxSessions: 8)
        var model: [String] = []
        for step in 0..<3000 {
            let id = "s\(Int.random(in: 0..<16, using: &random))"
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                try await memory.clear(id)
                model.removeAll { $0 == id }
            case 1:
                _ = try await memory.load(id)
                if model.contains(id) {
                    model.removeAll { $0 == id }
                    model.append(id)
                }
            default:
                try await memory.save(messages("x"), to: id)
                model.removeAll { $0 == id }
                model.append(id)
                if model.count > 8 { model.removeFirst() }
            }
            let ids = try await memory.sessions(by: .id, after: nil, limit: 100).sessions.map(\.id)
            #expect(ids == model.sorted(), "seed 3, step \(step)")
        }
    }

    @Test func theOldestMessagesGoFirst() async throws {
        let memory = InMemoryBackend(maxMessagesPerSession: 10)
        for _ in 0..<5 { try await memory.save(numbered(7), to: "s") }
        let info = try #require(try await memory.info("s"))
        #expect(info.messageCount == 10)
        #expect(info.firstSequence == 26)
        #expect(info.lastSequence == 35)
        #expect(info.byteCount == 10 * 12)
        #expect(try await memory.load("s").map { $0.sequence! } == Array(26...35))
        #expect(try await memory.save(numbered(25), to: "s").sequences == 36..<61)
        #expect(try await memory.load("s").map { $0.sequence! } == Array(51...60))
    }

    @Test func limitsBelowOneAreOne() async throws {
        let memory = InMemoryBackend(maxSessions: 0, maxMessagesPerSession: -5)
        try await memory.save(messages("a", "b"), to: "s")
        try await memory.save(messages("c", "d"), to: "t")
        #expect(try await memory.load("s").isEmpty)
        #expect(try await memory.load("t").map(\.content) == ["d"])
    }

    @Test func aSessionExpires() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend(timeToLive: .seconds(60)) { clock.now }
        try await memory.save(messages("a"), to: "s")
        clock.advance(by: 59)
        _ = try await memory.load("s")
        #expect(try await memory.load("s").count == 1, "loading doesn't prolong it")
        clock.advance(by: 1)
        #expect(try await memory.load("s").isEmpty)
        #expect(try await memory.info("s") == nil)
        #expect(try await memory.search("a").isEmpty)
        clock.advance(by: -30)
        #expect(try await memory.load("s").isEmpty, "a clock that jumps back brings nothing back")
        #expect(try await memory.save(messages("b"), to: "s", expecting: 0).sequences == 1..<2)
        #expect(try await memory.load("s").map(\.content) == ["b"])
    }

    @Test func whatAListingHidStaysHidden() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend(timeToLive: .seconds(60)) { clock.now }
        try await memory.save(messages("a"), to: "s")
        clock.advance(by: 60)
        #expect(try await memory.sessions(by: .id, after: nil, limit: 10).sessions.isEmpty)
        clock.advance(by: -60)
        #expect(try await memory.load("s").isEmpty)
    }

    @Test func savingProlongs() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend(timeToLive: .seconds(60)) { clock.now }
        for _ in 0..<5 {
            try await memory.save(messages("a"), to: "s")
            clock.advance(by: 59)
        }
        #expect(try await memory.load("s").count == 5)
    }

    @Test func whatHasExpiredMakesRoomBeforeWhatIsLive() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend(maxSessions: 2, timeToLive: .seconds(60)) { clock.now }
        try await memory.save(messages("a"), to: "old")
        clock.advance(by: 30)
        try await memory.save(messages("a"), to: "live")
        _ = try await memory.load("old")
        clock.advance(by: 30)
        try await memory.save(messages("a"), to: "new")
        #expect(try await memory.load("live").count == 1)
    }
}
