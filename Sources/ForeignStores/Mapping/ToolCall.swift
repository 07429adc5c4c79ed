package import AgentMemory

/// A call of a tool in the shape of OpenAI's chats, which all layouts' calls get.
package struct ToolCall: Sendable, Hashable {
    package var id: String?
    package var name: String?
    /// The text that the store has, or its object as JSON.
    package var arguments: String

    /// - Parameter arguments: Text stays as it is; an object is written without spaces, its keys in their order.
    package init(id: String?, name: String?, arguments: JSONValue?) {
        self.id = id
        self.name = name
        switch arguments {
        case .string(let text)?: self.arguments = text
        case nil, .null?: self.arguments = "{}"
        case .some(let value): self.arguments = value.serializedText
        }
    }

    package var json: JSONValue {
        [
            "id": id.map(JSONValue.string) ?? .null, "type": "function",
            "function": ["name": name.map(JSONValue.string) ?? .null, "arguments": .string(arguments)],
        ]
    }
}

/// The names of the tools that a session's calls named: a result is known by its call alone in some layouts.
package struct CallNames: Sendable {
    private var names: [String: String] = [:]

    package init() {}

    package mutating func add(_ call: ToolCall) {
        if let id = call.id, let name = call.name { names[id] = name }
    }

    /// Notes calls that have OpenAI's shape already.
    package mutating func add(openAI calls: [JSONValue]) {
        for call in calls {
            if let id = call["id"]?.stringValue, let name = call["function"]?["name"]?.stringValue { names[id] = name }
        }
    }

    /// The name of a result's tool: its own, else that of its call.
    package func name(own: JSONValue?, call id: String?) -> JSONValue? {
        if let own = own?.ifPresent { return own }
        return id.flatMap { names[$0] }.map(JSONValue.string)
    }
}

extension MessageDraft {
    /// Puts calls beside the role.
    package mutating func put(_ calls: [ToolCall]) {
        put("tool_calls", .array(calls.map(\.json)))
    }

    /// Makes it the result of a call.
    package mutating func answer(_ id: String?, name: JSONValue?, failed: Bool) {
        put("tool_call_id", id.map(JSONValue.string))
        put("name", name)
        if failed { keep("status", "error") }
    }
}

extension JSONValue {
    /// ``serialized()`` as text.
    package var serializedText: String { String(decoding: serialized(), as: UTF8.self) }
}
