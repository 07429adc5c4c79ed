internal import LogFormat

/// The layout of an index run, in memory and in a file.
///
/// A run is one space of addresses. In a file it is cut into pages of ``pageBytes``, each in a frame of its own, and
/// nothing that is read at once crosses a page:
///
/// ```
/// postings     for each term with more than one message: blocks, then, if there are several, the skip entries
/// dictionary   terms in order, in groups of 16 that share prefixes
/// fences       the first term and the place of each piece of the dictionary
/// directory    one entry for each stretch of consecutive sequences of a session
/// lengths      a byte for each message
/// times        four bytes for each message
/// summary      where all that is
/// ```
///
/// Messages are numbered from 0 in the order of session number and sequence, so that a session is a range of numbers.
enum RunLayout {
    static let pageBits: UInt64 = 14
    static let pageBytes = 1 << 14
    /// Numbers fit 31 bits, so that sums of gaps can't overflow 32.
    static let documentsMax = 1 << 30
    static let blockValues = 128
    /// Terms in a group of the dictionary.
    static let groupTerms = 16
    /// A term with its field, in bytes.
    static let keyBytesMax = 200
    /// So often a term counts in one message at most: BM25 is flat there.
    static let frequencyMax = 255

    @inline(__always)
    static func page(of address: UInt64) -> Int { Int(address >> pageBits) }
    @inline(__always)
    static func offset(in address: UInt64) -> Int { Int(address & UInt64(pageBytes - 1)) }
}

/// What a term is about. The first byte of its key.
enum TermField: UInt8 {
    case content = 1
    /// Who said it, from the message's metadata.
    case author = 2
    case role = 3
    /// `key=value` of the message's metadata.
    case metadata = 4
}

/// One stretch of consecutive sequences of a session.
struct DirectoryEntry: Hashable {
    static let byteCount = 32

    var session: UInt64
    var firstSequence: UInt64
    /// The number of the first message.
    var start: UInt32
    var count: UInt32
    /// The sum of the lengths, in words.
    var lengthSum: UInt64

    var end: UInt32 { start + count }
    var sequences: Range<UInt64> { firstSequence..<(firstSequence + UInt64(count)) }

    init(session: UInt64, firstSequence: UInt64, start: UInt32, count: UInt32, lengthSum: UInt64) {
        self.session = session
        self.firstSequence = firstSequence
        self.start = start
        self.count = count
        self.lengthSum = lengthSum
    }

    @inline(__always)
    init(_ bytes: UnsafeRawPointer) {
        session = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        firstSequence = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        start = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        count = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 20, as: UInt32.self))
        lengthSum = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    func encode(into writer: inout ByteWriter) {
        writer.append(session)
        writer.append(firstSequence)
        writer.append(start)
        writer.append(count)
        writer.append(lengthSum)
    }
}

/// The best that the messages of a block can score, whatever the average length: up to three pairs of frequency and
/// length byte, of which no message has both a higher frequency and a smaller length.
struct Frontier: Hashable {
    var pairs: (UInt16, UInt16, UInt16)

    /// - Parameter pairs: `frequency << 8 | length byte`.
    init(_ pairs: (UInt16, UInt16, UInt16)) {
        self.pairs = pairs
    }

    @inline(__always)
    init(_ bytes: UnsafeRawPointer) {
        pairs = (
            UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)),
            UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)),
            UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
        )
    }

    func encode(into writer: inout ByteWriter) {
        writer.append(pairs.0)
        writer.append(pairs.1)
        writer.append(pairs.2)
    }

    static func == (left: Frontier, right: Frontier) -> Bool { left.pairs == right.pairs }
    func hash(into hasher: inout Hasher) {
        hasher.combine(pairs.0)
        hasher.combine(pairs.1)
        hasher.combine(pairs.2)
    }
}

/// Where a block of a long list is, and what is in it.
struct SkipEntry {
    static let byteCount = 16

    /// The number of the last message in the block.
    var last: UInt32
    /// Where the block is, as a distance back from the skip entries.
    var back: UInt32
    var frontier: Frontier
    var unused: UInt16 = 0

    init(last: UInt32, back: UInt32, frontier: Frontier) {
        self.last = last
        self.back = back
        self.frontier = frontier
    }

    @inline(__always)
    init(_ bytes: UnsafeRawPointer) {
        last = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        back = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        frontier = Frontier(bytes + 8)
    }

    func encode(into writer: inout ByteWriter) {
        writer.append(last)
        writer.append(back)
        frontier.encode(into: &writer)
        writer.append(unused)
    }
}

/// The last page of a run: what is in it and where.
struct RunSummary: Hashable {
    static let byteCount = 96
    private static let magic: UInt32 = 0x5255_4E31  // "1NUR"
    /// Timestamps in microseconds reach less far.
    private static let timeBaseMax_s: Int64 = 1 << 44

    var documents: UInt32 = 0
    var terms: UInt32 = 0
    /// The sum of all lengths, in words.
    var lengthSum: UInt64 = 0
    var dictionaryPieces: UInt32 = 0
    var directoryEntries: UInt32 = 0
    var dictionaryFences: UInt64 = 0
    /// Where those end.
    var dictionaryEnd: UInt64 = 0
    var directory: UInt64 = 0
    var lengths: UInt64 = 0
    var times: UInt64 = 0
    /// Seconds since 1970 that the times count from.
    var timeBase_s: Int64 = 0
    /// What the tokens are: the bits of ``TokenOptions``.
    var tokenOptions: UInt32 = 0
    /// One past the last address before the summary.
    var end: UInt64 = 0

    func encode(into writer: inout ByteWriter) {
        writer.append(Self.magic)
        writer.append(tokenOptions)
        writer.append(documents)
        writer.append(terms)
        writer.append(lengthSum)
        writer.append(dictionaryPieces)
        writer.append(directoryEntries)
        writer.append(dictionaryFences)
        writer.append(dictionaryEnd)
        writer.append(directory)
        writer.append(lengths)
        writer.append(times)
        writer.append(timeBase_s)
        writer.append(end)
    }

    init() {}

    init(decoding bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes, from: 0)
        guard try reader.uint32() == Self.magic else { throw FormatError(.identity, at: 0) }
        tokenOptions = try reader.uint32()
        documents = try reader.uint32()
        terms = try reader.uint32()
        lengthSum = try reader.uint64()
        dictionaryPieces = try reader.uint32()
        directoryEntries = try reader.uint32()
        dictionaryFences = try reader.uint64()
        dictionaryEnd = try reader.uint64()
        directory = try reader.uint64()
        lengths = try reader.uint64()
        times = try reader.uint64()
        timeBase_s = try reader.int64()
        end = try reader.uint64()
        let isWithin =
            documents <= RunLayout.documentsMax && directoryEntries <= documents
            && dictionaryFences <= dictionaryEnd && dictionaryEnd <= directory
            && directory <= lengths && UInt64(directoryEntries) * 32 <= lengths - directory
            && lengths <= times && UInt64(documents) <= times - lengths
            && times <= end && UInt64(documents) * 4 <= end - times
            && (-Self.timeBaseMax_s...Self.timeBaseMax_s).contains(timeBase_s)
        guard isWithin else { throw FormatError(.bounds, at: 0) }
    }
}
