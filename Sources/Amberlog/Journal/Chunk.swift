internal import LogFormat

/// An immutable run of bytes with its checksum: what a save writes to the journal and, until the next checkpoint,
/// what reads are served from. Encoded once, copied never.
///
/// `@unchecked Sendable`: the bytes are written before the chunk is made and not changed afterwards.
final class Chunk: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    let count: Int
    /// CRC-32C of the bytes, with seed 0: the batch header binds it to its file and its place.
    let checksum: UInt32
    /// Where the records may be divided into blocks; empty for what needs no dividing.
    let pieces: [RecordPiece]

    init(_ writer: consuming ByteWriter, pieces: [RecordPiece] = []) {
        self.pieces = pieces
        (base, count) = writer.take()
        checksum = Checksum.crc32c(UnsafeRawBufferPointer(start: base, count: count), seed: 0)
    }

    deinit {
        base.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}

/// Some consecutive records of a chunk: as many as fit a block of a segment, or a single larger one.
struct RecordPiece: Sendable {
    /// Where the piece ends in the chunk.
    var end: UInt32
    var count: UInt32
}

/// Notes where records end, when they are encoded or checked anyway, so that a checkpoint needn't look at each again.
struct RecordPieces {
    private var pieces: [RecordPiece] = []
    private var start = 0
    private var end = 0
    private var count: UInt32 = 0

    mutating func append(recordEndingAt position: Int) {
        if count > 0, position - start > SegmentWriter.rawBlockBytes { close() }
        end = position
        count += 1
    }

    private mutating func close() {
        pieces.append(RecordPiece(end: UInt32(end), count: count))
        start = end
        count = 0
    }

    /// Empty when there is only one.
    consuming func finish() -> [RecordPiece] {
        if !pieces.isEmpty { close() }
        return pieces
    }
}
