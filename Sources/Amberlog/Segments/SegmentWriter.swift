internal import LogFormat

/// Lays out what is appended to a segment: blocks of records, client ids, a commit frame.
struct SegmentWriter: ~Copyable {
    /// A block of raw records is closed at this size: large enough that headers cost little, small enough that
    /// reading the newest few messages reads little else.
    static let rawBlockBytes = 4096
    /// A sealed block: what compresses well together, and is still decompressed in some microseconds.
    static let sealedBlockBytes = 16 << 10

    private(set) var bytes: ByteWriter
    let seed: UInt32
    /// The offset in the file where the bytes go.
    let base: UInt64

    /// - Parameter reusing: A writer whose memory is used again.
    init(reusing writer: consuming ByteWriter, seed: UInt32, base: UInt64) {
        bytes = writer
        bytes.removeAll()
        self.seed = seed
        self.base = base
    }

    consuming func take() -> ByteWriter { bytes }

    mutating func appendHeader(_ header: FileHeader) {
        header.encode(into: &bytes, trailer: true)
    }

    /// Appends runs as raw blocks. Runs with consecutive sequences share blocks.
    mutating func appendRaw(_ runs: [PendingRun]) {
        var block = OpenBlock()
        for run in runs {
            if run.firstSequence != block.next { end(&block) }
            block.next = run.firstSequence
            let records = run.records.bytes
            if run.records.pieces.isEmpty {
                append(records, count: run.count, to: &block)
                continue
            }
            var start = 0
            for piece in run.records.pieces {
                let end = Int(piece.end)
                append(UnsafeRawBufferPointer(rebasing: records[start..<end]), count: Int(piece.count), to: &block)
                start = end
            }
        }
        end(&block)
    }

    /// The block that records are being appended to.
    private struct OpenBlock {
        /// Where its frame begins in the bytes, -1 for none.
        var frame = -1
        var start = 0
        var count = 0
        /// The sequence of the record that comes next.
        var next: UInt64 = 0
    }

    private mutating func append(_ records: UnsafeRawBufferPointer, count: Int, to block: inout OpenBlock) {
        if block.frame >= 0, bytes.count - block.start + records.count > Self.rawBlockBytes { end(&block) }
        if block.frame < 0 {
            block.frame = bytes.beginBlock(firstSequence: block.next, base: base)
            block.start = bytes.count
            block.count = 0
        }
        bytes.append(records)
        block.count += count
        block.next += UInt64(count)
    }

    private mutating func end(_ block: inout OpenBlock) {
        if block.frame >= 0 { bytes.endBlock(block.frame, count: block.count, seed: seed) }
        block.frame = -1
    }

    mutating func appendSealed(_ records: UnsafeRawBufferPointer, firstSequence: UInt64, count: Int) {
        bytes.appendSealedBlock(records, firstSequence: firstSequence, count: count, seed: seed, base: base)
    }

    /// Returns the offset in the file of the frame.
    mutating func appendIDs(_ ids: SegmentIDs) -> UInt64 {
        let offset = base + UInt64(bytes.count)
        ids.encode(into: &bytes, seed: seed, base: base)
        return offset
    }

    mutating func appendCommit(_ commit: SegmentCommit) {
        commit.encode(into: &bytes, seed: seed, base: base)
    }
}
