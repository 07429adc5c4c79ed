/// Finds the fields of a message in one JSON object, in place.
struct MessageLineReader {
    private enum Field {
        case session, role, content, timestamp, metadata, id, sequence, unknown
    }

    private struct Member {
        var key: JSONScanner.StringSpan
        var value: Range<Int>
    }

    private var scanner: JSONScanner
    private var session: String?
    private var role: Role?
    private var content: String?
    private var timestamp: Timestamp?
    private var id: String?
    private var sequence: UInt64?
    /// The metadata object with its braces, `nil` for none or an empty one.
    private var metadata: Range<Int>?
    /// Whether white space stands between the tokens of the metadata.
    private var metadataHasSpace = false
    /// Whether the metadata has (or, behind escapes, may have) a key that must be renamed.
    private var metadataHasReservedKey = false
    private var unknown: [Member] = []

    init(_ bytes: UnsafeRawBufferPointer) {
        scanner = JSONScanner(bytes)
    }

    /// Reads all of the bytes, which must hold one object and nothing else.
    mutating func read() throws(JSONFault) {
        scanner.skipSpace()
        guard scanner.next == 0x7B else { throw scanner.fault(.notAnObject) }
        try scanner.open(0)
        if try !scanner.closesAtOnce(0x7D) {
            repeat { try member() } while try scanner.goesOn(to: 0x7D)
        }
        try scanner.end()
    }

    // MARK: Fields

    private mutating func member() throws(JSONFault) {
        let key = try scanner.key()
        let start = scanner.position
        switch field(of: key) {
        case .unknown:
            // It will stand inside of two objects: the metadata, and what the extra keys are kept in.
            try scanner.skipValue(depth: 2)
            unknown.append(Member(key: key, value: start..<scanner.position))
        case .role:
            role = try isNull() ? nil : roleValue()
        case .content:
            guard try !isNull() else {
                content = nil
                return
            }
            guard scanner.next == 0x22 else { throw scanner.fault(.badContent) }
            content = scanner.text(of: try scanner.string())
        case .timestamp:
            timestamp = try isNull() ? nil : timestampValue()
        case .metadata:
            metadata = nil
            (metadataHasSpace, metadataHasReservedKey) = (false, false)
            if try !isNull() { try readMetadata() }
        case .session:
            session = try isNull() ? nil : name(or: .badSession)
        case .id:
            id = try isNull() ? nil : name(or: .badID)
        case .sequence:
            guard try !isNull() else {
                sequence = nil
                return
            }
            guard case .integer(let value) = try scanner.number(), value >= 0 else {
                throw JSONFault(reason: .badSequence, offset: start)
            }
            sequence = UInt64(value)
        }
    }

    @inline(__always)
    private func field(of key: JSONScanner.StringSpan) -> Field {
        if key.hasEscapes {
            return switch scanner.text(of: key) {
            case "session_id": .session
            case "role": .role
            case "content": .content
            case "timestamp": .timestamp
            case "metadata": .metadata
            case "id": .id
            case "sequence": .sequence
            default: .unknown
            }
        }
        return switch key.end &- key.start {
        case 2 where matches(key, "id"): .id
        case 4 where matches(key, "role"): .role
        case 7 where matches(key, "content"): .content
        case 8 where matches(key, "metadata"): .metadata
        case 8 where matches(key, "sequence"): .sequence
        case 9 where matches(key, "timestamp"): .timestamp
        case 10 where matches(key, "session_id"): .session
        default: .unknown
        }
    }

