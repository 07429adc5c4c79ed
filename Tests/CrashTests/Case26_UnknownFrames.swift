import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import LogFormat
import StoreModel
import Testing

/// Frames of a later version that an older reader may skip stand in journal and manifest: they are skipped, what stands
/// behind them is read, and what is written afterwards as well. Those that may not be skipped end what can be read.
@Suite(.ownThreads) struct Case26_UnknownFrames {
    @Test(arguments: ["journal/", "MANIFEST-"], [true, false])
    func `behind what is there`(_ prefix: String, _ isSkippable: Bool) async throws {
        var fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...3), to: "a")
        try await store.checkpoint()
        try await store.save(numbered(4...5), to: "a")
        let whole = try await StoreSnapshot(of: store)
        fixture = fixture.afterCrash()
        let path = try #require(Self.file(prefix, in: fixture.disk))
        try Self.append(kind: isSkippable ? 0x8042 : 0x42, to: path, on: fixture.disk)
        if prefix == "journal/" {
            // And a batch of this version behind it.
            try Self.append(kind: FrameKind.batch.rawValue, to: path, on: fixture.disk, durableThrough: 4)
        }
        let again = try await fixture.open()
        if isSkippable {
            #expect(again.statistics.damages.isEmpty, "\(again.statistics.damages)")
            #expect(try await StoreSnapshot(of: again) == whole)
            let report = try AmberlogStore.verify(
                SimulatedFileSystem(fixture.afterCrash().disk), depth: .deep, clock: fixture.clock)
            #expect(report.isWhole, "\(report.damages)")
            try await again.save(numbered(6...7), to: "a")
            let third = try await fixture.afterCrash().open()
            #expect(try await third.load("a") == numbered(1...7))
        } else if prefix == "journal/" {
            // The batch behind it says that it was durable.
            #expect(!again.statistics.damages.isEmpty)
        }
    }

    /// The one that is in use, which is the one with the most in it.
    private static func file(_ prefix: String, in disk: SimulatedDisk) -> String? {
        disk.files.filter { $0.key.hasPrefix(prefix) }.max {
            ($0.value.lastIndex { $0 != 0 } ?? 0) < ($1.value.lastIndex { $0 != 0 } ?? 0)
        }?.key
    }

    /// Appends a frame with the next number at the next block.
    private static func append(
        kind: UInt16, to path: String, on disk: SimulatedDisk, durableThrough: UInt64 = 0
    ) throws {
        let bytes = try #require(disk.files[path])
        let (seed, number, end) = try bytes.withUnsafeBytes { bytes in
            let (header, length) = try FileHeader.decode(bytes)
            var position = length, number: UInt64 = 0
            while let frame = FrameHeader(checking: bytes, at: position, seed: header.file.checksumSeed) {
                number = frame.sequence
                position = Int(UInt64(position + frame.length).roundedUpToBlock)
            }
            return (header.file.checksumSeed, number + 1, position)
        }
        var writer = ByteWriter(capacity: 4096)
        let start = writer.beginFrame(.batch, sequence: number)
        writer.append(durableThrough)
        for _ in 0..<4 { writer.append(UInt64(0)) }
        writer.store(UInt32(kind), at: start + 8)
        writer.endFrame(start, seed: seed, alignedTo: 4096)
        let file = try SimulatedFileSystem(disk).open(path, .readWrite)
        try file.writeFully(writer.bytes, at: UInt64(end))
        try file.synchronize()
    }
}
