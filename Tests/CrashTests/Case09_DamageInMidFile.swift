import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A byte of acknowledged data changes at rest, with valid frames behind it: that is reported, nothing is cut off, and
/// every other session stays readable.
@Suite(.ownThreads) struct Case09_DamageInMidFile {
    private static let sessions = ["alice", "bob", "carol"]

    /// A store of one journal and no segments, killed.
    private func journalOnly(_ durability: StoreOptions.Durability) async throws -> (StoreFixture, StoreSnapshot) {
        var fixture = StoreFixture()
        fixture.options.durability = durability
        let store = try await fixture.open()
        for round in 0..<2 {
            for session in Self.sessions {
                _ = try await store.save(numbered((round * 10)...(round * 10 + 2)), to: session)
            }
        }
        return (fixture.afterCrash(), try await StoreSnapshot(of: store))
    }

    @Test func `in the journal, at every byte of every batch but the last`() async throws {
        let (fixture, whole) = try await journalOnly(.synced)
        let path = try #require(fixture.disk.files.keys.first { $0.hasPrefix("journal/") && isActive($0, fixture) })
        let journal = try #require(fixture.disk.files[path])
        // The first block is the header; the batches follow, each on a block of its own.
        let last = try #require(journal.lastIndex { $0 != 0 }) / 4096 * 4096
        var states = 0, reported = 0
        for offset in 0..<last where offset % 4096 < 700 {
            states += 1
            await Task.yield()
            let disk = SimulatedDisk(files: fixture.disk.files)
            disk.corrupt(path, at: offset, xor: 1 << UInt8(offset % 8))
            let isReported = try await judge(fixture.on(disk), whole, "byte \(offset)")
            if isReported { reported += 1 }
            // Padding between a frame's end and the block's is nobody's data.
            if !isReported, journal[offset] != 0 { Issue.record("byte \(offset) changed and nobody noticed") }
        }
        print("case 9, journal: \(states) states, \(reported) reported")
        #expect(reported > 500)
    }

    /// The journal that holds batches.
    private func isActive(_ path: String, _ fixture: StoreFixture) -> Bool {
        fixture.disk.files[path]?.dropFirst(4096).contains { $0 != 0 } ?? false
    }

