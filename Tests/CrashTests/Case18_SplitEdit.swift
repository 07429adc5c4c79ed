import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A checkpoint of so many sessions that its edit takes several frames of the manifest, torn between them: some sessions
/// are in force from their segments, the others from the journal, and none from both.
@Suite(.ownThreads) struct Case18_SplitEdit {
    @Test func `torn at and around every frame`() async throws {
        let recording = Recording {
            $0.durability = .buffered
            $0.initialJournalBytes = 8 << 20
            $0.maximumJournalBytes = 8 << 20
        }
        let store = try await recording.open()
        // Ids of 1 KiB fill a frame of 1 MiB with a thousand sessions.
        let ids = (0..<1300).map { "\($0) " + String(repeating: "x", count: 1019) }
        for id in ids { try await store.save(numbered(1...2), to: id) }
        recording.disk.mark("before the checkpoint")
        try await store.checkpoint()
        let wanted = try await StoreSnapshot(of: store)
        #expect(wanted.sessions.count == ids.count)
        // The manifest's write is the largest one that begins with a frame of an edit.
        let log = recording.disk.log
        let begin = try #require(log.lastIndex(of: .mark(DiskMark("before the checkpoint"))))
        // The manifest of that checkpoint has been replaced since, by a snapshot.
        var manifest: Inode?
        for case .createFile(let file, let slot) in log where slot.name == "MANIFEST-1" { manifest = file }
        let found = try #require(manifest)
        let position = try #require(
            log[begin...].lastIndex {
                if case .write(found, _, let bytes) = $0 { bytes.prefix(64).contains { $0 != 0 } } else { false }
            })
        guard case .write(_, _, let bytes) = log[position] else { return }
        #expect(bytes.count > 1 << 20)
        var walker = CrashWalker(recording.disk)
        walker.advance(to: position + 1)
        // The second frame begins within a session's item of the first mebibyte.
        let boundary = (1 << 20) / 8 * 8
        let cuts =
            Array(stride(from: boundary - 4096, through: boundary + 4096, by: 1024)) + [1, 4096, bytes.count - 4096]
        var applied: Set<Int> = []
        for choice in cuts.map({ CrashChoice.tornLast(bytes: $0) }) + [.syncedOnly, .everything, .grownZero] {
            let fixture = recording.fixture.on(walker.image(choice))
            let reopened = try await fixture.open()
            #expect(reopened.statistics.damages.isEmpty, "\(choice): \(reopened.statistics.damages)")
            #expect(reopened.statistics.messages == 2600, "\(choice)")
            applied.insert(reopened.statistics.hotSessions)
            for id in [ids[0], ids[1], ids[1299], ids[650], ids[1000], ids[1020], ids[1024]] {
                #expect(try await reopened.load(id) == wanted.sessions[id]?.messages, "\(choice)")
            }
        }
        print("case 18, split edit: \(cuts.count + 3) crash states, sessions from the journal: \(applied.sorted())")
        #expect(applied.count > 2, "none of the cuts fell between the frames")
    }
}
