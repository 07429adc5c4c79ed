import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// How the golden stores were made. Runs only with `AMBERLOG_WRITE_FIXTURES=1`, which a new version of the format needs
/// once: the stores of an old version are never written again.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["AMBERLOG_WRITE_FIXTURES"] != nil))
struct GoldenStoreWriter {
    @Test(arguments: GoldenStore.all)
    func `write the golden stores`(_ golden: GoldenStore) async throws {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        // Both ways of indexing: the reader in Python checks words where they are not stemmed.
        fixture.options.stemsEnglish = golden.isKilled
        try await saveAndForget(fixture)
        try await saveToExpire(fixture)
        let store = try await fixture.open()
        // Behind the compressed group comes one that isn't, and a second run in the index.
        try await store.save(numbered(61...64), to: "alice")
        try await store.checkpoint()
        if golden.isKilled {
            try await leaveTail(store, fixture)
            try golden.pack(try await tearLastSave(store, fixture))
        } else {
            try await store.close()
            try golden.pack(fixture.disk.files)
        }
    }

    private func saveAndForget(_ fixture: StoreFixture) async throws {
        let store = try await fixture.open()
        // Compressed, with first live messages moved on and metadata of the session.
        try await store.save(numbered(1...60, bytes: 200), to: "alice")
        try await store.setMetadata(["topic": "amber", "tags": ["a", "b"], "level": 3], for: "alice")
        try await store.trim("alice", toLast: 45)
        _ = try await store.compact()
        // Client ids in two frames, a removed range in the middle.
        for round in 0..<2 {
            try await store.save(
                (0..<6).map { number in
                    Message(
                        role: .user, content: "amber and resin number \(number)", timestamp: Self.time,
                        id: "id-\(round)-\(number)")
                }, to: "bob")
            if round == 0 {
                try await store.checkpoint()
                try await store.removeLast(2, from: "bob")
            }
        }
        try await store.save(Self.unusual, to: "卡罗尔 🙂")
        try await store.save(texts("how far it has come"), to: "imported", expecting: nil, origin: ["position": 17])
        // Enough messages with one word for lists that go over several blocks.
        try await store.save(
            (0..<150).map { number in
                Message(
                    role: number.isMultiple(of: 2) ? .assistant : .user,
                    content: "stone" + (number.isMultiple(of: 7) ? " amber" : ""), timestamp: Self.time)
            }, to: "stones")
        for session in ["cleared", "erased"] { try await store.save(texts("gone \(session)"), to: session) }
        try await store.checkpoint()
        try await store.clear("cleared")
        _ = try await store.erase("erased")
        try await store.close()
    }

    private func saveToExpire(_ fixture: StoreFixture) async throws {
        for (session, seconds) in [("long-lived", 3_000_000_000), ("expired", 60)] {
            let store = try await fixture.open { $0.timeToLive = .seconds(seconds) }
            try await store.save(texts("lives for \(seconds) seconds"), to: session)
            try await store.close()
        }
        fixture.clock.advance(by: .seconds(3600))
    }

    /// Every kind of entry, in journals only.
    private func leaveTail(_ store: AmberlogStore, _ fixture: StoreFixture) async throws {
        try await store.save(texts("only a journal has this", "and this"), to: "fresh")
        try await store.save(
            [Message(role: .user, content: "with an id", timestamp: Self.time, id: "tail-1")], to: "bob")
        try await store.removeLast(3, from: "alice")
        try await store.trim("stones", toLast: 140)
        try await store.setMetadata(["topic": "resin"], for: "alice")
        try await store.setMetadata([:], for: "fresh")
        try await store.save(texts("further"), to: "imported", expecting: nil, origin: ["position": 18])
        try await store.save(texts("gone"), to: "cleared")
        try await store.clear("cleared")
        try await store.sweep()
    }

    /// The files as a power loss leaves them in the middle of a save.
    private func tearLastSave(_ store: AmberlogStore, _ fixture: StoreFixture) async throws -> [String: [UInt8]] {
        var files = fixture.disk.files
        try await store.save(numbered(1...9, bytes: 120), to: "torn")
        for (path, after) in fixture.disk.files where path.hasPrefix("journal/") {
            guard var before = files[path], before != after else { continue }
            let changed = before.indices.filter { before[$0] != after[$0] }
            let first = try #require(changed.first), last = try #require(changed.last)
            let half = first..<(first + last) / 2
            before.replaceSubrange(half, with: after[half])
            files[path] = before
        }
        return files
    }

    private static let time = Timestamp(microseconds: ManualClock.start_µs + 123_456)

    private static let unusual = [
        Message(role: .system, content: "", timestamp: time),
        Message(role: "developer", content: "a\0b\u{FEFF}\r\n\"quoted\" \\", timestamp: time),
        Message(role: .tool, content: "naïve 琥珀 🪲 café", timestamp: Timestamp(microseconds: -1)),
        Message(
            role: .assistant, content: "amber with metadata", timestamp: time,
            metadata: ["deep": ["list": [1, 2.5, .null, true]], "text": "é", "n": -7, "ok": false]),
    ]
}
