/// What the catalog knows of a session: everything that reading it takes, without opening its segment.
public struct SessionState: Sendable, Hashable {
    public var number: UInt64
    /// Of the segment file in force; 0 when there is none yet.
    public var generation: UInt64
    /// So many bytes of that file exist.
    public var segmentLength: UInt64
    public var firstLive: UInt64
    /// One past the newest sequence ever given.
    public var nextSequence: UInt64
    public var liveCount: UInt64
    /// The live messages' records, in bytes.
    public var liveBytes: UInt64
    /// The last journal batch that the segment contains.
    public var lastBatch: UInt64
    public var created_µs: Int64
    public var updated_µs: Int64
    /// 0 for none.
    public var timeToLive_µs: Int64
    public var flags: UInt8
    public var removed: [Range<UInt64>]

    /// The session's segment is compressed as a whole.
    public static let sealed: UInt8 = 1
    /// The session has metadata.
    public static let hasMetadata: UInt8 = 2
    /// Some of its messages have client ids.
    public static let hasIDs: UInt8 = 4
    /// An import recorded how far it has come.
    public static let hasOrigin: UInt8 = 8

    public init(number: UInt64, created_µs: Int64, timeToLive_µs: Int64) {
        self.number = number
        generation = 0
        segmentLength = 0
        firstLive = 1
        nextSequence = 1
        liveCount = 0
        liveBytes = 0
        lastBatch = 0
        self.created_µs = created_µs
        updated_µs = created_µs
        self.timeToLive_µs = timeToLive_µs
        flags = 0
        removed = []
    }
}

/// A journal that is in service.
public struct JournalState: Sendable, Hashable {
    public var number: UInt64
    public var file: Identity
    /// Preallocated, in bytes. A shorter file is damage.
    public var size: UInt64
    public var firstBatch: UInt64
    /// Where it ends and with which batch, once recovery or rotation has closed it; 0 while it is open.
    public var endOffset: UInt64
    public var lastBatch: UInt64

    public init(number: UInt64, file: Identity, size: UInt64, firstBatch: UInt64) {
        self.number = number
        self.file = file
        self.size = size
        self.firstBatch = firstBatch
        endOffset = 0
        lastBatch = 0
    }
}

/// An index run that is in force.
public struct IndexRunState: Sendable, Hashable {
    public var number: UInt64
    public var file: Identity
    /// The pages of the file. A shorter one is damage.
    public var pages: UInt64
    public var documents: UInt64

    public init(number: UInt64, file: Identity, pages: UInt64, documents: UInt64) {
        self.number = number
        self.file = file
        self.pages = pages
        self.documents = documents
    }
}

/// The numbers that a store counts on from.
public struct ManifestCounters: Sendable, Hashable {
    public var nextSession: UInt64
    public var nextFile: UInt64
    /// The latest time seen.
    public var clock_µs: Int64
    /// Every batch up to this one stands in segments.
    public var checkpointed: UInt64
    /// Every message of a batch up to this one is in an index run.
    public var indexed: UInt64

    public init(nextSession: UInt64, nextFile: UInt64, clock_µs: Int64, checkpointed: UInt64, indexed: UInt64 = 0) {
        self.nextSession = nextSession
        self.nextFile = nextFile
        self.clock_µs = clock_µs
        self.checkpointed = checkpointed
        self.indexed = indexed
    }
}

/// One change of what exists.
public enum ManifestItem: Sendable, Hashable {
    /// The session as of a checkpoint or compaction. `id` stands in the first item of a session in a manifest file.
    case session(SessionState, id: String?)
    /// The session is gone.
    case sessionEnded(UInt64)
    case journal(JournalState)
    /// Everything in the journal stands in segments.
    case journalRetired(UInt64)
    /// The next numbers to give, the latest time seen, and the batch up to which everything stands in segments.
    case counters(ManifestCounters)
    /// The bytes of this session have to be removed from every file.
    case eraseBegun(UInt64)
    case eraseFinished(UInt64)
    case indexRun(IndexRunState)
    case indexRunRemoved(UInt64)
}

/// A frame of the manifest: changes that take effect together.
public struct ManifestEdit: Sendable {
    private enum Tag: UInt8 {
        case session = 1, sessionEnded = 2, journal = 3, journalRetired = 4, counters = 5, eraseBegun = 6
        case eraseFinished = 7, indexRun = 8, indexRunRemoved = 9
    }

