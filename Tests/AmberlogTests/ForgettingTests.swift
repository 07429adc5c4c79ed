import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Trimming, clearing, expiring: what is gone is gone everywhere, and for good.
@Suite struct ForgettingTests {
    @Test func `a cleared session begins anew and nothing comes back`() async throws {
        var fixture = StoreFixture()
        var store = try await fixture.open()
        for round in 1...6 {
            try await store.save(numbered(1...round), to: "a")
            try await store.setMetadata(["round": .integer(Int64(round))], for: "a")
            if round.isMultiple(of: 2) { try await store.checkpoint() }
            try await store.clear("a")
            #expect(try await store.info("a") == nil)
            #expect(try await store.load("a").isEmpty)
            if round.isMultiple(of: 3) {
                fixture = fixture.afterCrash(.syncedOnly)
                store = try await fixture.open()
                #expect(try await store.info("a") == nil)
            }
            let receipt = try await store.save(texts("new \(round)"), to: "a")
            #expect(receipt.sequences == 1..<2)
            #expect(try await store.load("a") == texts("new \(round)"))
            #expect(try await store.info("a")?.metadata == [:])
            try await store.clear("a")
        }
        try await store.close()
        #expect(!fixture.disk.files.keys.contains { $0.hasSuffix(".seg") }, "\(fixture.disk.files.keys)")
    }

    @Test func `a session without messages has no bytes, also after a replay`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for session in ["removed", "trimmed"] { try await store.save(texts("a", "much longer", "b"), to: session) }
        try await store.checkpoint()
        _ = try await store.removeLast(3, from: "removed")
        try await store.trim("trimmed", toLast: 0)
        let recovered = try await fixture.afterCrash().open()
        for session in ["removed", "trimmed"] {
            let info = try #require(try await recovered.info(session))
            #expect(info.messageCount == 0 && info.byteCount == 0, "\(info)")
        }
        #expect(recovered.statistics.liveBytes == 0)
    }

    @Test func `clearing all, and those that are old`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for index in 0..<10 {
            try await store.save(numbered(1...2), to: "s\(index)")
            fixture.clock.advance(by: .seconds(60))
        }
        try await store.save(numbered(3...3), to: "s0")
        let limit = Timestamp(microseconds: ManualClock.start_µs + 5 * 60_000_000)
        let dry = try await store.clearSessions(olderThan: limit, dryRun: true)
        #expect(dry.map(\.id) == ["s1", "s2", "s3", "s4"])
        #expect(store.statistics.sessions == 10)
        let cleared = try await store.clearSessions(olderThan: limit)
        #expect(cleared.sorted { $0.id < $1.id } == dry)
        #expect(store.statistics.sessions == 6)
        try await store.clearAll()
        #expect(store.statistics.sessions == 0 && store.statistics.messages == 0 && store.statistics.liveBytes == 0)
        try await store.clearAll()
        let again = try await fixture.afterCrash(.syncedOnly).open()
        #expect(again.statistics.sessions == 0 && again.statistics.messages == 0)
    }

    @Test func `removing the newest leaves a gap that is never filled`() async throws {
        let fixture = StoreFixture()
        var store = try await fixture.open()
        try await store.save(numbered(1...5), to: "a")
        #expect(try await store.removeLast(2, from: "a").map(\.sequence) == [4, 5])
        #expect(try await store.removeLast(0, from: "a").isEmpty)
        #expect(try await store.removeLast(10, from: "a").map(\.sequence) == [1, 2, 3])
        let empty = try #require(try await store.info("a"))
        #expect(empty.messageCount == 0 && empty.firstSequence == 0 && empty.lastSequence == 5 && empty.byteCount == 0)
        #expect(try await store.load("a").isEmpty)
        try await store.close()
        store = try await fixture.open()
        #expect(try await store.info("a") == empty)
        #expect(try await store.save(texts("x"), to: "a").sequences == 6..<7)
        #expect(try await store.info("a")?.firstSequence == 6)
        // An unbroken row of regenerated answers.
        for _ in 0..<50 {
            try await store.removeLast(1, from: "a")
            try await store.save(texts("x"), to: "a")
        }
        #expect(try await store.load("a").map(\.sequence) == [56])
    }

    @Test(arguments: [1, 3])
    func `a maximum of messages`(_ maximum: Int) async throws {
        var fixture = StoreFixture()
        fixture.options.maximumMessages = maximum
        let store = try await fixture.open()
        try await store.save(numbered(1...10), to: "a")
        #expect(try await store.load("a") == Array(numbered(1...10).suffix(maximum)))
        for number in 11...30 {
            try await store.save(numbered(number...number), to: "a")
            if number == 20 { _ = try await store.compact() }
            let info = try #require(try await store.info("a"))
            #expect(info.messageCount == min(maximum, number) && info.lastSequence == UInt64(number))
        }
        #expect(try await store.load("a") == Array(numbered(1...30).suffix(maximum)))
        #expect(store.statistics.messages == UInt64(maximum))
    }

    @Test func `trimming`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...10), to: "a")
        try await store.trim("a", toLast: 10)
        try await store.trim("a", toLast: 4)
        #expect(try await store.load("a") == numbered(7...10))
        try await store.trim("a", toLast: 0)
        #expect(try await store.info("a")?.messageCount == 0)
        #expect(try await store.info("a")?.lastSequence == 10)
        try await store.save(numbered(11...12), to: "a")
        let again = try await fixture.afterCrash(.syncedOnly).open()
        #expect(try await again.load("a") == numbered(11...12))
        #expect(try await again.load("a").map(\.sequence) == [11, 12])
    }

    @Test func `a time to live`() async throws {
        var fixture = StoreFixture()
        fixture.options.timeToLive = .seconds(100)
        let store = try await fixture.open()
        try await store.save(texts("1"), to: "a")
        try await store.save(texts("1"), to: "b")
        fixture.clock.advance(by: .seconds(99))
        // A save renews it, metadata doesn't.
        try await store.save(texts("2"), to: "a")
        try await store.setMetadata(["k": 1], for: "b")
        fixture.clock.advance(by: .seconds(1))
        #expect(try await store.load("b").isEmpty)
        #expect(try await store.info("b") == nil)
        #expect(try await store.load("a").count == 2)
        #expect(try await store.sessions(by: .updated, after: nil, limit: 9).sessions.map(\.id) == ["a"])
        #expect(await code { try await store.setMetadata([:], for: "b") } == .invalidArgument)
        #expect(try await store.removeLast(1, from: "b").isEmpty)
        #expect(try await store.sweep().map(\.id) == ["b"])
        #expect(try await store.sweep().isEmpty)
        // A save to an expired session that nobody has swept begins a new one.
        fixture.clock.advance(by: .seconds(200))
        #expect(try await store.save(texts("new"), to: "a", expecting: 0).sequences == 1..<2)
        // The time that a session was given when it began stays, whatever the store is opened with.
        try await store.close()
        let again = try await fixture.open { $0.timeToLive = nil }
        try await again.save(texts("x"), to: "for ever")
        fixture.clock.advance(by: .seconds(200))
        #expect(try await again.sweep().map(\.id) == ["a"])
        fixture.clock.advance(by: .seconds(1 << 40))
        #expect(try await again.load("for ever") == texts("x"))
    }
}
