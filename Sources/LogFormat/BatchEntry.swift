/// One operation in a journal batch.
///
/// Records are absolute ("the first live sequence is 7"), never relative ("remove 3"), so that replaying one twice
/// changes nothing.
public struct BatchEntry: Sendable, Hashable {
    public static let byteCount = 40

    public enum Kind: UInt8, Sendable, Hashable {
        /// A session begins. Payload: created, time to live, id.
        case begin = 1
        /// Messages. Value: the sequence of the first. Payload: their records.
        case append = 2
        /// The session ends and everything in it is gone. Flags: why.
        case end = 3
        /// Messages before the value are gone.
        case firstLive = 4
        /// Messages from the value on, and before the payload's number, are gone; their sequences stay used.
        case removed = 5
        /// The session's metadata. Payload: JSON.
        case metadata = 6
        /// How far an import has come. Payload: JSON.
        case origin = 7
    }

    /// Why a session ended.
    public enum Ending: UInt8, Sendable, Hashable {
        case cleared = 1, expired = 2, erased = 3
    }

    public var kind: Kind
    public var flags: UInt8
    /// Messages in the payload.
    public var messageCount: UInt32
    public var session: UInt64
    public var value: UInt64
    /// Where the payload begins, in bytes after the batch's checked part, and its length and checksum.
    public var payloadOffset: UInt32
    public var payloadLength: UInt32
    public var payloadChecksum: UInt32

    public init(
        _ kind: Kind, session: UInt64, value: UInt64 = 0, flags: UInt8 = 0, messageCount: UInt32 = 0,
        payloadOffset: UInt32 = 0, payloadLength: UInt32 = 0, payloadChecksum: UInt32 = 0
    ) {
        self.kind = kind
        self.flags = flags
        self.messageCount = messageCount
        self.session = session
        self.value = value
        self.payloadOffset = payloadOffset
        self.payloadLength = payloadLength
        self.payloadChecksum = payloadChecksum
    }

    public func encode(into writer: inout ByteWriter) {
        writer.append(kind.rawValue)
        writer.append(flags)
        writer.append(UInt16(0))
        writer.append(messageCount)
        writer.append(session)
        writer.append(value)
        writer.append(payloadOffset)
        writer.append(payloadLength)
        writer.append(payloadChecksum)
        writer.append(UInt32(0))
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> BatchEntry {
        let start = reader.offset
        guard let kind = Kind(rawValue: try reader.uint8()) else { throw FormatError(.unknownKind, at: start) }
        let flags = try reader.uint8()
        _ = try reader.uint16()
        let count = try reader.uint32()
        let session = try reader.number()
        let value = try reader.number()
        let offset = try reader.uint32()
        let length = try reader.uint32()
        let checksum = try reader.uint32()
        _ = try reader.uint32()
        return BatchEntry(
            kind, session: session, value: value, flags: flags, messageCount: count, payloadOffset: offset,
            payloadLength: length, payloadChecksum: checksum)
    }
}

/// The checked part of a journal batch: which batch it is, how far the journal was durable when it was written, and
/// what operations it holds. The payloads follow it, each with a checksum of its own in its entry, so that damage in
/// one save doesn't take the others with it.
public struct BatchHeader: Sendable, Hashable {
    public static let fixedByteCount = 24

    /// The frame's sequence.
    public var number: UInt64
    /// The newest batch whose synchronization had returned when this one was written.
    public var durableThrough: UInt64
    public var time_µs: Int64
    public var entries: [BatchEntry]

    public init(number: UInt64, durableThrough: UInt64, time_µs: Int64, entries: [BatchEntry]) {
        self.number = number
        self.durableThrough = durableThrough
        self.time_µs = time_µs
        self.entries = entries
    }

    /// Begins the frame; append `count` entries after it.
    public static func begin(
        into writer: inout ByteWriter, number: UInt64, durableThrough: UInt64, time_µs: Int64, count: Int
    ) -> Int {
        let start = writer.beginFrame(.batch, sequence: number)
        writer.append(durableThrough)
        writer.append(time_µs)
        writer.append(UInt32(count))
        writer.append(UInt32(0))
        return start
    }

    /// Decodes the checked part of a batch frame whose checksum has been verified.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, frame: FrameHeader, at offset: Int
    ) throws(FormatError) -> BatchHeader {
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(offset + FrameHeader.byteCount + frame.checked)])
        var reader = ByteReader(body, from: offset + FrameHeader.byteCount)
        let durable = try reader.number()
        let time = try reader.int64()
        let count = try reader.uint32()
        _ = try reader.uint32()
        guard count <= Limits.batchEntriesMax, reader.remaining >= Int(count) * BatchEntry.byteCount else {
            throw FormatError(.bounds, at: offset)
        }
        let room = frame.length - FrameHeader.byteCount - frame.checked
        var entries: [BatchEntry] = []
        entries.reserveCapacity(Int(count))
        for _ in 0..<count {
            let entry = try BatchEntry.decode(&reader)
            guard UInt64(entry.payloadOffset) + UInt64(entry.payloadLength) <= UInt64(room) else {
                throw FormatError(.bounds, at: offset)
            }
            entries.append(entry)
        }
        return BatchHeader(number: frame.sequence, durableThrough: durable, time_µs: time, entries: entries)
    }
}