    /// Appends one item to an edit frame that has been begun.
    public static func append(_ item: ManifestItem, to writer: inout ByteWriter) {
        switch item {
        case .session(let state, let id):
            writer.append(Tag.session.rawValue)
            writer.append(state.flags)
            for value in [
                state.number, state.generation, state.segmentLength, state.firstLive, state.nextSequence,
                state.liveCount, state.liveBytes, state.lastBatch,
            ] {
                writer.append(varint: value)
            }
            writer.append(signedVarint: state.created_µs)
            writer.append(signedVarint: state.updated_µs)
            writer.append(signedVarint: state.timeToLive_µs)
            writer.append(varint: UInt64(state.removed.count))
            for range in state.removed {
                writer.append(varint: range.lowerBound)
                writer.append(varint: UInt64(range.count))
            }
            // An empty text is no session id, so it can stand for "as before".
            writer.append(text: id ?? "")
        case .sessionEnded(let number):
            writer.append(Tag.sessionEnded.rawValue)
            writer.append(varint: number)
        case .journal(let journal):
            writer.append(Tag.journal.rawValue)
            writer.append(varint: journal.number)
            writer.append(journal.file)
            writer.append(varint: journal.size)
            writer.append(varint: journal.firstBatch)
            writer.append(varint: journal.endOffset)
            writer.append(varint: journal.lastBatch)
        case .journalRetired(let number):
            writer.append(Tag.journalRetired.rawValue)
            writer.append(varint: number)
        case .counters(let counters):
            writer.append(Tag.counters.rawValue)
            writer.append(varint: counters.nextSession)
            writer.append(varint: counters.nextFile)
            writer.append(signedVarint: counters.clock_µs)
            writer.append(varint: counters.checkpointed)
            writer.append(varint: counters.indexed)
        case .eraseBegun(let number):
            writer.append(Tag.eraseBegun.rawValue)
            writer.append(varint: number)
        case .eraseFinished(let number):
            writer.append(Tag.eraseFinished.rawValue)
            writer.append(varint: number)
        case .indexRun(let run):
            writer.append(Tag.indexRun.rawValue)
            writer.append(varint: run.number)
            writer.append(run.file)
            writer.append(varint: run.pages)
            writer.append(varint: run.documents)
        case .indexRunRemoved(let number):
            writer.append(Tag.indexRunRemoved.rawValue)
            writer.append(varint: number)
        }
    }

    /// Decodes the body of a verified edit frame, item by item.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, frame: FrameHeader, at offset: Int,
        _ body: (ManifestItem) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard bytes.count - offset >= FrameHeader.byteCount + frame.checked else {
            throw FormatError(.truncated, at: offset)
        }
        let part = UnsafeRawBufferPointer(rebasing: bytes[..<(offset + FrameHeader.byteCount + frame.checked)])
        var reader = ByteReader(part, from: offset + FrameHeader.byteCount)
        while !reader.isAtEnd {
            try body(try decodeItem(&reader))
        }
    }

    private static func decodeItem(_ reader: inout ByteReader) throws(FormatError) -> ManifestItem {
        let start = reader.offset
        guard let tag = Tag(rawValue: try reader.uint8()) else { throw FormatError(.unknownKind, at: start) }
        switch tag {
        case .session:
            let flags = try reader.uint8()
            var state = SessionState(number: try reader.varnumber(), created_µs: 0, timeToLive_µs: 0)
            state.flags = flags
            state.generation = try reader.varnumber()
            state.segmentLength = try reader.varnumber()
            state.firstLive = try reader.varnumber()
            state.nextSequence = try reader.varnumber()
            state.liveCount = try reader.varnumber()
            state.liveBytes = try reader.varnumber()
            state.lastBatch = try reader.varnumber()
            state.created_µs = try reader.signedVarint()
            state.updated_µs = try reader.signedVarint()
            state.timeToLive_µs = try reader.signedVarint()
            state.removed = try reader.ranges()
            try reader.check(
                firstLive: state.firstLive, nextSequence: state.nextSequence, liveCount: state.liveCount,
                removed: state.removed)
            let id = try reader.text(maximum: Limits.sessionIDBytesMax)
            return .session(state, id: id.isEmpty ? nil : id)
        case .sessionEnded:
            return .sessionEnded(try reader.varnumber())
        case .journal:
            let number = try reader.varnumber()
            let file = try reader.identity()
            let size = try reader.varnumber()
            guard size <= UInt64(Limits.journalBytesMax) else { throw FormatError(.bounds, at: start) }
            var journal = JournalState(number: number, file: file, size: size, firstBatch: try reader.varnumber())
            journal.endOffset = try reader.varnumber()
            journal.lastBatch = try reader.varnumber()
            return .journal(journal)
        case .journalRetired:
            return .journalRetired(try reader.varnumber())
        case .counters:
            return .counters(
                ManifestCounters(
                    nextSession: try reader.varnumber(), nextFile: try reader.varnumber(),
                    clock_µs: try reader.signedVarint(), checkpointed: try reader.varnumber(),
                    indexed: try reader.varnumber()))
        case .eraseBegun:
            return .eraseBegun(try reader.varnumber())
        case .eraseFinished:
            return .eraseFinished(try reader.varnumber())
        case .indexRun:
            let number = try reader.varnumber()
            let file = try reader.identity()
            let pages = try reader.varnumber()
            guard pages <= UInt64(UInt32.max) else { throw FormatError(.bounds, at: start) }
            return .indexRun(
                IndexRunState(number: number, file: file, pages: pages, documents: try reader.varnumber()))
        case .indexRunRemoved:
            return .indexRunRemoved(try reader.varnumber())
        }
    }
}
