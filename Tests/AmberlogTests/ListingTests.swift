import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Listings in every order, page by page, are what the contract's own listing makes of the same sessions.
@Suite struct ListingTests {
    @Test(arguments: SessionOrder.allCases)
    func `orders and pages`(_ order: SessionOrder) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        var generator = SeededGenerator(seed: TestSeed.next(named: "listings"))
        for index in 0..<60 {
            try await store.save(
                numbered(1...(1 + generator.below(3)), bytes: generator.below(5) * 100),
                to: "s\(generator.below(1000))\(index)")
            if generator.chance(50) { fixture.clock.advance(by: .milliseconds(1)) }
        }
        for isReopened in [false, true] {
            if isReopened { try await store.checkpoint() }
            var infos: [SessionInfo] = []
            for try await info in store.allSessions() { infos.append(info) }
            #expect(infos.count == 60)
            for limit in [1, 7, 59, 60, 61, 1000] {
                var after: String?, theirs: String?
                var pages = 0
                repeat {
                    let page = try await store.sessions(by: order, after: after, limit: limit)
                    // The cursors of the two look different.
                    let wanted = try SessionListing.page(of: infos, by: order, after: theirs, limit: limit)
                    theirs = wanted.next
                    #expect(page.sessions == wanted.sessions && (page.next == nil) == (wanted.next == nil))
                    if page.sessions != wanted.sessions { return }
                    after = page.next
                    pages += 1
                } while after != nil && pages < 100
            }
        }
        if order != .id {
            #expect(
                await code { _ = try await store.sessions(by: order, after: "no cursor", limit: 1) } == .invalidArgument
            )
        }
    }

    @Test func `info and statistics`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        #expect(store.statistics.sessions == 0 && store.statistics.messages == 0 && store.statistics.damages.isEmpty)
        try await store.save(numbered(1...3), to: "a")
        fixture.clock.advance(by: .seconds(5))
        try await store.save(numbered(4...4), to: "a")
        let info = try #require(try await store.info("a"))
        #expect(info.createdAt.microseconds == ManualClock.start_µs)
        #expect(info.updatedAt.microseconds == ManualClock.start_µs + 5_000_000)
        #expect(info.messageCount == 4 && info.firstSequence == 1 && info.lastSequence == 4 && info.expiresAt == nil)
        #expect(info.byteCount > 40 && info.byteCount < 200)
        let hot = store.statistics
        #expect(hot.sessions == 1 && hot.messages == 4 && hot.liveBytes == info.byteCount && hot.pendingBytes > 0)
        #expect(hot.committedBatch == hot.durableBatch && hot.failure == nil)
        try await store.checkpoint()
        let cold = store.statistics
        #expect(cold.pendingBytes == 0 && cold.hotSessions == 0 && cold.segmentBytes > 0 && cold.messages == 4)
        #expect(try await store.info("a") == info)
        try await store.close()
        let again = try await fixture.open()
        #expect(again.statistics.messages == 4 && again.statistics.liveBytes == cold.liveBytes)
        #expect(try await again.info("a") == info)
    }
}
