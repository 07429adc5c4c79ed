/// A message on one line of JSON, as import, export and the tool read and write it.
///
/// ```swift
/// let line = try MessageLine(parsing: #"{"session_id":"user_123","role":"user","content":"Hello"}"#)
/// try await memory.save([line.message], to: line.session ?? "default")
/// ```
///
/// | key | value |
/// |---|---|
/// | `session_id` | a string, or an integer that is taken as its digits; may be missing |
/// | `role`, `content` | strings; both must be there |
/// | `timestamp` | a text that ``Timestamp/init(_:)`` reads, or seconds since 1970; may be missing |
/// | `metadata` | an object; may be missing |
/// | `id` | a string, or an integer that is taken as its digits; may be missing |
/// | `sequence` | an integer from 0; may be missing |
///
/// `null` is the same as missing, and so is an empty `session_id` or `id`. Any other key is kept in the metadata and written back: see ``ExtraKeys``. Of a key
/// that occurs twice, the last one counts.
public struct MessageLine: Sendable, Hashable {
    /// The session that the line names.
    public var session: String?
    /// The message, with the sequence that the line names.
    public var message: Message

    /// A line to write.
    public init(session: String? = nil, message: Message) {
        self.session = session
        self.message = message
    }

    /// Reads a line.
    ///
    /// The known fields are read in place, and the metadata is checked but stays encoded until someone asks for it:
    /// O(*n*) for *n* bytes, with about four allocations for a line.
    ///
    /// - Parameters:
    ///   - line: One JSON object in UTF-8, white space around it allowed.
    ///   - timestamp: When it was said if the line doesn't tell. Pass one time for a whole import if a second run of
    ///     it is to give equal messages.
    /// - Throws: ``MemoryError/Code/invalidMessage`` that says what is wrong and at which offset,
    ///   ``MemoryError/Code/tooLarge`` for metadata nested deeper than ``MemoryLimits/jsonDepth``.
    public init(
        parsing line: UnsafeRawBufferPointer, timestamp: @autoclosure () -> Timestamp = .now
    ) throws(MemoryError) {
        var reader = MessageLineReader(line)
        do {
            try reader.read()
            self = try reader.line(timestamp: timestamp)
        } catch {
            throw error.memoryError
        }
    }

    /// Reads a line from text: see ``init(parsing:timestamp:)-(UnsafeRawBufferPointer,_)``.
    public init(parsing line: String, timestamp: @autoclosure () -> Timestamp = .now) throws(MemoryError) {
        var line = line
        self = try line.withUTF8 { bytes in
            Result { () throws(MemoryError) in
                try MessageLine(parsing: UnsafeRawBufferPointer(bytes), timestamp: timestamp())
            }
        }.get()
    }

    /// Appends the line as JSON in UTF-8, without a newline behind it (and with none inside).
    ///
    /// Keys come in the order of the table above, then the other keys in the order of their bytes. Equal messages give
    /// equal bytes when their metadata came from equal bytes or was given as a dictionary.
    public func append(to bytes: inout [UInt8]) {
        message.appendLine(to: &bytes, session: session)
    }
}

extension Message {
    /// Appends the message as a line of JSON: see ``MessageLine/append(to:)``.
    ///
    /// - Parameter session: What `session_id` says, `nil` for no such key.
    public func appendLine(to bytes: inout [UInt8], session: String? = nil) {
        bytes.append(0x7B)
        if let session {
            bytes.append(ascii: "\"session_id\":")
            bytes.append(quoted: session)
            bytes.append(0x2C)
        }
        bytes.append(ascii: "\"role\":")
        bytes.append(quoted: role.name)
        bytes.append(ascii: ",\"content\":")
        bytes.append(quoted: content)
        bytes.append(ascii: ",\"timestamp\":\"")
        timestamp.append(to: &bytes)
        bytes.append(0x22)
        let unknown = appendMetadata(to: &bytes)
        if let id {
            bytes.append(ascii: ",\"id\":")
            bytes.append(quoted: id)
        }
        if let sequence {
            bytes.append(ascii: ",\"sequence\":")
            bytes.append(decimal: sequence)
        }
        if !unknown.isEmpty {
            bytes.append(0x2C)
            JSONValue.appendMembers(of: unknown, to: &bytes)
        }
        bytes.append(0x7D)
    }

    /// Appends `,"metadata":{...}` if there is any, and returns what belongs beside it.
    private func appendMetadata(to bytes: inout [UInt8]) -> [String: JSONValue] {
        guard hasMetadata else { return [:] }
        let start = bytes.count
        bytes.append(ascii: ",\"metadata\":")
        let isPlain = withEncodedMetadata { encoded in
            // Metadata that a store gives back is copied as it is, once it is known to have no line break and no key
            // that needs to move.
            var reader = MessageLineReader(encoded)
            guard (try? reader.readPlainMetadata()) == true else { return false }
            bytes.append(contentsOf: encoded)
            return true
        }
        if isPlain { return [:] }
        let (own, unknown) = ExtraKeys.split(metadata)
        if own.isEmpty {
            bytes.removeSubrange(start...)
        } else {
            JSONValue.object(own).append(to: &bytes)
        }
        return unknown
    }
}