    /// Whether the key is `text`, which has its length.
    @inline(__always)
    private func matches(_ key: JSONScanner.StringSpan, _ text: StaticString) -> Bool {
        for index in 0..<text.utf8CodeUnitCount where scanner.base[key.start &+ index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    private mutating func isNull() throws(JSONFault) -> Bool {
        guard scanner.next == 0x6E else { return false }
        try scanner.literal("null")
        return true
    }

    private mutating func roleValue() throws(JSONFault) -> Role {
        guard scanner.next == 0x22 else { throw scanner.fault(.badRole) }
        let span = try scanner.string()
        if !span.hasEscapes {
            switch span.end &- span.start {
            case 4 where matches(span, "user"): return .user
            case 4 where matches(span, "tool"): return .tool
            case 6 where matches(span, "system"): return .system
            case 9 where matches(span, "assistant"): return .assistant
            default: break
            }
        }
        return Role(scanner.text(of: span))
    }

    private mutating func timestampValue() throws(JSONFault) -> Timestamp {
        let start = scanner.position
        let value: Timestamp?
        if scanner.next == 0x22 {
            let span = try scanner.string()
            if span.hasEscapes {
                value = Timestamp(scanner.text(of: span))
            } else {
                let bytes = UnsafeRawBufferPointer(start: scanner.base + span.start, count: span.end &- span.start)
                value = Timestamp(utf8: bytes)
            }
        } else {
            guard scanner.next == 0x2D || scanner.next &- 0x30 <= 9 else { throw scanner.fault(.badTimestamp) }
            switch try scanner.number() {
            case .integer(let seconds): value = Timestamp(wholeSeconds: seconds)
            case .double(let seconds): value = Timestamp(secondsSince1970: seconds)
            }
        }
        guard let value else { throw JSONFault(reason: .badTimestamp, offset: start) }
        return value
    }

    /// A string, or an integer as its digits; an empty string names nothing.
    private mutating func name(or reason: JSONFault.Reason) throws(JSONFault) -> String? {
        if scanner.next == 0x22 {
            let span = try scanner.string()
            return span.start == span.end ? nil : scanner.text(of: span)
        }
        let start = scanner.position
        guard scanner.next == 0x2D || scanner.next &- 0x30 <= 9, case .integer(let value) = try scanner.number() else {
            throw JSONFault(reason: reason, offset: start)
        }
        return String(value)
    }

    // MARK: Metadata

    /// Reads the metadata object that is next.
    private mutating func readMetadata() throws(JSONFault) {
        let start = scanner.position
        guard scanner.next == 0x7B else { throw scanner.fault(.badMetadata) }
        scanner.sawSpace = false
        try scanner.open(0)
        if try scanner.closesAtOnce(0x7D) { return }
        repeat {
            let key = try scanner.key()
            // A key with an escape may spell `_extra` in another way: then it is worth decoding.
            let length = key.end &- key.start
            if key.hasEscapes {
                metadataHasReservedKey = true
            } else if length >= 6, scanner.base[key.start] == 0x5F,
                ExtraKeys.isEscapable(UnsafeBufferPointer(start: scanner.base + key.start, count: length))
            {
                metadataHasReservedKey = true
            }
            try scanner.skipValue(depth: 1)
        } while try scanner.goesOn(to: 0x7D)
        metadataHasSpace = scanner.sawSpace
        metadata = start..<scanner.position
    }

    /// Whether the bytes are one JSON object that can be written into a line as it is.
    mutating func readPlainMetadata() throws(JSONFault) -> Bool {
        try readMetadata()
        try scanner.end()
        return metadata != nil && !metadataHasSpace && !metadataHasReservedKey
    }

    // MARK: Result

    /// What ``read()`` found.
    func line(timestamp now: () -> Timestamp) throws(JSONFault) -> MessageLine {
        guard let role else { throw JSONFault(reason: .noRole, offset: 0) }
        guard let content else { throw JSONFault(reason: .noContent, offset: 0) }
        return MessageLine(
            session: session,
            message: Message(
                role: role, content: content, timestamp: timestamp ?? now(), id: id, sequence: sequence,
                encodedMetadata: try encodedMetadata()))
    }

    private func encodedMetadata() throws(JSONFault) -> EncodedMetadata? {
        if unknown.isEmpty, !metadataHasReservedKey {
            guard let metadata else { return nil }
            return metadataHasSpace ? compacted(metadata) : EncodedMetadata(copying: bytes(metadata))
        }
        var own: [String: JSONValue] = [:]
        if let metadata, case .object(let object) = try value(metadata) { own = object }
        var others: [String: JSONValue] = [:]
        for member in unknown { others[scanner.text(of: member.key)] = try value(member.value) }
        let merged = JSONValue.object(ExtraKeys.merge(own, unknown: others)).serialized()
        return merged.withUnsafeBytes { EncodedMetadata(copying: $0) }
    }

    private func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: scanner.base + range.lowerBound, count: range.count)
    }

    /// The metadata without the white space between its tokens.
    private func compacted(_ range: Range<Int>) -> EncodedMetadata {
        let buffer = MetadataBuffer(capacity: range.count)
        let target = buffer.base.assumingMemoryBound(to: UInt8.self)
        var count = 0
        var isInString = false
        var isEscaped = false
        for at in range {
            let byte = scanner.base[at]
            if isInString {
                if byte == 0x22, !isEscaped { isInString = false }
                isEscaped = byte == 0x5C && !isEscaped
            } else if byte <= 0x20 {
                continue
            } else if byte == 0x22 {
                isInString = true
            }
            target[count] = byte
            count &+= 1
        }
        return EncodedMetadata(buffer: buffer, offset: 0, count: count)
    }

    private func value(_ range: Range<Int>) throws(JSONFault) -> JSONValue {
        var copy = scanner
        copy.position = range.lowerBound
        return try copy.value(depth: 0)
    }
}
