import AgentMemory
import AmberlogTestKit
import LogFiles
import LogFormat
import StoreModel
import Testing

@testable import Amberlog

/// An edit of several frames is written at once, and of what is written at once a power loss may keep any part: later
/// frames without the first one are a torn edit, not damage.
@Suite(.ownThreads) struct SplitEditReorderedTests {
    @Test func `later frames without the first`() async throws {
        var fixture = StoreFixture()
        fixture.options.durability = .buffered
        fixture.options.initialJournalBytes = 8 << 20
        fixture.options.maximumJournalBytes = 8 << 20
        let disk = fixture.disk
        let store = try await fixture.open()
        let ids = (0..<1100).map { "\($0) " + String(repeating: "x", count: 1009) }
        for id in ids { try await store.save(numbered(1...2), to: id) }
        let before = disk.operationCount
        try await store.checkpoint()
        // Of the first manifest, before a snapshot replaced it.
        var manifest: Inode?
        for case .createFile(let file, let slot) in disk.log where slot.name == "MANIFEST-1" { manifest = file }
        let found = try #require(manifest)
        let position = try #require(
            (before..<disk.operationCount).first {
                if case .write(found, _, let bytes) = disk.log[$0] {
                    bytes.prefix(64).contains { $0 != 0 }
                } else {
                    false
                }
            })
        guard case .write(_, let offset, let bytes) = disk.log[position] else { return }
        let frames = frames(in: bytes)
        try #require(frames.count > 1)
        for kept in 1..<frames.count {
            let image = disk.crashImage(after: position + 1, choosing: .syncedOnly)
            let file = try SimulatedFileSystem(image).open("MANIFEST-1", .readWrite)
            try file.writeFully(Array(bytes[frames[kept]]), at: UInt64(offset + frames[kept].lowerBound))
            let recovered = try await fixture.on(image).open()
            #expect(recovered.statistics.damages.isEmpty && recovered.statistics.messages == 2200)
            for id in [ids[0], ids[600], ids[1099]] {
                #expect(try await recovered.load(id) == numbered(1...2))
            }
        }
    }

    /// Where the first frame would end on a block, and the second one begin like an edit of its own.
    @Test func `none but the first begins on a block`() throws {
        let files = SimulatedFileSystem(SimulatedDisk())
        let file = try files.open("MANIFEST-1", .create)
        let catalog = Catalog(
            files: files, store: .random(), number: 1, file: file, seed: 1, length: UInt64(Limits.blockBytes),
            nextEdit: 1)
        func item(_ number: UInt64, ranges: Int = 0, idBytes: Int = 1000) -> ManifestItem {
            var state = SessionState(number: number, created_µs: 0, timeToLive_µs: 0)
            state.removed = (0..<UInt64(ranges)).map { 2 * $0..<2 * $0 + 1 }
            return .session(state, id: String(repeating: "x", count: idBytes))
        }
        var writer = ByteWriter()
        _ = writer.beginFrame(.edit, sequence: 1)
        var items: [ManifestItem] = []
        while writer.count < (1 << 20) - 2000 {
            items.append(item(UInt64(1000 + items.count)))
            ManifestEdit.append(items[items.count - 1], to: &writer)
        }
        // The item that makes the frame full reaches to the end of the next block.
        let before = writer.count
        let end = (1 << 20) + Limits.blockBytes
        let candidates = [1500, 1700].flatMap { ranges in (1...1000).map { item(1, ranges: ranges, idBytes: $0) } }
        let fitting = candidates.first { item in
            writer.truncate(to: before)
            ManifestEdit.append(item, to: &writer)
            return writer.count == end
        }
        items.append(try #require(fitting))
        items.append(item(2))
        try catalog.append(items)
        let frames = frames(in: try file.bytes(from: UInt64(Limits.blockBytes), count: 2 << 20))
        #expect(frames.count == 2 && frames[1].lowerBound == end + 8)
    }

    private func frames(in bytes: [UInt8]) -> [Range<Int>] {
        var frames: [Range<Int>] = []
        bytes.withUnsafeBytes { bytes in
            while let frame = FrameHeader(peeking: bytes, at: frames.last?.upperBound ?? 0), frame.kind != 0 {
                let start = frames.last?.upperBound ?? 0
                frames.append(start..<start + frame.length)
            }
        }
        return frames
    }
}
