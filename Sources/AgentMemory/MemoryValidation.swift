// The checks that every backend makes before it changes anything, so that they all accept the same.

extension MemoryLimits {
    /// Checks a session id: 1 byte to 1 KiB of UTF-8, any characters.
    ///
    /// - Throws: ``MemoryError/Code/invalidSessionID``.
    public static func validate(sessionID: String) throws(MemoryError) {
        let count = sessionID.utf8.count
        if count == 0 { throw MemoryError(.invalidSessionID, "A session id can't be empty") }
        if count > sessionIDBytes {
            throw MemoryError(.invalidSessionID, "A session id of \(count) bytes is longer than \(sessionIDBytes)")
        }
    }

    /// Checks when a session was made and how long it is to stay.
    ///
    /// - Throws: ``MemoryError/Code/invalidArgument`` for a time to live that isn't at least a microsecond or for a
    ///   creation outside of the years 1 to 9999.
    public static func validate(createdAt: Timestamp, timeToLive: Duration?) throws(MemoryError) {
        guard createdAt.isInRange else {
            throw MemoryError(.invalidArgument, "The time of creation is not of the years 1 to 9999")
        }
        if let timeToLive, timeToLive < .microseconds(1) {
            throw MemoryError(.invalidArgument, "A time to live must be more than nothing")
        }
    }

    /// Checks the messages of one save against all limits: each message, its metadata, its names, and their sum.
    ///
    /// Costs O(1) for a message without metadata or with metadata that is still encoded, else a walk over the metadata.
    ///
    /// - Throws: ``MemoryError/Code/tooLarge``; ``MemoryError/Code/invalidMessage`` for a timestamp outside of the
    ///   years 1 to 9999 and for an empty id.
    public static func validate(_ messages: [Message]) throws(MemoryError) {
        var save = SaveCheck()
        for message in messages {
            let metadata: Int
            switch message.metadataStorage {
            case .empty: metadata = 0
            case .decoded(let box): metadata = try validatedSize(of: box.value)
            case .encoded(let encoded): metadata = encoded.withBytes { $0.count }
            }
            try save.add(message, metadataBytes: metadata)
        }
    }

    /// Checks the messages of one save one after another, as ``validate(_:)`` does, for a backend that encodes each
    /// message anyway and so knows how large its metadata are.
    ///
    /// ```swift
    /// var check = MemoryLimits.SaveCheck()
    /// var scratch: [UInt8] = []
    /// for message in messages {
    ///     let json = try message.encodedMetadata(in: &scratch) { $0.count }
    ///     try check.add(message, metadataBytes: json)
    /// }
    /// ```
    public struct SaveCheck {
        private var total = 0

        /// No message yet.
        public init() {}

        /// Checks one more message of the save. O(1).
        public mutating func add(_ message: Message, metadataBytes: Int) throws(MemoryError) {
            guard message.timestamp.isInRange else {
                throw MemoryError(.invalidMessage, "The timestamp \(message.timestamp) is not of the years 1 to 9999")
            }
            let role = message.role.name.utf8.count
            if role > nameBytes {
                throw MemoryError(.tooLarge, "A role of \(role) bytes is longer than \(nameBytes)")
            }
            var size = role + message.content.utf8.count + metadataBytes
            if let id = message.id?.utf8.count {
                if id == 0 { throw MemoryError(.invalidMessage, "A message's id can't be empty; leave it out") }
                if id > nameBytes {
                    throw MemoryError(.tooLarge, "A message's id of \(id) bytes is longer than \(nameBytes)")
                }
                size += id
            }
            guard metadataBytes <= MemoryLimits.metadataBytes else {
                throw MemoryError(
                    .tooLarge, "Metadata of \(metadataBytes) bytes is larger than \(MemoryLimits.metadataBytes)")
            }
            if size > messageBytes {
                throw MemoryError(.tooLarge, "A message of \(size) bytes is larger than \(messageBytes)")
            }
            total += size
            if total > saveBytes {
                throw MemoryError(.tooLarge, "\(total) bytes in one save are more than \(saveBytes)")
            }
        }
    }

    /// Checks the metadata of a session.
    ///
    /// - Throws: ``MemoryError/Code/tooLarge`` for its size or its depth.
    public static func validate(metadata: [String: JSONValue]) throws(MemoryError) {
        _ = try validatedSize(of: metadata)
    }

    /// Checks where a save says that its messages came from.
    ///
    /// - Throws: ``MemoryError/Code/tooLarge`` for its size or its depth.
    public static func validate(origin: JSONValue) throws(MemoryError) {
        guard let size = origin.serializedCount(depth: 0) else { throw tooDeep }
        guard size <= metadataBytes else {
            throw MemoryError(.tooLarge, "An origin of \(size) bytes is larger than \(metadataBytes)")
        }
    }

    /// Checks how many messages are asked for: `nil` (all), 0 or more.
    ///
    /// - Throws: ``MemoryError/Code/invalidArgument`` for less.
    public static func validate(limit: Int?) throws(MemoryError) {
        if let limit, limit < 0 { throw MemoryError(.invalidArgument, "\(limit) is no number of messages") }
    }

    private static func validatedSize(of metadata: [String: JSONValue]) throws(MemoryError) -> Int {
        guard let size = JSONValue.object(metadata).serializedCount(depth: 0) else {
            throw tooDeep
        }
        guard size <= metadataBytes else {
            throw MemoryError(.tooLarge, "Metadata of \(size) bytes is larger than \(metadataBytes)")
        }
        return size
    }

    static var tooDeep: MemoryError {
        MemoryError(.tooLarge, "The JSON is nested more than \(jsonDepth) levels deep")
    }

    /// The size of a message as ``validate(_:)`` measures it: role, content, id and encoded metadata.
    static func size(of message: Message) -> Int {
        let metadata = message.withEncodedMetadata { $0.count }
        return message.role.name.utf8.count + (message.id?.utf8.count ?? 0) + message.content.utf8.count + metadata
    }
}

extension JSONValue {
    /// The length of ``serialized()`` without building it, or `nil` if the value is nested too deep. `depth` is the
    /// number of arrays and objects around it; the walk goes no deeper than the limit.
    func serializedCount(depth: Int) -> Int? {
        switch self {
        case .null, .bool(true): return 4
        case .bool(false): return 5
        case .integer(let value): return value.description.utf8.count
        case .double(let value): return value.isFinite ? value.description.utf8.count : 4
        case .string(let text): return JSONValue.quotedCount(text)
        case .array(let values):
            guard depth < MemoryLimits.jsonDepth else { return nil }
            var sum = 2 + max(0, values.count - 1)
            for value in values {
                guard let size = value.serializedCount(depth: depth + 1) else { return nil }
                sum += size
            }
            return sum
        case .object(let object):
            guard depth < MemoryLimits.jsonDepth else { return nil }
            var sum = 2 + max(0, object.count - 1)
            for (key, value) in object {
                guard let size = value.serializedCount(depth: depth + 1) else { return nil }
                sum += JSONValue.quotedCount(key) + 1 + size
            }
            return sum
        }
    }

    private static func quotedCount(_ text: String) -> Int {
        var count = 2
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C, 0x08, 0x09, 0x0A, 0x0C, 0x0D: count += 2
            case 0..<0x20: count += 6
            default: count += 1
            }
        }
        return count
    }
}
