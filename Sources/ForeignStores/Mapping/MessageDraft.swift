package import AgentMemory

/// A message as layouts put it together: what stands beside the role as in OpenAI's chats, and metadata.
package struct MessageDraft: Sendable {
    package var role: String
    package var content: String
    package private(set) var metadata: [String: JSONValue] = [:]
    package private(set) var beside: [String: JSONValue] = [:]

    package init(role: String, text: String = "") {
        self.role = role
        content = text
    }

    /// - Parameter content: A text, or parts. Anything else is refused.
    package init(role: String, content: JSONValue?) throws(MemoryError) {
        self.role = role
        switch content {
        case .string(let text)?: self.content = text
        case .array(let parts)?:
            self.content = ""
            set(parts: parts)
        default: throw .unreadable("The content is neither text nor parts")
        }
    }

    /// - Parameter parts: What the content is made of, without calls and results.
    package init(role: String, parts: [JSONValue], text: (JSONValue) -> JSONValue = { $0 }) {
        self.role = role
        content = ""
        set(parts: parts, text: text)
    }

    /// Makes parts the content: their text, and themselves in the metadata if they tell more than that.
    ///
    /// - Parameter text: The part that stands in for a part whose text isn't its `text`.
    package mutating func set(parts: [JSONValue], text: (JSONValue) -> JSONValue = { $0 }) {
        content = ContentParts.text(of: parts.map(text))
        if !Self.isTextAlone(parts) { keep(ContentParts.metadataKey, .array(parts)) }
    }

    /// Whether the parts are one part that has nothing but its text.
    private static func isTextAlone(_ parts: [JSONValue]) -> Bool {
        guard parts.count == 1 else { return false }
        switch parts[0] {
        case .string: return true
        case .object(let object):
            return object["text"]?.stringValue != nil && object.keys.allSatisfy { $0 == "type" || $0 == "text" }
        default: return false
        }
    }

    /// Keeps a value in the metadata, unless there is nothing in it.
    package mutating func keep(_ key: String, _ value: JSONValue?) {
        if let value = value?.ifKept { metadata[key] = value }
    }

    /// Puts a value beside the role, unless there is nothing in it.
    package mutating func put(_ key: String, _ value: JSONValue?) {
        if let value = value?.ifKept { beside[key] = value }
    }

    /// All of what another library keeps with a message as its metadata.
    package mutating func keep(all members: [String: JSONValue]) {
        metadata.merge(members) { own, _ in own }
    }

    func message(time: Timestamp) throws(MemoryError) -> Message {
        var object = beside
        object["role"] = .string(role)
        object["content"] = .string(content)
        object["metadata"] = .object(metadata)
        return try Message(json: .object(object), timestamp: time)
    }
}
