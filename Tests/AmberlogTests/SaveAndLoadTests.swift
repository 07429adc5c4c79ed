import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// What goes in comes out, in order, wherever it is kept meanwhile.
@Suite struct SaveAndLoadTests {
    /// Where the messages are when they are read.
    enum Place: CaseIterable, Sendable {
        case memory, recovered, segment, sealed, segmentAndMemory
    }

    private func bring(_ store: AmberlogStore, of fixture: StoreFixture, to place: Place) async throws -> AmberlogStore
    {
        switch place {
        case .memory, .segmentAndMemory: return store
        case .recovered: return try await fixture.afterCrash().open()
        case .segment: try await store.checkpoint()
        case .sealed: _ = try await store.compact()
        }
        return store
    }

    @Test(arguments: Place.allCases)
    func `paging in both directions`(_ place: Place) async throws {
        let fixture = StoreFixture()
        var store = try await fixture.open()
        let all = numbered(1...100, bytes: 200)
        for start in stride(from: 0, to: 100, by: 10) {
            let receipt = try await store.save(Array(all[start..<start + 10]), to: "a")
            #expect(receipt == SaveReceipt(sequences: UInt64(start + 1)..<UInt64(start + 11)))
            if place == .segmentAndMemory, start == 50 { try await store.checkpoint() }
        }
        // Sequences 96 to 100 are removed, 101 to 105 follow: a gap.
        let removed = try await store.removeLast(5, from: "a")
        #expect(removed == Array(all.suffix(5)) && removed.map(\.sequence) == [96, 97, 98, 99, 100])
        let tail = numbered(101...105)
        let receipt = try await store.save(tail, to: "a")
        #expect(receipt.sequences == 101..<106)
        store = try await bring(store, of: fixture, to: place)
        let live = Array(all.prefix(95)) + tail
        let sequences = Array(UInt64(1)...95) + Array(101...105)
        #expect(try await store.load("a") == live)
        for limit in [0, 1, 4, 5, 6, 7, 50, 99, 100, 101, Int.max] {
            #expect(try await store.load("a", limit: limit) == Array(live.suffix(limit)), "limit \(limit)")
        }
        for bound in [UInt64(0), 1, 2, 50, 95, 96, 97, 100, 101, 102, 105, 106, 1000, .max] {
            for limit in [1, 7, 200] {
                let below = zip(live, sequences).filter { $0.1 < bound }.map(\.0)
                #expect(
                    try await store.load("a", limit: limit, before: bound) == Array(below.suffix(limit)),
                    "before \(bound), limit \(limit)")
                let above = zip(live, sequences).filter { $0.1 >= bound }.map(\.0)
                #expect(
                    try await store.load("a", from: bound, limit: limit) == Array(above.prefix(limit)),
                    "from \(bound), limit \(limit)")
            }
        }
        var streamed: [Message] = []
        for try await message in store.messages(in: "a", pageSize: 7) { streamed.append(message) }
        #expect(streamed == live && streamed.map(\.sequence) == sequences)
        streamed = []
        for try await message in store.messages(in: "a", from: 94, pageSize: 1) { streamed.append(message) }
        #expect(streamed.map(\.sequence) == [94, 95, 101, 102, 103, 104, 105])
        let info = try #require(try await store.info("a"))
        #expect(info.messageCount == 100 && info.firstSequence == 1 && info.lastSequence == 105)
    }

    @Test(arguments: Place.allCases)
    func `any content and any metadata`(_ place: Place) async throws {
        let fixture = StoreFixture()
        var store = try await fixture.open()
        let contents = [
            "", "\0", "a\0b\0", "🙂", "👩‍👩‍👧‍👦", "e\u{301}", "\u{e9}", "中文字", "\r\n\t", "\u{10FFFF}", "AMBERLOG", "\u{FEFF}x",
            String(repeating: "\0", count: 5000), String(repeating: "🙂", count: 3000),
        ]
        let saved = contents.enumerated().map { index, content in
            Message(
                role: Role(["user", "", "Ünüsual röle", "tool"][index % 4]), content: content,
                timestamp: [.minimum, .maximum, Timestamp(microseconds: -1), Timestamp(microseconds: 0)][index % 4],
                metadata: index.isMultiple(of: 3)
                    ? ["": "", "k\0": .string(content), "n": .integer(.min), "d": .double(-0.0), "a": [.null, [:]]]
                    : [:],
                id: index.isMultiple(of: 5) ? "id \(content.prefix(3))\(index)" : nil)
        }
        try await store.save(saved, to: "a")
        store = try await bring(store, of: fixture, to: place)
        let loaded = try await store.load("a")
        #expect(loaded == saved)
        // `==` of strings takes canonically equivalent texts for equal; the bytes must be the same.
        #expect(zip(loaded, saved).allSatisfy { $0.content.utf8.elementsEqual($1.content.utf8) })
        #expect(loaded.map(\.role.name) == saved.map(\.role.name))
    }

    @Test func `an empty save is no session`() async throws {
        let store = try await StoreFixture().open()
        #expect(try await store.save([], to: "a") == SaveReceipt(sequences: 1..<1))
        #expect(try await store.info("a") == nil)
        #expect(await code { _ = try await store.save([], to: "a", expecting: 3) } == .conflict)
        #expect(try await store.load("nobody").isEmpty)
        try await store.clear("nobody")
        #expect(try await store.removeLast(3, from: "nobody").isEmpty)
    }

    @Test func `a save that expects another last sequence changes nothing`() async throws {
        let store = try await StoreFixture().open()
        #expect(await code { _ = try await store.save(texts("x"), to: "a", expecting: 1) } == .conflict)
        #expect(try await store.info("a") == nil)
        try await store.save(texts("1", "2"), to: "a", expecting: 0)
        #expect(await code { _ = try await store.save(texts("x"), to: "a", expecting: 1) } == .conflict)
        try await store.save(texts("3"), to: "a", expecting: 2)
        try await store.removeLast(1, from: "a")
        // Removed sequences are not given again.
        #expect(await code { _ = try await store.save(texts("x"), to: "a", expecting: 2) } == .conflict)
        #expect(try await store.save(texts("4"), to: "a", expecting: 3).sequences == 4..<5)
        try await store.clear("a")
        #expect(await code { _ = try await store.save(texts("x"), to: "a", expecting: 4) } == .conflict)
        #expect(try await store.save(texts("5"), to: "a", expecting: 0).sequences == 1..<2)
    }

    @Test func `negative limits and bad session ids are refused`() async throws {
        let store = try await StoreFixture().open()
        #expect(await code { _ = try await store.load("a", limit: -1) } == .invalidArgument)
        #expect(await code { _ = try await store.load("a", from: 1, limit: -1) } == .invalidArgument)
        #expect(await code { _ = try await store.removeLast(-1, from: "a") } == .invalidArgument)
        #expect(await code { _ = try await store.trim("a", toLast: -1) } == .invalidArgument)
        #expect(await code { _ = try await store.sessions(by: .id, after: nil, limit: 0) } == .invalidArgument)
        for id in ["", String(repeating: "x", count: 1025), String(repeating: "é", count: 513)] {
            #expect(await code { _ = try await store.save(texts("x"), to: id) } == .invalidSessionID)
            #expect(await code { _ = try await store.load(id) } == .invalidSessionID)
            #expect(await code { _ = try await store.load(id, from: 1, limit: 1) } == .invalidSessionID)
            #expect(await code { _ = try await store.info(id) } == .invalidSessionID)
            #expect(await code { try await store.clear(id) } == .invalidSessionID)
            #expect(await code { try await store.erase(id) } == .invalidSessionID)
            #expect(await code { _ = try await store.removeLast(1, from: id) } == .invalidSessionID)
            #expect(await code { try await store.setMetadata([:], for: id) } == .invalidSessionID)
        }
    }
}
