import AgentMemory
import Testing

@Suite struct BackendDefaultsTests {
    let clock: ManualClock
    let backend: FourMethodBackend

    init() {
        let clock = ManualClock()
        self.clock = clock
        backend = FourMethodBackend { clock.now }
    }

    @Test func savesAndLoads() async throws {
        let memory: any MemoryBackend = backend
        try await memory.save(messages("Hello", "Hi there!"), to: "user_123")
        #expect(try await memory.load("user_123").map(\.content) == ["Hello", "Hi there!"])
        #expect(try await memory.load("user_123", limit: 1).map(\.content) == ["Hi there!"])
        #expect(try await memory.load("nobody").isEmpty)
        try await memory.close()
    }

    @Test func readsForwards() async throws {
        try await backend.save(numbered(100), to: "s")
        #expect(try await backend.load("s", from: 1, limit: 3).map(\.sequence) == [1, 2, 3])
        #expect(try await backend.load("s", from: 98, limit: 10).map(\.sequence) == [98, 99, 100])
        #expect(try await backend.load("s", from: 101, limit: 10).isEmpty)
        #expect(try await backend.load("s", from: 0, limit: 2).map(\.sequence) == [1, 2])
        #expect(try await backend.load("s", from: .max, limit: 10).isEmpty)
        #expect(try await backend.load("s", from: 1, limit: 0).isEmpty)
        #expect(try await backend.load("s", from: 1, limit: .max).count == 100)
        #expect(try await backend.load("nobody", from: 1, limit: 10).isEmpty)
    }

    @Test(arguments: [1, 2, 7, 64] as [Int])
    func streamsAcrossGaps(pageSize: Int) async throws {
        try await backend.save(numbered(600), to: "s")
        let kept: Set<UInt64> = [3, 4, 5, 90, 300, 301, 599]
        await backend.keep("s") { kept.contains($0) }
        var seen: [UInt64] = []
        for try await message in backend.messages(in: "s", pageSize: pageSize) { seen.append(message.sequence!) }
        #expect(seen == kept.sorted())
        for from in 0...601 as ClosedRange<UInt64> {
            let found = try await backend.load("s", from: from, limit: 2).map { $0.sequence! }
            #expect(found == Array(kept.sorted().filter { $0 >= from }.prefix(2)), "from \(from)")
        }
    }

    @Test func streamsALongSessionWithOneLoadAPage() async throws {
        try await backend.save(numbered(2560), to: "s")
        await backend.resetLoads()
        var count = 0
        for try await _ in backend.messages(in: "s", pageSize: 256) { count += 1 }
        #expect(count == 2560)
        #expect(await backend.loads <= 13)
    }

    @Test func aLongGapCostsFewLoads() async throws {
        try await backend.save(numbered(20_000), to: "s")
        await backend.keep("s") { $0 == 1 || $0 == 20_000 }
        await backend.resetLoads()
        #expect(try await backend.load("s", from: 2, limit: 1).map(\.sequence) == [20_000])
        #expect(await backend.loads < 40)
    }

    @Test func listsAllSessions() async throws {
        for number in 0..<25 {
            try await backend.save(messages("x"), to: "s\(number)")
            if number % 5 == 0 { clock.advance(by: 1) }
        }
        for order in SessionOrder.allCases {
            var ids: [String] = []
            for try await session in backend.allSessions(by: order, pageSize: 4) { ids.append(session.id) }
            #expect(ids.count == 25)
            #expect(Set(ids).count == 25)
        }
        #expect(try await backend.info("s7")?.messageCount == 1)
        #expect(try await backend.info("s99") == nil)
    }

    @Test func clears() async throws {
        var times: [Timestamp] = []
        for number in 0..<10 {
            times.append(clock.now)
            try await backend.save(messages("x"), to: "s\(number)")
            clock.advance(by: 1)
        }
        let old = try await backend.clearSessions(olderThan: times[4], dryRun: true)
        #expect(old.map(\.id) == ["s0", "s1", "s2", "s3"])
        #expect(try await backend.load("s0").count == 1)
        #expect(try await backend.clearSessions(olderThan: times[4]) == old)
        #expect(try await backend.load("s0").isEmpty)
        try await backend.clearAll()
        #expect(try await backend.sessions(by: .id, after: nil, limit: 10).sessions.isEmpty)
    }

    @Test func searches() async throws {
        try await backend.save(messages("My name is Alice", "Hello Alice", "I work at TechCorp"), to: "a")
        try await backend.save(messages("TechCorp is a company", "Is it?"), to: "b")
        #expect(try await backend.search("techcorp alice").count == 4)
        #expect(try await backend.search("TechCorp", in: "a").map(\.content) == ["I work at TechCorp"])
        let hits = try await backend.searchHits("work", in: nil, options: SearchOptions(context: 1))
        #expect(hits.map(\.session) == ["a"])
        #expect(hits.first?.before.map(\.content) == ["Hello Alice"])
        #expect(hits.first?.after.isEmpty == true)
        let middle = try await backend.searchHits("hello", in: "a", options: SearchOptions(context: 5))
        #expect(middle.first?.after.map(\.content) == ["I work at TechCorp"])
    }

    @Test func saysWhatItCannotDo() async throws {
        let removing = await #expect(throws: MemoryError.self) { try await backend.removeLast(1, from: "s") }
        #expect(removing?.code == .unsupported)
        let setting = await #expect(throws: MemoryError.self) { try await backend.setMetadata([:], for: "s") }
        #expect(setting?.code == .unsupported)
    }
}
