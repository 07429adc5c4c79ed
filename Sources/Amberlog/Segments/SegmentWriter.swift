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
    mutating func appendRaw(_ runs: some Sequence<(records: UnsafeRawBufferPointer, firstSequence: UInt64, count: Int)>)
    {
        var block = -1
        var blockStart = 0
        var blockCount = 0
        var next: UInt64 = 0
        for run in runs {
            var offset = 0
            var left = run.count
            if block >= 0, run.firstSequence != next {
                bytes.endBlock(block, count: blockCount, seed: seed)
                block = -1
            }
            next = run.firstSequence
            while left > 0 {
                if block < 0 {
                    block = bytes.beginBlock(firstSequence: next, base: base)
                    blockStart = bytes.count
                    blockCount = 0
                }
                // As many records as fit, at least one.
                var end = offset
                var taken = 0
                let room = Self.rawBlockBytes - (bytes.count - blockStart)
                if run.records.count - offset <= room {
                    end = run.records.count
                    taken = left
                } else {
                    while taken < left, let length = MessageRecord.length(in: run.records, at: end) {
                        if end - offset + length > room, taken > 0 || blockCount > 0 { break }
                        end += length
                        taken += 1
                    }
                }
                if taken > 0 {
                    bytes.append(UnsafeRawBufferPointer(rebasing: run.records[offset..<end]))
                    offset = end
                    left -= taken
                    blockCount += taken
                    next += UInt64(taken)
                }
                if left > 0 {
                    bytes.endBlock(block, count: blockCount, seed: seed)
                    block = -1
                }
            }
        }
        if block >= 0 { bytes.endBlock(block, count: blockCount, seed: seed) }
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
