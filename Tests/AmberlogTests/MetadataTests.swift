import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A session's metadata and the mark of how far an import has come.
@Suite struct MetadataTests {
    @Test func `metadata is replaced as a whole and lasts`() async throws {
        var fixture = StoreFixture()
        var store = try await fixture.open()
        #expect(await code { try await store.setMetadata(["k": 1], for: "a") } == .invalidArgument)
        try await store.save(texts("x"), to: "a")
        let before = try #require(try await store.info("a"))
        let metadata: [String: JSONValue] = [
            "title": "Tïtle 🙂\0", "n": .integer(.max), "nested": ["a": [1, 2.5, .null, false]],
        ]
        try await store.setMetadata(metadata, for: "a")
        for what in ["memory", "recovered", "segment", "sealed", "reopened"] {
            switch what {
            case "recovered":
                fixture = fixture.afterCrash(.syncedOnly)
                store = try await fixture.open()
            case "segment": try await store.checkpoint()
            case "sealed": _ = try await store.compact()
            case "reopened":
                try await store.close()
                store = try await fixture.open()
            default: break
            }
            let info = try #require(try await store.info("a"))
            #expect(info.metadata == metadata && info.updatedAt == before.updatedAt, "\(what)")
            // Appending carries it along.
            try await store.save(texts("more"), to: "a")
            #expect(try await store.info("a")?.metadata == metadata, "\(what)")
        }
        try await store.setMetadata(["only": 1], for: "a")
        #expect(try await store.info("a")?.metadata == ["only": 1])
        try await store.setMetadata([:], for: "a")
        try await store.checkpoint()
        #expect(try await store.info("a")?.metadata == [:])
        // Listings leave it on disk.
        #expect(try await store.sessions(by: .id, after: nil, limit: 1).sessions.first?.metadata == [:])
    }

    @Test func `an origin is saved in the same step`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        #expect(try await store.origin(of: "a") == nil)
        try await store.save(texts("1"), to: "a", expecting: nil, origin: ["position": 1])
        try await store.save(texts("2"), to: "a")
        #expect(try await store.origin(of: "a") == ["position": 1])
        try await store.checkpoint()
        #expect(try await store.origin(of: "a") == ["position": 1])
        #expect(
            await code { try await store.save(texts("3"), to: "a", expecting: 7, origin: ["position": 9]) } == .conflict
        )
        #expect(try await store.origin(of: "a") == ["position": 1])
        let message = Message(role: .user, content: "x", id: "id")
        try await store.save([message], to: "a", expecting: nil, origin: ["position": 3])
        // Everything in it is known already, and yet the import has come further.
        try await store.save([message], to: "a", expecting: nil, origin: ["position": 4])
        let again = try await fixture.afterCrash(.syncedOnly).open()
        #expect(try await again.origin(of: "a") == ["position": 4])
        #expect(try await again.load("a").count == 3)
    }

    @Test func `limits`() async throws {
        let store = try await StoreFixture().open()
        try await store.save(texts("x"), to: "a")
        let fits = JSONValue.string(String(repeating: "x", count: MemoryLimits.metadataBytes - 8))
        try await store.setMetadata(["k": fits], for: "a")
        let large: [String: JSONValue] = ["k": .string(String(repeating: "x", count: MemoryLimits.metadataBytes - 7))]
        #expect(await code { try await store.setMetadata(large, for: "a") } == .tooLarge)
        #expect(
            await code { try await store.save(texts("x"), to: "a", expecting: nil, origin: .object(large)) }
                == .tooLarge)
        var message = texts("x")[0]
        message.metadata = large
        #expect(await code { try await store.save([message], to: "a") } == .tooLarge)
        message.metadata = ["k": fits]
        try await store.save([message], to: "a")
        var deep = JSONValue.integer(1)
        for _ in 0..<127 { deep = [deep] }
        try await store.setMetadata(["k": deep], for: "a")
        #expect(try await store.info("a")?.metadata == ["k": deep])
        deep = [deep]
        #expect(await code { try await store.setMetadata(["k": deep], for: "a") } == .tooLarge)
        message.metadata = ["k": deep]
        #expect(await code { try await store.save([message], to: "a") } == .tooLarge)
        #expect(
            await code { try await store.save(texts("x"), to: "a", expecting: nil, origin: ["k": deep]) } == .tooLarge)
        try await store.checkpoint()
        #expect(try await store.load("a", limit: 1)[0].metadata == ["k": fits])
    }
}
