import AgentMemory
import Synchronization
import Testing

/// A clock that a test sets.
final class ManualClock: Sendable {
    private let seconds = Mutex<Int64>(1_000_000)

    var now: Timestamp { Timestamp(microseconds: seconds.withLock { $0 } * 1_000_000) }

    func advance(by more: Int64) { seconds.withLock { $0 += more } }
}

@Suite struct InMemoryBackendTests {
    let memory = InMemoryBackend()

    @Test func keepsOrderAndNumbers() async throws {
        let first = try await memory.save(messages("a", "b"), to: "s")
        #expect(first.sequences == 1..<3)
        #expect(try await memory.save(messages("c"), to: "s").sequences == 3..<4)
        #expect(try await memory.save([], to: "s").sequences == 4..<4)
        #expect(try await memory.load("s").map(\.content) == ["a", "b", "c"])
        #expect(try await memory.load("s").map(\.sequence) == [1, 2, 3])
        #expect(try await memory.load("s", limit: 2).map(\.content) == ["b", "c"])
        #expect(try await memory.load("s", limit: 0).isEmpty)
        #expect(try await memory.load("s", limit: 2, before: 3).map(\.content) == ["a", "b"])
        #expect(try await memory.load("s", limit: nil, before: 1).isEmpty)
        #expect(try await memory.load("s", limit: .max, before: .max).count == 3)
        #expect(try await memory.load("s", from: 2, limit: 5).map(\.content) == ["b", "c"])
        #expect(try await memory.load("nobody").isEmpty)
        #expect(try await memory.info("nobody") == nil)
    }

    @Test func savingNothingMakesNoSession() async throws {
        #expect(try await memory.save([], to: "s").sequences == 1..<1)
        #expect(try await memory.info("s") == nil)
    }

