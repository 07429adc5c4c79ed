/// One thing that was said.
///
/// ```swift
/// let message = Message(role: .user, content: "My name is Alice", metadata: ["lang": "en"])
/// ```
///
/// Two messages are equal when the same was said: role, content, timestamp, metadata and id. ``sequence`` is a place
/// in a store, not part of the message, and takes no part in `==` or hashing.
public struct Message: Sendable {
    /// Who said it.
    public var role: Role
    /// Any text, empty and NUL included.
    public var content: String
    /// When it was said, to the microsecond.
    public var timestamp: Timestamp
    /// The client's own name for this message. Saving a message whose id is among the newest 1,000 ids of its session
    /// adds nothing: that makes a save safe to repeat.
    public var id: String?
    /// Where the message stands in its session: 1 for the first, then strictly rising. `nil` before it was stored.
    public var sequence: UInt64?

    @usableFromInline
    var metadataStorage: MetadataStorage

    /// A message that no store has seen yet. O(1); what is too large is found when it is saved.
    public init(
        role: Role, content: String, timestamp: Timestamp = .now, metadata: [String: JSONValue] = [:], id: String? = nil
    ) {
        self.role = role
        self.content = content
        self.timestamp = timestamp
        self.id = id
        self.sequence = nil
        self.metadataStorage = metadata.isEmpty ? .empty : .decoded(DecodedMetadata(metadata))
    }

    /// For stores: a message whose metadata stays encoded until someone asks for it.
    @inlinable
    public init(
        role: Role, content: String, timestamp: Timestamp, id: String?, sequence: UInt64?,
        encodedMetadata: EncodedMetadata?
    ) {
        self.role = role
        self.content = content
        self.timestamp = timestamp
        self.id = id
        self.sequence = sequence
        if let encodedMetadata {
            self.metadataStorage = .encoded(encodedMetadata)
        } else {
            self.metadataStorage = .empty
        }
    }

    /// What else is known about the message. Decoded on first use when the message comes from a store, and cached.
    public var metadata: [String: JSONValue] {
        get {
            switch metadataStorage {
            case .empty: [:]
            case .decoded(let box): box.value
            case .encoded(let bytes): bytes.decoded()
            }
        }
        set {
            metadataStorage = newValue.isEmpty ? .empty : .decoded(DecodedMetadata(newValue))
        }
    }

    /// Whether ``metadata`` is empty, without decoding it.
    @inlinable
    public var hasMetadata: Bool {
        if case .empty = metadataStorage { false } else { true }
    }

    /// The metadata as the bytes of a JSON object, without decoding and encoding it when it came from a store.
    public func withEncodedMetadata<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch metadataStorage {
        case .empty:
            return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        case .encoded(let metadata):
            return try metadata.withBytes(body)
        case .decoded(let box):
            var bytes: [UInt8] = []
            _ = JSONValue.append(box.value, to: &bytes, levels: .max)
            return try bytes.withUnsafeBytes { (buffer) -> Swift.Result<Result, Failure> in
                do throws(Failure) { return .success(try body(buffer)) } catch { return .failure(error) }
            }.get()
        }
    }

    /// The metadata as the bytes of a JSON object, in memory that is used again: for encoding many messages.
    ///
    /// - Parameter scratch: What was in it is gone afterwards.
    /// - Throws: ``MemoryError/Code/tooLarge`` when the metadata is nested deeper than ``MemoryLimits/jsonDepth``.
    @inlinable
    public func encodedMetadata<Result>(
        in scratch: inout [UInt8], _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(MemoryError) -> Result {
        switch metadataStorage {
        case .empty:
            return body(UnsafeRawBufferPointer(start: nil, count: 0))
        case .encoded(let metadata):
            return metadata.withBytes(body)
        case .decoded(let box):
            try Message.encode(box, into: &scratch)
            return scratch.withUnsafeBytes(body)
        }
    }

    @usableFromInline
    static func encode(_ box: DecodedMetadata, into scratch: inout [UInt8]) throws(MemoryError) {
        scratch.removeAll(keepingCapacity: true)
        guard JSONValue.append(box.value, to: &scratch, levels: MemoryLimits.jsonDepth) else {
            throw MemoryLimits.tooDeep
        }
    }
}

extension Message: Hashable {
    /// Whether the same was said. Decodes metadata that is still encoded.
    public static func == (left: Message, right: Message) -> Bool {
        left.role == right.role && left.content == right.content && left.timestamp == right.timestamp
            && left.id == right.id && left.metadata == right.metadata
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(role)
        hasher.combine(content)
        hasher.combine(timestamp)
        hasher.combine(id)
        hasher.combine(metadata)
    }
}
