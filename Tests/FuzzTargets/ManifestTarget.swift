import AgentMemory
import AmberlogTestKit
import LogFormat

@testable import Amberlog

/// The edits of a manifest, and what they make exist. The input is what stands behind the header.
extension FuzzTarget {
    static let manifest = FuzzTarget("manifest", rounds: 600, seeds: seedEdits) { input in
        let first = FrameHeader(peeking: input, at: 0)?.sequence ?? 1
        let header = encoded { writer in
            FileHeader(
                kind: .manifest, store: FuzzIdentity.store, file: FuzzIdentity.file, number: manifestNumber,
                generation: first
            ).encode(into: &writer, trailer: false, alignedTo: Limits.blockBytes)
        }
        var bytes = header + input
        FrameSigning(seed: FuzzIdentity.file.checksumSeed).sign(&bytes, from: header.count)
        try checkItems(bytes, from: header.count, first: first)
        let contents: ManifestContents
        do throws(MemoryError) {
            contents = try ManifestReader.read(
                manifestNumber, BytesFile(bytes), store: FuzzIdentity.store, anchor: nil)
        } catch {
            return try require(error.code == .damaged, "\(error) is no damage")
        }
        try require(contents.slots.count == contents.table.count, "The table has other sessions")
        try require(contents.slots[0] == nil, "A session has a number that no session has")
        // The journals that it lists are missing: that is damage which is reported, and no error.
        do throws(MemoryError) {
            let identity = StoreIdentity(id: FuzzIdentity.store, created_µs: 0)
            _ = try Findings.replaying(
                contents, nil, SimulatedFileSystem(SimulatedDisk()), identity, ResolvedOptions(StoreOptions()), 4,
                isLive: false)
        } catch {
            try require(error.code == .damaged, "\(error) is no damage")
        }
    }

    private static let manifestNumber: UInt64 = 4

    /// Every item is written as it was read.
    private static func checkItems(_ bytes: [UInt8], from start: Int, first: UInt64) throws {
        try bytes.withUnsafeBytes { bytes in
            var scanner = LogScanner(
                bytes, seed: FuzzIdentity.file.checksumSeed, kind: .edit, from: start, number: first)
            while let (frame, offset) = scanner.next() {
                var items: [ManifestItem] = []
                try? ManifestEdit.decode(bytes, frame: frame, at: offset) { items.append($0) }
                try require(read(edit(items, number: 1)) == items, "\(items) are read otherwise")
            }
        }
    }

    private static func edit(_ items: [ManifestItem], number: UInt64) -> [UInt8] {
        encoded { writer in
            let start = writer.beginFrame(.edit, sequence: number)
            for item in items { ManifestEdit.append(item, to: &writer) }
            writer.endFrame(start, seed: FuzzIdentity.file.checksumSeed)
        }
    }

    private static func read(_ edit: [UInt8]) -> [ManifestItem] {
        edit.withUnsafeBytes { bytes in
            var items: [ManifestItem] = []
            guard let frame = FrameHeader(peeking: bytes, at: 0) else { return items }
            try? ManifestEdit.decode(bytes, frame: frame, at: 0) { items.append($0) }
            return items
        }
    }

    @Sendable private static func seedEdits() -> [String: [UInt8]] {
        var session = SessionState(number: 1, created_µs: 1_767_225_600_000_000, timeToLive_µs: 0)
        (session.generation, session.segmentLength, session.nextSequence) = (1, 4096, 8)
        (session.firstLive, session.liveCount, session.liveBytes, session.lastBatch) = (2, 4, 400, 9)
        session.removed = [5..<7]
        session.flags = SessionState.hasIDs | SessionState.hasMetadata
        let other = SessionState(number: 2, created_µs: -1, timeToLive_µs: 86_400_000_000)
        var closed = JournalState(number: 5, file: FuzzIdentity.file, size: 32768, firstBatch: 1)
        (closed.endOffset, closed.lastBatch) = (8192, 9)
        let open = JournalState(number: 6, file: FuzzIdentity.store, size: 65536, firstBatch: 0)
        let run = IndexRunState(number: 7, file: FuzzIdentity.file, pages: 5, documents: 20)
        let counters = ManifestItem.counters(
            ManifestCounters(nextSession: 3, nextFile: 8, clock_µs: 1_767_225_600_000_000, checkpointed: 9, indexed: 9))
        let sessions: [ManifestItem] = [.session(session, id: "alice"), .session(other, id: "кэрол")]
        let ends: [ManifestItem] = [
            .sessionEnded(2), .journalRetired(5), .eraseBegun(2), .eraseFinished(2), .indexRunRemoved(7),
        ]
        var large = session
        large.liveCount = .max / 2
        let many = (1...4 as ClosedRange<UInt64>).map { number in
            large.number = number
            return ManifestItem.session(large, id: "\(number)")
        }
        return [
            "the-highest-edit": edit([counters], number: .max),
            "counts-that-overflow": edit(many + [counters], number: 1),
            "counters": edit([counters], number: 1), "sessions": edit(sessions + [counters], number: 1),
            "session-zero": edit(
                [.session(SessionState(number: 0, created_µs: 0, timeToLive_µs: 0), id: "zero")], number: 1),
            "journals": edit([.journal(closed), .journal(open), .indexRun(run), counters], number: 3),
            "endings": edit(sessions + [.indexRun(run), counters], number: 1) + edit(ends, number: 2),
            "a-session-again": edit(sessions, number: 1) + edit([.session(session, id: nil)], number: 2),
            "a-missing-edit": edit(sessions, number: 1) + edit(ends, number: 3),
        ]
    }
}
