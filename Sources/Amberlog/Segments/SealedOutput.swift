internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Gathers records into sealed blocks and writes them in large pieces.
struct SealedOutput: ~Copyable {
    private let file: any File
    private let seed: UInt32
    private var written: UInt64 = 0
    private var writer: SegmentWriter
    private var block = ByteWriter(capacity: 2 * SegmentWriter.sealedBlockBytes)
    private var blockStart: UInt64 = 0
    private var blockCount = 0
    private(set) var messageCount: UInt64 = 0
    private(set) var recordBytes: UInt64 = 0

    private static let pieceBytes = 1 << 20

    init(file: any File, seed: UInt32) {
        self.file = file
        self.seed = seed
        writer = SegmentWriter(reusing: ByteWriter(capacity: 64 << 10), seed: seed, base: 0)
    }

    mutating func header(_ header: FileHeader) {
        writer.appendHeader(header)
    }

    mutating func append(_ record: UnsafeRawBufferPointer, sequence: UInt64) throws(MemoryError) {
        if blockCount > 0,
            block.count + record.count > SegmentWriter.sealedBlockBytes || sequence != blockStart + UInt64(blockCount)
        {
            try endBlock()
        }
        if blockCount == 0 { blockStart = sequence }
        block.append(record)
        blockCount += 1
        messageCount += 1
        recordBytes += UInt64(record.count)
    }

    private mutating func endBlock() throws(MemoryError) {
        guard blockCount > 0 else { return }
        writer.appendSealed(block.bytes, firstSequence: blockStart, count: blockCount)
        block.removeAll()
        blockCount = 0
        if writer.bytes.count >= Self.pieceBytes { try flush() }
    }

    private mutating func flush() throws(MemoryError) {
        do throws(FileError) {
            try file.writeFully(writer.bytes.bytes, at: written)
        } catch {
            throw MemoryError(error, "Writing a segment")
        }
        written += UInt64(writer.bytes.count)
        writer = SegmentWriter(reusing: ByteWriter(capacity: Self.pieceBytes), seed: seed, base: written)
    }

    /// Returns the length of the file.
    mutating func finish(_ commit: SegmentCommit, ids: [SegmentIDs.Entry]) throws(MemoryError) -> UInt64 {
        try endBlock()
        var commit = commit
        if !ids.isEmpty { commit.idsOffset = writer.appendIDs(SegmentIDs(previousOffset: 0, entries: ids)) }
        writer.appendCommit(commit)
        try flush()
        return written
    }
}
