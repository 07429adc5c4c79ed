import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFormat
import StoreModel
import Testing

/// What fits goes in whole, what is one byte larger is refused before anything is changed.
@Suite struct LimitTests {
    @Test func `the format's limits are the contract's`() {
        #expect(Limits.sessionIDBytesMax == MemoryLimits.sessionIDBytes)
        #expect(Limits.messageBytesMax == MemoryLimits.messageBytes)
        #expect(Limits.saveBytesMax == MemoryLimits.saveBytes)
        #expect(Limits.metadataBytesMax == MemoryLimits.metadataBytes)
        #expect(Limits.messageIDBytesMax == MemoryLimits.nameBytes)
        #expect(Limits.roleBytesMax == MemoryLimits.nameBytes)
        #expect(Limits.rememberedIDs == MemoryLimits.rememberedIDs)
        // The largest save must fit a frame, and the frame a journal.
        #expect(Limits.saveBytesMax < Limits.frameBytesMax && Limits.frameBytesMax < Limits.journalBytesMax)
    }

    private func message(bytes: Int, role: Role = .user, id: String? = nil) -> Message {
        let content = String(repeating: "x", count: bytes - role.name.utf8.count - (id?.utf8.count ?? 0))
        return Message(role: role, content: content, timestamp: Timestamp(microseconds: 0), id: id)
    }

    @Test func `a message of 16 MiB and one of a byte more`() async throws {
        var fixture = StoreFixture()
        fixture.options.maximumJournalBytes = 128 << 20
        var store = try await fixture.open()
        let largest = message(bytes: MemoryLimits.messageBytes)
        let named = message(bytes: MemoryLimits.messageBytes, role: Role(String(repeating: "r", count: 1024)), id: "id")
        try await store.save([largest], to: "a")
        try await store.save([named], to: "a")
        #expect(
            await code { try await store.save([message(bytes: MemoryLimits.messageBytes + 1)], to: "a") } == .tooLarge)
        #expect(try await store.load("a") == [largest, named])
        // Through a journal, a segment and a compaction.
        store = try await { () async throws in
            fixture = fixture.afterCrash(.syncedOnly)
            return try await fixture.open()
        }()
        #expect(try await store.load("a") == [largest, named])
        try await store.checkpoint()
        #expect(try await store.load("a", limit: 1) == [named])
        _ = try await store.compact()
        #expect(try await store.load("a") == [largest, named])
    }

    @Test func `a save of 64 MiB and one of a byte more`() async throws {
        var fixture = StoreFixture()
        fixture.options.maximumJournalBytes = 128 << 20
        let store = try await fixture.open()
        let largest = [Message](repeating: message(bytes: MemoryLimits.messageBytes), count: 4)
        try await store.save(texts("before"), to: "a")
        #expect(await code { try await store.save(largest + texts("x"), to: "a") } == .tooLarge)
        #expect(try await store.info("a")?.messageCount == 1)
        try await store.save(largest, to: "a")
        #expect(try await store.load("a", limit: 4) == largest)
        let again = try await fixture.afterCrash(.syncedOnly).open()
        #expect(try await again.load("a", limit: 2) == Array(largest.prefix(2)))
    }

    @Test func `a save larger than the journals are, and very many small messages`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        let many = numbered(1...20_000)
        #expect(try await store.save(many, to: "a").sequences == 1..<20_001)
        #expect(try await store.load("a", limit: 3) == Array(many.suffix(3)))
        #expect(try await store.load("a", from: 10_000, limit: 2) == Array(many[9_999..<10_001]))
        try await store.save(numbered(1...10, bytes: 100_000), to: "b")
        try await store.checkpoint()
        #expect(try await store.load("a") == many)
        #expect(try await store.load("b") == numbered(1...10, bytes: 100_000))
    }

    @Test func `timestamps out of range`() async throws {
        let store = try await StoreFixture().open()
        for time in [Timestamp.minimum.microseconds - 1, Timestamp.maximum.microseconds + 1, .min, .max] {
            let message = Message(role: .user, content: "x", timestamp: Timestamp(microseconds: time))
            #expect(await code { try await store.save([message], to: "a") } == .invalidMessage)
        }
        #expect(try await store.info("a") == nil)
    }

    @Test func `options that make no sense`() async throws {
        let fixture = StoreFixture()
        let changes: [@Sendable (inout StoreOptions) -> Void] = [
            { $0.maximumMessages = 0 }, { $0.maximumMessages = -1 }, { $0.timeToLive = .zero },
            { $0.timeToLive = .seconds(-1) },
            { $0.durability = .interval(.zero) }, { $0.maximumJournalBytes = 0 }, { $0.maximumJournalBytes = 1 << 40 },
            { $0.initialJournalBytes = 1 },
        ]
        for change in changes {
            #expect(await code { _ = try await fixture.open { change(&$0) } } == .invalidArgument)
        }
        #expect(fixture.disk.files.isEmpty)
    }
}
