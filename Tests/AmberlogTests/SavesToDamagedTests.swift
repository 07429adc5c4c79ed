import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// What is saved to a session whose segment is damaged is kept, and keeps no other session from being saved to.
@Suite struct SavesToDamagedTests {
    private static let path = "sessions/01/1.1.seg"

    /// A session "a" of 30 messages with metadata, an origin and ids, and a session "b", both in segments.
    private func prepared() async throws -> StoreFixture {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        var messages = numbered(1...30, bytes: 400)
        for index in messages.indices { messages[index].id = "id \(index)" }
        try await store.save(messages, to: "a", expecting: nil, origin: .string("from"))
        try await store.setMetadata(["title": "A"], for: "a")
        try await store.save(numbered(1...3), to: "b")
        try await store.close()
        return fixture
    }

    /// Several checkpoints' worth of saves to both, as they must be afterwards.
    private func save(_ store: AmberlogStore) async throws {
        for round in 0..<4 {
            try await store.save(numbered((100 + round)...(100 + round)), to: "a")
            try await store.save(numbered((4 + round)...(4 + round)), to: "b")
            try await store.checkpoint()
        }
    }

    private func check(_ store: AmberlogStore) async throws {
        #expect(try await store.load("a", limit: 4) == numbered(100...103))
        #expect(try await store.load("b") == numbered(1...7))
    }

    private func verify(_ fixture: StoreFixture, _ depth: VerificationDepth) throws -> VerificationReport {
        try AmberlogStore.verify(SimulatedFileSystem(fixture.disk), depth: depth, clock: fixture.clock)
    }

    @Test func `the last commit frame is damaged`() async throws {
        let fixture = try await prepared()
        let bytes = try #require(fixture.disk.files[Self.path])
        let frame = try #require(bytes.indices.last { bytes[$0...].starts(with: Array(#"{"title""#.utf8)) })
        fixture.disk.corrupt(Self.path, at: frame, xor: 1)
        let store = try await fixture.open()
        try await save(store)
        try await check(store)
        // What stood in that frame is missed, not taken for nothing.
        #expect(await code { _ = try await store.info("a") } == .damaged)
        #expect(await code { _ = try await store.origin(of: "a") } == .damaged)
        #expect(
            await code { try await store.save([Message(role: .user, content: "x", id: "id 3")], to: "a") } == .damaged)
        try await store.close()
        let again = try await fixture.open()
        try await check(again)
        #expect(await code { _ = try await again.info("a") } == .damaged)
        #expect(try await again.load("a").count == 34)
        // What is set anew is there.
        try await again.setMetadata(["title": "B"], for: "a")
        try await again.checkpoint()
        #expect(try await again.info("a")?.metadata == ["title": "B"])
        try await again.close()

        #expect(try verify(fixture, .standard).isWhole == false)
        let report = try AmberlogStore.repair(SimulatedFileSystem(fixture.disk), clock: fixture.clock)
        #expect(!report.losses.isEmpty)
        #expect(try verify(fixture, .deep).isWhole)
        let repaired = try await fixture.open()
        try await check(repaired)
        #expect(try await repaired.load("a").count == 34)
        #expect(try await repaired.info("a")?.metadata == ["title": "B"])
        try await repaired.save([Message(role: .user, content: "x", id: "id 3")], to: "a")
        #expect(try await repaired.load("a").count == 34)
        try await repaired.close()
    }

    @Test func `the segment is missing`() async throws {
        let fixture = try await prepared()
        try SimulatedFileSystem(fixture.disk).remove(Self.path)
        let store = try await fixture.open()
        try await save(store)
        try await check(store)
        #expect(await code { _ = try await store.load("a") } == .damaged)
        try await store.close()
        let again = try await fixture.open()
        try await check(again)
        #expect(await code { _ = try await again.load("a") } == .damaged)
        try await again.close()
        #expect(try verify(fixture, .standard).isWhole == false)
        let report = try AmberlogStore.repair(SimulatedFileSystem(fixture.disk), clock: fixture.clock)
        #expect(report.losses.contains { $0.session == "a" && $0.sequences == 1..<31 })
        let repaired = try await fixture.open()
        try await check(repaired)
        #expect(try await repaired.load("a") == numbered(100...103))
        try await repaired.close()
    }

    @Test func `the last commit frame can't be read`() async throws {
        let fixture = try await prepared()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        files.inject(Fault(ErrorNumber.inputOutput, at: [.read], in: Self.path, times: 3))
        let store = try await fixture.open(files)
        for round in 0..<4 {
            try await store.save(numbered((100 + round)...(100 + round)), to: "a")
            try await store.save(numbered((4 + round)...(4 + round)), to: "b")
            // At first it may be for a moment only.
            if round < 2 {
                #expect(await code { try await store.checkpoint() } == .inputOutput)
            } else {
                try await store.checkpoint()
            }
        }
        #expect(try await store.load("b") == numbered(1...7))
        try await store.close()
        let again = try await fixture.open()
        try await check(again)
        #expect(try await again.load("a").count == 34)
        try await again.close()
    }
}
