internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Reads the frames of a segment from its beginning to its end, in large pieces, checking each frame once.
///
/// Damage doesn't end it: after a frame that is wrong, it goes on at the next one that is right.
final class FrameStream {
    /// A frame that is whole.
    struct Frame {
        var header: FrameHeader
        var offset: UInt64
        /// From the frame's beginning, all of it. Valid until the next call.
        var bytes: UnsafeRawBufferPointer
    }

    enum Step {
        case frame(Frame)
        /// Bytes in which no valid frame begins.
        case damage(Range<UInt64>)
    }

    private let file: any File
    private let seed: UInt32
    /// So many bytes count.
    private let length: UInt64
    private let kinds: Set<UInt16>
    private var position: UInt64
    private var buffer: UnsafeMutableRawBufferPointer
    /// What is in the buffer.
    private var start: UInt64 = 0
    private var count = 0
    /// Where the file ends, once it has been read so far.
    private var fileEnd = UInt64.max

    private static let pieceBytes = 1 << 20

    /// - Parameters:
    ///   - length: So many bytes count. A shorter file ends in damage.
    ///   - kinds: What may stand in the file. Each frame says where it stands.
    init(_ file: any File, seed: UInt32, from position: UInt64, length: UInt64, kinds: [FrameKind]) {
        self.file = file
        self.seed = seed
        self.length = length
        self.kinds = Set(kinds.map(\.rawValue))
        self.position = position
        buffer = .allocate(byteCount: Self.pieceBytes, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// The next frame, or the next damage; `nil` at the end.
    func next() throws(FileError) -> Step? {
        if position >= length { return nil }
        if let frame = try frame(at: position) {
            position += UInt64(frame.header.length)
            return .frame(frame)
        }
        let bad = position
        position += 8
        // However many bytes are said to count, the file has no more than it has.
        while position < min(length, fileEnd) {
            if try isFrame(at: position) { return .damage(bad..<position) }
            position += 8
        }
        position = length
        return .damage(bad..<length)
    }

    /// Whether a frame stands there. Cheap where there is none, which is nearly everywhere.
    private func isFrame(at offset: UInt64) throws(FileError) -> Bool {
        guard try fill(offset, FrameHeader.byteCount),
            let peeked = FrameHeader(peeking: bytes, at: Int(offset - start)), peeked.sequence == offset,
            kinds.contains(peeked.kind) || peeked.isSkippable
        else { return false }
        return try frame(at: offset) != nil
    }

    private func frame(at offset: UInt64) throws(FileError) -> Frame? {
        guard try fill(offset, FrameHeader.byteCount),
            let peeked = FrameHeader(peeking: bytes, at: Int(offset - start)), peeked.sequence == offset,
            kinds.contains(peeked.kind) || peeked.isSkippable, UInt64(peeked.length) <= length - offset,
            try fill(offset, peeked.length)
        else { return nil }
        let at = Int(offset - start)
        guard let header = FrameHeader(checking: bytes, at: at, seed: seed) else { return nil }
        // No checksum covers it, and whoever reads from the end depends on it.
        let trailer = bytes.loadUnaligned(fromByteOffset: at + header.length - 4, as: UInt32.self)
        guard UInt32(littleEndian: trailer) == UInt32(header.length) else { return nil }
        return Frame(
            header: header, offset: offset,
            bytes: UnsafeRawBufferPointer(rebasing: bytes[at..<(at + header.length)]))
    }

    private var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }

    /// Has so many bytes from an offset in the buffer.
    ///
    /// - Returns: `false` where the file ends before.
    private func fill(_ offset: UInt64, _ wanted: Int) throws(FileError) -> Bool {
        if offset >= start, offset - start <= UInt64(count), Int(offset - start) + wanted <= count { return true }
        if UInt64(wanted) > length - min(length, offset) { return false }
        let size = Int(min(length - offset, UInt64(max(wanted, Self.pieceBytes))))
        if size > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: size, alignment: 64)
        }
        start = offset
        count = 0
        count = try file.readFully(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<size]), at: offset)
        if count < size { fileEnd = offset + UInt64(count) }
        return count >= wanted
    }
}
