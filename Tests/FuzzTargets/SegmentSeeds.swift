import AgentMemory
import LogFormat

@testable import Amberlog

extension FuzzTarget {
    /// Segments without their header: mutations there are for the target of headers.
    @Sendable static func seedSegments() throws -> [String: [UInt8]] {
        let plain = try run("plain", at: 1)
        let ids = try run("id", at: 3)
        let everything = try run("everything", at: 5)
        var beyond = try segment { $0.appendRaw([plain]) }
        // The length of the first frame.
        beyond[5] = 0x40
        return [
            "a-frame-beyond-the-end": beyond,
            "raw": try segment { $0.appendRaw([plain]) },
            "two-blocks": try segment { $0.appendRaw([plain, everything]) },
            "sealed": try segment { writer in
                let text = Array(repeating: FuzzMessages.plain, count: 6).flatMap(\.self)
                try FuzzMessages.records(of: text).withUnsafeBytes {
                    writer.appendSealed($0, firstSequence: 1, count: text.count)
                }
            },
            "ids": try segment(ids: [1, 2]) { $0.appendRaw([ids]) },
            "removed": try segment(removed: [2..<4, 6..<7]) { $0.appendRaw([plain, ids, everything]) },
            "notes": try segment(metadata: #"{"topic":"amber"}"#) { $0.appendRaw([everything]) },
            "two-groups": try segment { writer in
                writer.appendRaw([plain])
                writer.appendCommit(commit())
                writer.appendRaw([ids])
            },
            "no-messages": try segment { _ in },
        ]
    }

    private static func run(_ name: String, at sequence: UInt64) throws -> PendingRun {
        let messages = FuzzMessages.all[name] ?? []
        let records = try MessageEncoder.encode(messages, idKey: FuzzIdentity.store).records
        return PendingRun(records: records, firstSequence: sequence, count: messages.count, batch: 1)
    }

    private static func commit(
        removed: [Range<UInt64>] = [], metadata: String = "", ids offset: UInt64 = 0
    ) -> SegmentCommit {
        SegmentCommit(
            firstLive: 1, nextSequence: 12, liveCount: 4, liveBytes: 300, lastBatch: 3, updated_µs: 7,
            idsOffset: offset, removed: removed, metadata: Array(metadata.utf8), origin: [])
    }

    private static func segment(
        removed: [Range<UInt64>] = [], metadata: String = "", ids: [UInt64] = [],
        _ body: (inout SegmentWriter) throws -> Void
    ) throws -> [UInt8] {
        var writer = SegmentWriter(reusing: ByteWriter(), seed: segmentSeed, base: UInt64(segmentHeader.count))
        try body(&writer)
        var offset: UInt64 = 0
        if !ids.isEmpty {
            let entries = ids.map { SegmentIDs.Entry(hash: Identity(high: $0, low: 7), sequence: $0) }
            offset = writer.appendIDs(SegmentIDs(previousOffset: 0, entries: entries))
        }
        let commit = commit(removed: removed, metadata: metadata, ids: offset)
        writer.appendCommit(commit)
        let bytes = writer.take()
        return bytes.array()
    }
}
