/// What a frame holds.
public enum FrameKind: UInt16, Sendable, Hashable {
    case fileHeader = 1
    case batch = 2
    case block = 3
    case ids = 4
    case commit = 5
    case edit = 6
    case anchor = 7
    case store = 8
    case current = 9
    case page = 10

    /// A reader that doesn't know a kind with this bit may skip the frame.
    public static let skippableBit: UInt16 = 0x8000
}

/// The header that begins every frame of every file.
///
/// ```
/// offset size
///      0    4  checksum   CRC-32C, seeded by the file, of bytes 4 ..< 24 + checked
///      4    4  length     of the whole frame, a multiple of 8
///      8    2  kind       bit 15: may be skipped by a reader that doesn't know it
///     10    2  flags
///     12    4  checked    so many bytes of the body are covered by the checksum
///     16    8  sequence   journal: batch number; segment: the frame's own offset; manifest: edit number
///     24       body, then zeros up to the length
/// ```
@frozen
public struct FrameHeader: Sendable, Hashable {
    public static let byteCount = 24

    public var checksum: UInt32
    public var length: Int
    public var kind: UInt16
    public var flags: UInt16
    public var checked: Int
    public var sequence: UInt64

    /// Reads a header and checks its lengths, but not its checksum.
    ///
    /// - Returns: `nil` where no frame can begin: too few bytes, or lengths out of bounds.
    @inlinable
    public init?(peeking bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, bytes.count &- offset >= FrameHeader.byteCount else { return nil }
        length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset &+ 4, as: UInt32.self)))
        checked = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset &+ 12, as: UInt32.self)))
        guard length >= FrameHeader.byteCount, length & 7 == 0, length <= Limits.frameBytesMax,
            checked <= length &- FrameHeader.byteCount
        else { return nil }
        checksum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        kind = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt16.self))
        flags = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset &+ 10, as: UInt16.self))
        sequence = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self))
    }

    /// Reads a header and checks the checksum of what it covers. The bytes must hold the covered part.
    ///
    /// - Returns: `nil` where there is no valid frame.
    @inlinable
    public init?(checking bytes: UnsafeRawBufferPointer, at offset: Int, seed: UInt32) {
        self.init(peeking: bytes, at: offset)
        let covered = FrameHeader.byteCount &+ checked
        guard bytes.count &- offset >= covered else { return nil }
        let part = UnsafeRawBufferPointer(rebasing: bytes[(offset &+ 4)..<(offset &+ covered)])
        guard Checksum.crc32c(part, seed: seed) == checksum else { return nil }
    }

    /// A kind that is not known here may be skipped.
    @inlinable
    public var isSkippable: Bool { kind & FrameKind.skippableBit != 0 }
}

extension ByteWriter {
    /// Begins a frame and returns where. Append the body, then call ``endFrame(_:seed:checked:trailer:alignedTo:)``.
    public mutating func beginFrame(_ kind: FrameKind, flags: UInt16 = 0, sequence: UInt64) -> Int {
        let start = count
        append(UInt32(0))
        append(UInt32(0))
        append(kind.rawValue)
        append(flags)
        append(UInt32(0))
        append(sequence)
        return start
    }

    /// Ends a frame: fills in lengths and checksum.
    ///
    /// - Parameters:
    ///   - start: What ``beginFrame(_:flags:sequence:)`` returned.
    ///   - extra: Bytes that belong to the frame but are written from elsewhere, after the ones here.
    ///   - trailer: Repeats the length in the last 4 bytes, so that the frame can be found from its end.
    ///   - alignment: Fills with zeros until everything written so far, `base` included, is a multiple of it.
    ///   - base: The offset in the file where this writer's bytes begin.
    public mutating func endFrame(
        _ start: Int, seed: UInt32, extra: Int = 0, trailer: Bool = false, alignedTo alignment: Int = 8,
        base: UInt64 = 0
    ) {
        let checked = count - start - FrameHeader.byteCount
        var end = count + (trailer ? 4 : 0)
        let misaligned = Int((base + UInt64(end)) % UInt64(alignment))
        if misaligned != 0 { end += alignment - misaligned }
        let length = end - start + extra
        store(UInt32(length), at: start + 4)
        store(UInt32(checked), at: start + 12)
        let covered = UnsafeRawBufferPointer(rebasing: bytes[(start + 4)..<count])
        store(Checksum.crc32c(covered, seed: seed), at: start)
        pad(to: end)
        if trailer { store(UInt32(length), at: end - 4) }
    }
}
