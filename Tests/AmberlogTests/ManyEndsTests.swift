import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// Sessions of which more end at once than one batch of the journal takes.
@Suite struct ManyEndsTests {
    private func filled(_ durability: StoreOptions.Durability) async throws -> (StoreFixture, AmberlogStore) {
        let fixture = StoreFixture()
        var options = StoreFixture.smallOptions(clock: fixture.clock)
        options.endsPerBatch = 7
        options.durability = durability
        options.timeToLive = .seconds(100)
        let store = try await fixture.open { $0 = options }
        for session in 0..<30 { try await store.save(texts("hello"), to: "s\(session)") }
        return (fixture, store)
    }

    @Test(arguments: [StoreOptions.Durability.synced, .buffered])
    func `all are cleared`(_ durability: StoreOptions.Durability) async throws {
        let (fixture, store) = try await filled(durability)
        try await store.clearAll()
        #expect(try await store.sessions(by: .id, after: nil, limit: 100).sessions.isEmpty)
        try await store.close()
        let again = try await fixture.open()
        #expect(try await again.sessions(by: .id, after: nil, limit: 100).sessions.isEmpty)
        try await again.close()
    }

    @Test(arguments: [StoreOptions.Durability.synced, .buffered])
    func `old ones are cleared, and all of them told`(_ durability: StoreOptions.Durability) async throws {
        let (fixture, store) = try await filled(durability)
        fixture.clock.advance(by: .seconds(10))
        let time = Timestamp(microseconds: fixture.clock.now_µs())
        try await store.save(texts("new"), to: "new")
        let cleared = try await store.clearSessions(olderThan: time, dryRun: false)
        #expect(Set(cleared.map(\.id)) == Set((0..<30).map { "s\($0)" }))
        #expect(try await store.sessions(by: .id, after: nil, limit: 100).sessions.map(\.id) == ["new"])
        try await store.close()
    }

    @Test func `expired ones are swept`() async throws {
        let (fixture, store) = try await filled(.synced)
        fixture.clock.advance(by: .seconds(1000))
        #expect(try await store.sweep().count == 30)
        try await store.close()
    }

    @Test func `saves in the same batch`() async throws {
        let (_, store) = try await filled(.synced)
        async let cleared: Void = store.clearAll()
        async let saved = store.save(texts("new"), to: "new")
        try await cleared
        _ = try await saved
        try await store.close()
    }
}
