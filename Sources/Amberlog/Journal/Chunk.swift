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

    init(_ writer: consuming ByteWriter) {
        (base, count) = writer.take()
        checksum = Checksum.crc32c(UnsafeRawBufferPointer(start: base, count: count), seed: 0)
    }

    deinit {
        base.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}
