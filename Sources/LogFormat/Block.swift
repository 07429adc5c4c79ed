private import CLZ4

/// A frame of message records in a segment: one unbroken run of sequences, raw or LZ4-compressed.
///
/// ```
/// offset size (in the body)
///      0    8  first sequence
///      8    4  messages
///     12    4  length of the records
///     16    4  length as stored
///     20    1  codec: 0 raw, 1 LZ4
///     21    3  zero
///     24       the records, as the codec says
/// ```
@frozen
public struct BlockHeader: Sendable, Hashable {
    public static let byteCount = 24

    public enum Codec: UInt8, Sendable, Hashable {
        case raw = 0
        case lz4 = 1
    }

    public var firstSequence: UInt64
    public var count: Int
    public var rawLength: Int
    public var storedLength: Int
    public var codec: Codec

    public var endSequence: UInt64 { firstSequence &+ UInt64(count) }

    public init(firstSequence: UInt64, count: Int, rawLength: Int, storedLength: Int, codec: Codec) {
        self.firstSequence = firstSequence
        self.count = count
        self.rawLength = rawLength
        self.storedLength = storedLength
        self.codec = codec
    }

    /// Reads the body of a verified block frame that begins at an offset, checking every length.
    public init(_ bytes: UnsafeRawBufferPointer, frame: FrameHeader, at offset: Int) throws(FormatError) {
        let body = offset + FrameHeader.byteCount
        guard frame.checked >= Self.byteCount, bytes.count - body >= frame.checked else {
            throw FormatError(.truncated, at: offset)
        }
        func uint32(_ at: Int) -> Int {
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: body + at, as: UInt32.self)))
        }
        firstSequence = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: body, as: UInt64.self))
        count = uint32(8)
        rawLength = uint32(12)
        storedLength = uint32(16)
        guard let codec = Codec(rawValue: bytes[body + 20]) else { throw FormatError(.unknownKind, at: body + 20) }
        self.codec = codec
        guard storedLength == frame.checked - Self.byteCount, rawLength <= Limits.frameBytesMax,
            count <= rawLength / MessageRecord.headerByteCount, codec != .raw || rawLength == storedLength,
            firstSequence <= Limits.numberMax
        else { throw FormatError(.bounds, at: body) }
    }
}

/// LZ4, from liblz4.
public enum Compression {
    /// The most that compressed bytes can take.
    public static func bound(_ count: Int) -> Int { Int(LZ4_compressBound(Int32(count))) }

    /// Compresses with the slow, tight match finder: what is sealed is written once and read often.
    ///
    /// - Returns: The compressed length, 0 when it doesn't fit.
    public static func compressTightly(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Int {
        guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
        return Int(
            LZ4_compress_HC(
                from.assumingMemoryBound(to: CChar.self), to.assumingMemoryBound(to: CChar.self),
                Int32(source.count), Int32(target.count), sealLevel))
    }

    // Level 9 of 12: the levels above gain under 1 % on chat and take several times as long.
    private static let sealLevel: Int32 = 9

    /// Decompresses exactly `target.count` bytes. Never reads or writes outside the buffers, whatever the input.
    public static func decompress(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let from = source.baseAddress, let to = target.baseAddress else { return target.isEmpty }
        return LZ4_decompress_safe(
            from.assumingMemoryBound(to: CChar.self), to.assumingMemoryBound(to: CChar.self),
            Int32(source.count), Int32(target.count)) == Int32(target.count)
    }
}

extension ByteWriter {
    /// Begins a block frame of raw records; append them, then call ``endBlock(_:count:seed:)``.
    ///
    /// - Parameter base: The offset in the file where this writer's bytes begin.
    public mutating func beginBlock(firstSequence: UInt64, base: UInt64) -> Int {
        let start = beginFrame(.block, sequence: base + UInt64(count))
        appendBlockHeader(
            BlockHeader(firstSequence: firstSequence, count: 0, rawLength: 0, storedLength: 0, codec: .raw))
        return start
    }

    /// Ends a block frame that was begun.
    public mutating func endBlock(_ start: Int, count messages: Int, seed: UInt32) {
        let body = start + FrameHeader.byteCount
        let length = UInt32(count - body - BlockHeader.byteCount)
        store(UInt32(messages), at: body + 8)
        store(length, at: body + 12)
        store(length, at: body + 16)
        endFrame(start, seed: seed, trailer: true)
    }

    /// Appends a block frame with the records compressed, or as they are when that is not smaller.
    public mutating func appendSealedBlock(
        _ records: UnsafeRawBufferPointer, firstSequence: UInt64, count messages: Int, seed: UInt32, base: UInt64
    ) {
        let start = beginFrame(.block, sequence: base + UInt64(count))
        let header = count
        appendBlockHeader(
            BlockHeader(
                firstSequence: firstSequence, count: messages, rawLength: records.count, storedLength: 0, codec: .lz4))
        var stored = 0
        append(upTo: records.count) { room in
            stored = Compression.compressTightly(records, into: room)
            return stored
        }
        if stored == 0 {
            truncate(to: header)
            appendBlockHeader(
                BlockHeader(
                    firstSequence: firstSequence, count: messages, rawLength: records.count,
                    storedLength: records.count, codec: .raw))
            append(records)
        } else {
            store(UInt32(stored), at: header + 16)
        }
        endFrame(start, seed: seed, trailer: true)
    }

    private mutating func appendBlockHeader(_ block: BlockHeader) {
        append(block.firstSequence)
        append(UInt32(block.count))
        append(UInt32(block.rawLength))
        append(UInt32(block.storedLength))
        append(block.codec.rawValue)
        append(UInt8(0))
        append(UInt16(0))
    }
}
