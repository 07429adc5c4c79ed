import Synchronization

@usableFromInline
enum MetadataStorage: Sendable {
    case empty
    case decoded(DecodedMetadata)
    case encoded(EncodedMetadata)
}

/// A dictionary behind one reference, so that a message stays small.
@usableFromInline
final class DecodedMetadata: Sendable {
    @usableFromInline
    let value: [String: JSONValue]

    init(_ value: [String: JSONValue]) {
        self.value = value
    }
}

/// A message's metadata as JSON bytes inside a buffer that the messages of one load share.
public struct EncodedMetadata: Sendable {
    @usableFromInline
    let buffer: MetadataBuffer
    @usableFromInline
    let offset: UInt32
    @usableFromInline
    let count: UInt32

    /// The `count` bytes from `offset` of a buffer of less than 4 GiB, which must be one JSON object.
    @inlinable
    public init(buffer: MetadataBuffer, offset: Int, count: Int) {
        self.buffer = buffer
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    /// Metadata with a buffer of its own.
    init(copying bytes: UnsafeRawBufferPointer) {
        let buffer = MetadataBuffer(capacity: bytes.count)
        buffer.base.copyMemory(from: bytes.baseAddress.unsafelyUnwrapped, byteCount: bytes.count)
        self.init(buffer: buffer, offset: 0, count: bytes.count)
    }

    /// Calls `body` with the bytes of the JSON object.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: buffer.base + Int(offset), count: Int(count)))
    }

    func decoded() -> [String: JSONValue] {
        buffer.decoded(offset: offset, count: count)
    }
}

/// The encoded metadata of several messages, in one allocation.
///
/// `@unchecked Sendable`: the bytes are written by the maker before any ``EncodedMetadata`` of it is handed out, and
/// only read afterwards; the cache is guarded by its mutex.
public final class MetadataBuffer: @unchecked Sendable {
    /// The bytes. Write them before the first message that points here is handed out.
    public let base: UnsafeMutableRawPointer
    /// How many bytes there are at ``base``.
    public let capacity: Int
    private let cache = Mutex<[UInt32: [String: JSONValue]]>([:])

    /// Room for `capacity` bytes, not initialized.
    public init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit {
        base.deallocate()
    }

    func decoded(offset: UInt32, count: UInt32) -> [String: JSONValue] {
        cache.withLock { cache in
            if let known = cache[offset] { return known }
            let bytes = UnsafeRawBufferPointer(start: base + Int(offset), count: Int(count))
            // The bytes were checked as JSON when they were made and came through a checksum, so they parse; a store
            // written by another program that put something else there reads as the raw text, not as nothing.
            let value: [String: JSONValue]
            if case .object(let object)? = try? JSONValue(parsing: bytes) {
                value = object
            } else {
                value = ["": .string(String(decoding: bytes, as: UTF8.self))]
            }
            cache[offset] = value
            return value
        }
    }
}
