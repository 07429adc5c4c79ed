/// The bytes of one message, the same in journal and segment.
///
/// ```
/// offset size
///      0    4  length     of the whole record
///      4    1  role       1 user, 2 assistant, 3 system, 4 tool, 0 another: its name follows
///      5    1  flags      1 content is ASCII, 2 has an id, 4 has metadata
///      6    2  zero
///      8    8  timestamp  microseconds since 1970
///     16       [metadata: 4-byte length, JSON] [id: 2-byte length, text] [role: 2-byte length, text] content
/// ```
@frozen
public struct MessageRecord {
    public static let headerByteCount = 16

    public struct Flags {
        public static let ascii: UInt8 = 1
        public static let id: UInt8 = 2
        public static let metadata: UInt8 = 4
    }

    /// The whole record.
    public let bytes: UnsafeRawBufferPointer
    public let role: UInt8
    public let flags: UInt8
    public let timestamp_µs: Int64
    public let metadata: UnsafeRawBufferPointer
    public let id: UnsafeRawBufferPointer
    public let roleName: UnsafeRawBufferPointer
    public let content: UnsafeRawBufferPointer

    /// The length that a record will have.
    @inlinable
    public static func byteCount(content: Int, metadata: Int, id: Int?, roleName: Int?) -> Int {
        headerByteCount + content + (metadata > 0 ? metadata + 4 : 0) + (id.map { $0 + 2 } ?? 0)
            + (roleName.map { $0 + 2 } ?? 0)
    }

    /// The length of the record that begins at an offset, or `nil` when it doesn't fit the bytes.
    @inlinable
    public static func length(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        guard bytes.count &- offset >= headerByteCount else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        guard length >= headerByteCount, length <= bytes.count &- offset else { return nil }
        return length
    }

    /// Reads the record that begins at an offset, checking every length.
    @inlinable
    public init?(_ all: UnsafeRawBufferPointer, at offset: Int) {
        guard let length = MessageRecord.length(in: all, at: offset), let base = all.baseAddress else { return nil }
        let start = base + offset
        bytes = UnsafeRawBufferPointer(start: start, count: length)
        role = start.load(fromByteOffset: 4, as: UInt8.self)
        flags = start.load(fromByteOffset: 5, as: UInt8.self)
        timestamp_µs = Int64(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: Int64.self))
        var at = MessageRecord.headerByteCount
        if flags & Flags.metadata != 0 {
            guard length &- at >= 4 else { return nil }
            let count = Int(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
            at &+= 4
            guard count <= length &- at else { return nil }
            metadata = UnsafeRawBufferPointer(start: start + at, count: count)
            at &+= count
        } else {
            metadata = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        if flags & Flags.id != 0 {
            guard length &- at >= 2 else { return nil }
            let count = Int(UInt16(littleEndian: start.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
            at &+= 2
            guard count <= length &- at else { return nil }
            id = UnsafeRawBufferPointer(start: start + at, count: count)
            at &+= count
        } else {
            id = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        if role == 0 {
            guard length &- at >= 2 else { return nil }
            let count = Int(UInt16(littleEndian: start.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
            at &+= 2
            guard count <= length &- at else { return nil }
            roleName = UnsafeRawBufferPointer(start: start + at, count: count)
            at &+= count
        } else {
            roleName = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        content = UnsafeRawBufferPointer(start: start + at, count: length &- at)
    }

    @inlinable
    public var hasID: Bool { flags & Flags.id != 0 }
    @inlinable
    public var contentIsASCII: Bool { flags & Flags.ascii != 0 }

    /// Whether content, id and role are the text that they say they are.
    ///
    /// IMPORTANT: strings are made of them without looking again, so whatever comes from a file must have passed this
    /// once: a checksum says that bytes are what somebody wrote, not that it was us.
    public var holdsText: Bool {
        guard contentIsASCII ? Checksum.isASCII(content) : Self.isText(content) else { return false }
        return (id.isEmpty || Self.isText(id)) && (roleName.isEmpty || Self.isText(roleName))
    }

    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.isEmpty || Checksum.isASCII(bytes) { return true }
        return bytes.withMemoryRebound(to: UInt8.self) { bytes in
            (try? UTF8Span(validating: Span(_unsafeElements: bytes))) != nil
        }
    }

    /// Checks that a run of bytes is exactly `count` records.
    public static func validate(_ bytes: UnsafeRawBufferPointer, count: Int) -> Bool {
        var offset = 0
        for _ in 0..<count {
            guard let record = MessageRecord(bytes, at: offset) else { return false }
            offset += record.bytes.count
        }
        return offset == bytes.count
    }
}