    @Test func comparesAndAppends() async throws {
        try await memory.save(messages("a"), to: "s", expecting: 0)
        for wrong in [0, 2] as [UInt64] {
            let error = await #expect(throws: MemoryError.self) {
                try await memory.save(messages("b"), to: "s", expecting: wrong)
            }
            #expect(error?.code == .conflict)
            #expect(error?.place.session == "s")
        }
        #expect(try await memory.load("s").count == 1)
        #expect(try await memory.save(messages("b"), to: "s", expecting: 1).sequences == 2..<3)
    }

    @Test func aKnownIdIsNotAppendedAgain() async throws {
        let one = Message(role: .user, content: "one", id: "1")
        let two = Message(role: .user, content: "two", id: "2")
        try await memory.save([one, two], to: "s")
        let receipt = try await memory.save([two, one, two, Message(role: .user, content: "three", id: "3")], to: "s")
        #expect(receipt == SaveReceipt(sequences: 3..<4, duplicates: [2, 1, 2]))
        let twice = Message(role: .user, content: "x", id: "4")
        #expect(try await memory.save([twice, twice], to: "s") == SaveReceipt(sequences: 4..<5, duplicates: [4]))
        #expect(try await memory.save([one], to: "other").sequences == 1..<2)
        #expect(try await memory.load("s").map(\.id) == ["1", "2", "3", "4"])
    }

    @Test func onlyTheNewestIdsAreKnown() async throws {
        let all = (1...1001).map { Message(role: .user, content: "x", id: "id \($0)") }
        try await memory.save(all, to: "s")
        #expect(try await memory.save([all[1]], to: "s").duplicates == [2])
        #expect(try await memory.save([all[0]], to: "s").sequences == 1002..<1003)
        #expect(try await memory.save([all[1]], to: "s").duplicates.isEmpty)
    }

    @Test func idsAndSessionsAreComparedByBytes() async throws {
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        try await memory.save([Message(role: .user, content: "1", id: composed)], to: composed)
        #expect(try await memory.load(decomposed).isEmpty)
        let other = Message(role: .user, content: "2", id: decomposed)
        #expect(try await memory.save([other], to: composed).duplicates.isEmpty)
        try await memory.save([other], to: decomposed)
        #expect(try await memory.search("1", in: nil).count == 1)
        #expect(try await memory.search("2", in: decomposed).count == 1)
    }

    @Test func removesTheNewest() async throws {
        try await memory.save(messages("a", "b"), to: "s")
        try await memory.save([Message(role: .user, content: "c", id: "1")], to: "s")
        #expect(try await memory.removeLast(2, from: "s").map(\.content) == ["b", "c"])
        #expect(try await memory.info("s")?.lastSequence == 3)
        #expect(try await memory.info("s")?.messageCount == 1)
        #expect(try await memory.save([Message(role: .user, content: "c2", id: "1")], to: "s").sequences == 4..<5)
        #expect(try await memory.load("s").map(\.sequence) == [1, 4])
        #expect(try await memory.removeLast(10, from: "s").count == 2)
        #expect(try await memory.info("s")?.firstSequence == 0)
        #expect(try await memory.info("s")?.byteCount == 0)
        #expect(try await memory.save(messages("d"), to: "s", expecting: 4).sequences == 5..<6)
        #expect(try await memory.removeLast(1, from: "nobody").isEmpty)
        #expect(try await memory.removeLast(0, from: "s").isEmpty)
    }

    @Test func keepsMetadataOfSessions() async throws {
        try await memory.save(messages("a"), to: "s")
        let before = try #require(try await memory.info("s"))
        try await memory.setMetadata(["title": "Hello"], for: "s")
        let after = try #require(try await memory.info("s"))
        #expect(after.metadata == ["title": "Hello"])
        #expect(after.updatedAt == before.updatedAt)
        let error = await #expect(throws: MemoryError.self) { try await memory.setMetadata([:], for: "nobody") }
        #expect(error?.code == .invalidArgument)
    }

    @Test func tellsWhatItKnows() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend(timeToLive: .seconds(60)) { clock.now }
        let start = clock.now
        try await memory.save([Message(role: .user, content: "héllo", metadata: ["k": 1], id: "i")], to: "s")
        clock.advance(by: 5)
        try await memory.save(messages("x"), to: "s")
        let info = try #require(try await memory.info("s"))
        #expect(
            info
                == SessionInfo(
                    id: "s", createdAt: start, updatedAt: start + .seconds(5), messageCount: 2, firstSequence: 1,
                    lastSequence: 2, byteCount: 4 + 6 + 7 + 1 + 4 + 1, expiresAt: start + .seconds(65)))
    }

    @Test func listsInEveryOrder() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend { clock.now }
        for (id, content) in [("b", "xx"), ("a", "x"), ("c", "xxx"), ("é", "x")] {
            try await memory.save(messages(content), to: id)
            clock.advance(by: 1)
        }
        func ids(_ order: SessionOrder) async throws -> [String] {
            var ids: [String] = []
            for try await session in memory.allSessions(by: order, pageSize: 1) { ids.append(session.id) }
            return ids
        }
        #expect(try await ids(.id) == ["a", "b", "c", "é"])
        #expect(try await ids(.updated) == ["é", "c", "a", "b"])
        #expect(try await ids(.size) == ["c", "b", "a", "é"])
        for (after, limit) in [("x", 1), (nil, 0)] as [(String?, Int)] {
            let error = await #expect(throws: MemoryError.self) {
                try await memory.sessions(by: .size, after: after, limit: limit)
            }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func clears() async throws {
        let clock = ManualClock()
        let memory = InMemoryBackend { clock.now }
        try await memory.save(messages("a"), to: "old")
        clock.advance(by: 10)
        try await memory.save(messages("b"), to: "new")
        try await memory.clear("nobody")
        #expect(try await memory.clearSessions(olderThan: clock.now, dryRun: true).map(\.id) == ["old"])
        #expect(try await memory.load("old").count == 1)
        #expect(try await memory.clearSessions(olderThan: clock.now).map(\.id) == ["old"])
        #expect(try await memory.load("old").isEmpty)
        try await memory.clear("new")
        #expect(try await memory.info("new") == nil)
        #expect(try await memory.save(messages("c"), to: "new").sequences == 1..<2)
        try await memory.clearAll()
        #expect(try await memory.sessions(by: .id, after: nil, limit: 1).sessions.isEmpty)
    }

    @Test func everythingFailsOnceClosed() async throws {
        try await memory.save(messages("a"), to: "s")
        try await memory.close()
        try await memory.close()
        let saving = await #expect(throws: MemoryError.self) { try await memory.save(messages("a"), to: "s") }
        #expect(saving?.code == .closed)
        let loading = await #expect(throws: MemoryError.self) { try await memory.load("s") }
        #expect(loading?.code == .closed)
        let searching = await #expect(throws: MemoryError.self) { try await memory.search("a") }
        #expect(searching?.code == .closed)
    }
}