    /// Opens a damaged store.
    ///
    /// - Returns: Whether damage was reported.
    private func judge(_ fixture: StoreFixture, _ whole: StoreSnapshot, _ what: String) async throws -> Bool {
        let before = fixture.disk.files.filter { $0.key != "LOCK" }
        let store: AmberlogStore
        do {
            store = try await fixture.open()
        } catch let error as MemoryError {
            // The manifest or the identity itself.
            #expect(error.code == .damaged && error.place.file != nil, "\(what): \(error)")
            return true
        }
        let damages = store.statistics.damages
        if damages.isEmpty {
            let seen = try await StoreSnapshot(of: store)
            #expect(seen == whole, "\(what): \(seen.difference(from: whole))")
            return false
        }
        let areSessionsKnown = damages.allSatisfy { $0.sessions != nil }
        for (id, session) in whole.sessions {
            do {
                let messages = try await store.load(id)
                if areSessionsKnown {
                    #expect(messages == session.messages, "\(what), \(id)")
                    #expect(!damages.contains { $0.sessions?.contains(id) ?? false }, "\(what), \(id)")
                } else {
                    // Which sessions lost what can't be known, so the end may be missing; wrong it can't be.
                    #expect(messages == Array(session.messages.prefix(messages.count)), "\(what), \(id)")
                }
            } catch let error as MemoryError {
                #expect(error.code == .damaged, "\(what): \(error)")
                #expect(
                    error.place.file?.hasPrefix("journal/") == true && error.place.session == id, "\(what): \(error)")
                // Of the two saves only one is damaged: the other can still be had.
                let newest = try? await store.load(id, limit: 1)
                let oldest = try? await store.load(id, from: 1, limit: 1)
                #expect((newest == nil) != (oldest == nil), "\(what), \(id)")
                if let newest { #expect(newest == Array(session.messages.suffix(1)), "\(what), \(id)") }
                if let oldest { #expect(oldest == Array(session.messages.prefix(1)), "\(what), \(id)") }
            }
        }
        for damage in damages {
            #expect(damage.file.hasPrefix("journal/") && !damage.what.isEmpty, "\(what): \(damage)")
        }
        let refusal = await code { _ = try await store.save(numbered(1...1), to: "dave") }
        #expect(refusal == .damaged, "\(what)")
        try await store.close()
        #expect(fixture.disk.files.filter { $0.key != "LOCK" } == before, "\(what): bytes were changed")
        return true
    }

    @Test(arguments: [false, true])
    func `in a segment, only its session suffers`(_ isSealed: Bool) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for round in 0..<3 {
            for session in Self.sessions {
                _ = try await store.save(numbered((round * 30)...(round * 30 + 20), bytes: 150), to: session)
            }
            try await store.setMetadata(["round": .integer(Int64(round))], for: "bob")
            try await store.checkpoint()
        }
        if isSealed { _ = try await store.compact() }
        try await store.close()
        let whole = try await StoreSnapshot(of: try await fixture.open())
        let path = try #require(fixture.disk.files.keys.first { $0.hasPrefix("sessions/02/") })
        let size = fixture.disk.files[path]?.count ?? 0
        var generator = SeededGenerator(seed: TestSeed.next(named: "case 9, segments"))
        var states = 0, reported = 0
        for offset in stride(from: 0, to: size, by: 13) {
            states += 1
            await Task.yield()
            let disk = SimulatedDisk(files: fixture.disk.files)
            disk.corrupt(path, at: offset, xor: UInt8(1 + generator.below(255)))
            let store = try await fixture.on(disk).open()
            for (id, session) in whole.sessions {
                do {
                    let messages = try await store.load(id)
                    #expect(messages == session.messages, "byte \(offset), \(id)")
                    let info = try #require(try await store.info(id))
                    #expect(info.metadata == session.metadata, "byte \(offset), \(id)")
                } catch let error as MemoryError {
                    reported += 1
                    #expect(id == "bob" && error.code == .damaged, "byte \(offset), \(id): \(error)")
                    #expect(error.place.file == path && error.place.session == "bob", "byte \(offset): \(error)")
                }
            }
            // The others take writes.
            _ = try await store.save(numbered(1...1), to: "alice")
            try await store.checkpoint()
        }
        print("case 9, \(isSealed ? "sealed" : "raw") segment: \(states) states, \(reported) reported")
        #expect(reported > 40)
    }

    @Test func `in the manifest, opening says so and changes nothing`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for round in 0..<4 {
            for session in Self.sessions { _ = try await store.save(numbered(round...round + 1), to: session) }
            try await store.checkpoint()
        }
        let whole = try await StoreSnapshot(of: store)
        let image = fixture.afterCrash()
        let path = try #require(image.disk.files.keys.first { $0.hasPrefix("MANIFEST-") })
        let manifest = try #require(image.disk.files[path])
        let last = try #require(manifest.lastIndex { $0 != 0 }) / 4096 * 4096
        var states = 0, reported = 0
        for offset in 0..<last where manifest[offset] != 0 {
            states += 1
            await Task.yield()
            let disk = SimulatedDisk(files: image.disk.files)
            disk.corrupt(path, at: offset, xor: 0x10)
            let before = disk.files.filter { $0.key != "LOCK" }
            do {
                let store = try await image.on(disk).open()
                let seen = try await StoreSnapshot(of: store)
                #expect(seen == whole, "byte \(offset)")
            } catch let error as MemoryError {
                reported += 1
                #expect(error.code == .damaged && error.place.file == path, "byte \(offset): \(error)")
                #expect(disk.files.filter { $0.key != "LOCK" } == before, "byte \(offset): bytes were changed")
            }
        }
        print("case 9, manifest: \(states) states, \(reported) reported")
        #expect(reported == states)
    }
}
