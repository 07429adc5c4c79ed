extension Message {
    /// The message as a JSON object of the shape that the reference's `to_dict` gives: `role`, `content`, `timestamp`,
    /// `metadata` (always there, empty too), and `id` when there is one. What ``ExtraKeys`` says of lines holds here.
    ///
    /// ```swift
    /// Message(role: .user, content: "Hello", timestamp: start).toJSON()
    /// // {"content":"Hello","metadata":{},"role":"user","timestamp":"2026-01-31T11:00:00.500000Z"}
    /// ```
    public func toJSON() -> JSONValue {
        let (own, unknown) = ExtraKeys.split(metadata)
        var object = unknown
        object["role"] = .string(role.name)
        object["content"] = .string(content)
        object["timestamp"] = .string(timestamp.description)
        object["metadata"] = .object(own)
        if let id { object["id"] = .string(id) }
        return .object(object)
    }

    /// Reads a message from a JSON object: `from_dict` of the reference. Takes what ``MessageLine`` takes; a
    /// `session_id` is passed over.
    ///
    /// - Parameter timestamp: When it was said if the object doesn't tell.
    /// - Throws: ``MemoryError/Code/invalidMessage`` that says which field is missing or what is wrong with it.
    public init(json: JSONValue, timestamp: @autoclosure () -> Timestamp = .now) throws(MemoryError) {
        guard case .object(let object) = json else { throw Message.refused(.notAnObject) }
        func field(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }

        guard let role = field("role") else { throw Message.refused(.noRole) }
        guard case .string(let roleName) = role else { throw Message.refused(.badRole) }
        guard let content = field("content") else { throw Message.refused(.noContent) }
        guard case .string(let text) = content else { throw Message.refused(.badContent) }

        var own: [String: JSONValue] = [:]
        if let metadata = field("metadata") {
            guard case .object(let object) = metadata else { throw Message.refused(.badMetadata) }
            own = object
        }
        var id: String?
        switch field("id") {
        case nil: break
        case .string(let name): id = name.isEmpty ? nil : name
        case .integer(let number): id = String(number)
        default: throw Message.refused(.badID)
        }
        let said = try field("timestamp").map { (value) throws(MemoryError) in try Timestamp(json: value) }
        let unknown = object.filter { !ExtraKeys.fields.contains($0.key) }
        self.init(
            role: Role(roleName), content: text, timestamp: said ?? timestamp(),
            metadata: ExtraKeys.merge(own, unknown: unknown), id: id)
        switch field("sequence") {
        case nil: break
        case .integer(let number) where number >= 0: sequence = UInt64(number)
        default: throw Message.refused(.badSequence)
        }
    }

    private static func refused(_ reason: JSONFault.Reason) -> MemoryError {
        MemoryError(.invalidMessage, reason.rawValue)
    }
}

extension Timestamp {
    /// Reads a JSON string as ``init(_:)`` does, or a JSON number as seconds since 1970.
    ///
    /// - Throws: ``MemoryError/Code/invalidMessage`` when it is neither, or outside of the years 1 to 9999.
    public init(json: JSONValue) throws(MemoryError) {
        let parsed: Timestamp? =
            switch json {
            case .string(let text): Timestamp(text)
            case .integer(let seconds): Timestamp(wholeSeconds: seconds)
            case .double(let seconds): Timestamp(secondsSince1970: seconds)
            default: nil
            }
        guard let parsed else { throw MemoryError(.invalidMessage, JSONFault.Reason.badTimestamp.rawValue) }
        self = parsed
    }
}

extension Message: Codable {
    /// Decodes the shape that ``init(json:timestamp:)`` reads.
    public init(from decoder: any Decoder) throws {
        let json = try JSONValue(from: decoder)
        do {
            try self.init(json: json)
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath, debugDescription: error.message, underlyingError: error))
        }
    }

    /// Encodes the shape of ``toJSON()``.
    public func encode(to encoder: any Encoder) throws {
        try toJSON().encode(to: encoder)
    }
}
