/// What kind of file it is.
public enum FileKind: UInt8, Sendable, Hashable {
    case journal = 1
    case segment = 2
    case manifest = 3
    case indexRun = 4
}

/// The first frame of a journal, a segment or a manifest: who it is.
///
/// Its checksum has the seed 0, because the file's own seed is what it brings.
public struct FileHeader: Sendable, Hashable {
    public static let magic: UInt64 = 0x474F_4C52_4542_4D41  // "AMBERLOG" in little-endian order
    public static let version: UInt16 = 1

    public var kind: FileKind
    public var store: Identity
    public var file: Identity
    /// Of a journal or a manifest its number, of a segment the session's number.
    public var number: UInt64
    /// Of a segment: counts the rewrites. Of a journal: the number of its first batch. Of a manifest: its first edit.
    public var generation: UInt64
    /// Of a segment.
    public var session: SegmentSession?

    /// What a segment says of its session.
    public struct SegmentSession: Sendable, Hashable {
        public var id: String
        public var created_µs: Int64
        /// 0 for none.
        public var timeToLive_µs: Int64

        public init(id: String, created_µs: Int64, timeToLive_µs: Int64) {
            self.id = id
            self.created_µs = created_µs
            self.timeToLive_µs = timeToLive_µs
        }
    }

    /// The identity of a segment: SipHash-2-4-128, keyed by the store's identity, of session number and generation.
    ///
    /// Derived rather than drawn, so that reading a segment's tail needs no read of its header.
    public static func segmentIdentity(store: Identity, session: UInt64, generation: UInt64) -> Identity {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { words in
            words.initializeElement(at: 0, to: session.littleEndian)
            words.initializeElement(at: 1, to: generation.littleEndian)
            return Checksum.hash(ofID: UnsafeRawBufferPointer(words), key: store)
        }
    }

    public init(
        kind: FileKind, store: Identity, file: Identity, number: UInt64, generation: UInt64,
        session: SegmentSession? = nil
    ) {
        self.kind = kind
        self.store = store
        self.file = file
        self.number = number
        self.generation = generation
        self.session = session
    }

    public func encode(into writer: inout ByteWriter, trailer: Bool, alignedTo alignment: Int = 8) {
        let start = writer.beginFrame(.fileHeader, sequence: 0)
        writer.append(Self.magic)
        writer.append(Self.version)
        writer.append(kind.rawValue)
        writer.append(UInt8(0))
        writer.append(UInt32(0))
        writer.append(store)
        writer.append(file)
        writer.append(number)
        writer.append(generation)
        if let session {
            writer.append(session.created_µs)
            writer.append(session.timeToLive_µs)
            writer.append(text: session.id)
        }
        writer.endFrame(start, seed: 0, trailer: trailer, alignedTo: alignment)
    }

    /// - Returns: The header and the length of its frame.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> (header: FileHeader, length: Int)
    {
        guard let frame = FrameHeader(checking: bytes, at: 0, seed: 0) else { throw FormatError(.checksum, at: 0) }
        guard frame.kind == FrameKind.fileHeader.rawValue else { throw FormatError(.unknownKind, at: 8) }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(FrameHeader.byteCount + frame.checked)])
        var reader = ByteReader(body, from: FrameHeader.byteCount)
        guard try reader.uint64() == magic else { throw FormatError(.identity, at: 24) }
        guard try reader.uint16() == version else { throw FormatError(.unsupported, at: 32) }
        guard let kind = FileKind(rawValue: try reader.uint8()) else { throw FormatError(.unknownKind, at: 34) }
        _ = try reader.slice(5)
        var header = FileHeader(
            kind: kind, store: try reader.identity(), file: try reader.identity(), number: try reader.number(),
            generation: try reader.number())
        if kind == .segment {
            let created = try reader.int64()
            let timeToLive = try reader.int64()
            header.session = SegmentSession(
                id: try reader.text(maximum: Limits.sessionIDBytesMax), created_µs: created,
                timeToLive_µs: timeToLive)
        }
        return (header, frame.length)
    }
}
