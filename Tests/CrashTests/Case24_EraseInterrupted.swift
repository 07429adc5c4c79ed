import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The power goes at any operation of an erase. If the session is gone after the recovery, every byte of it is.
@Suite(.ownThreads) struct Case24_EraseInterrupted {
    private static let needles = ["ERASEDCONTENT", "ERASEDSESSION", "ERASEDMETADATA", "ERASEDORIGIN", "ERASEDCLIENTID"]

    @Test(arguments: Mode.all(seeds: 2))
    func `nothing remains once recovery has finished it`(_ mode: Mode) async throws {
        var recording = Recording { $0.durability = mode.durability }
        recording.fixture.volumeSync = mode.volumeSync
        var steps = StepGenerator(seed: TestSeed.next(named: "case 24, \(mode.testDescription)"), sessions: ["a", "b"])
        let store = try await recording.open()
        let secret = "ERASEDSESSION"
        func secrets(_ count: Int) -> [Message] {
            (0..<count).map {
                Message(
                    role: .user, content: "ERASEDCONTENT \($0) of many words", timestamp: Timestamp(microseconds: 1),
                    metadata: ["key": "ERASEDMETADATA"], id: "ERASEDCLIENTID \($0)")
            }
        }
        // In every place: journals old and new, segments raw and sealed, the manifest.
        try await recording.perform([.save(secrets(12), to: secret, origin: "ERASEDORIGIN")], on: store)
        try await recording.perform(
            [.metadata(["k": "ERASEDMETADATA"], for: secret), .checkpoint, .compact], on: store)
        for _ in 0..<8 {
            try await recording.perform(
                [.save(steps.messages(3), to: steps.session()), .save(secrets(3), to: secret)], on: store)
        }
        try await recording.perform([.removeLast(2, from: secret), .save(secrets(2), to: secret)], on: store)
        try await recording.perform([.erase(secret)], on: store)
        let erase = recording.steps.count
        for needle in Self.needles {
            #expect(
                !recording.disk.contains(Array(needle.utf8)),
                "\(needle) in \(recording.disk.paths(containing: Array(needle.utf8)))")
        }
        checkRemovedFiles(recording.disk, step: erase)
        try await recording.perform([.save(steps.messages(3), to: "a"), .checkpoint], on: store)
        try await store.close()
        recording.disk.mark("durable", recording.states.count - 1)
        var explorer = CrashExplorer(recording, name: "case 24, \(mode.testDescription)")
        explorer.inspect = { disk, number in
            guard number >= erase else { return nil }
            for needle in Self.needles where disk.contains(Array(needle.utf8)) {
                return "\(needle) is still in \(disk.paths(containing: Array(needle.utf8)))"
            }
            return nil
        }
        await explorer.explore(where: { walker, step in step >= erase && walker.lastOperation?.isMark == false }) {
            [.syncedOnly, .everything] + $0.subsets(exhaustiveLimit: 3, count: 6, seed: mode.seed)
                + $0.garbage(count: 2, seed: mode.seed)
        }
        explorer.report()
    }

    /// A file that the erase removes must have been overwritten, and that made durable, before its name goes: nobody
    /// reaches its blocks afterwards.
    private func checkRemovedFiles(_ disk: SimulatedDisk, step: Int) {
        var contents: [Inode: [UInt8]] = [:]
        var isErasing = false
        var removed = 0
        for operation in disk.log {
            switch operation {
            case .mark(let mark): isErasing = mark == DiskMark("try", step) || isErasing && mark.label == "durable"
            case .write(let file, let offset, let bytes):
                var content = contents[file] ?? []
                if content.count < offset + bytes.count {
                    content += [UInt8](repeating: 0, count: offset + bytes.count - content.count)
                }
                content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
                contents[file] = content
            case .truncate(let file, let size): contents[file] = Array((contents[file] ?? []).prefix(size))
            case .unlink(let file, let slot) where isErasing:
                removed += 1
                let rest = SimulatedDisk(files: ["rest": contents[file] ?? []])
                for needle in Self.needles {
                    #expect(!rest.contains(Array(needle.utf8)), "\(slot.name) was removed with \(needle) in it")
                }
            default: break
            }
        }
        #expect(removed >= 3, "a segment, a journal and a manifest")
    }

    @Test func `a torn tail that was kept goes with the session`() async throws {
        let fixture = StoreFixture()
        let content = [UInt8]("TORNCONTENT".utf8)
        do {
            let store = try await fixture.open()
            _ = try await store.save(numbered(1...2), to: "secret")
            _ = try await store.save(texts("TORNCONTENT " + String(repeating: "word ", count: 400)), to: "secret")
        }
        // The last save, torn.
        let position = fixture.disk.log.lastIndex { $0.writeCount > 1000 } ?? 0
        let torn = fixture.on(fixture.disk.crashImage(after: position + 1, choosing: .tornLast(bytes: 1500)))
        let store = try await torn.open()
        #expect(try await store.load("secret") == numbered(1...2))
        #expect(torn.disk.files.keys.contains { $0.hasPrefix("tails/") } && torn.disk.contains(content))
        try await store.erase("secret")
        #expect(!torn.disk.contains(content), "\(torn.disk.paths(containing: content))")
        _ = try await store.save(numbered(1...2), to: "other")
        try await store.close()
        #expect(!torn.disk.contains(content) && !torn.disk.contains(Array("secret".utf8)))
    }

    @Test func `a reader that pins an older state is reported`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        _ = try await store.save(texts("PINNEDCONTENT"), to: "secret")
        _ = try await store.save(texts("other"), to: "other")
        try await store.checkpoint()
        let reader = try await fixture.open { $0.access = .readOnly }
        let refusal = await code { try await store.erase("secret") }
        #expect(refusal == .readersActive)
        #expect(try await store.load("secret").isEmpty)
        #expect(try await reader.load("secret") == texts("PINNEDCONTENT"))
        try await reader.close()
        try await store.erase("secret")
        #expect(!fixture.disk.contains(Array("PINNEDCONTENT".utf8)))
        #expect(try await store.load("other") == texts("other"))
        try await store.close()
    }
}
