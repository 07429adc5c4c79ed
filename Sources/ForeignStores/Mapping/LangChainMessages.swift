package import AgentMemory

/// LangChain's messages, wherever they lie: `{"type":"human","data":{…}}`, or the fields of its classes alone.
package struct LangChainMessages: Sendable {
    /// Types that say something, and the roles they have; `chat` says its own.
    private static let roles = [
        "human": "user", "ai": "assistant", "tool": "tool", "function": "tool", "system": "system", "chat": "chat",
        "HumanMessageChunk": "user", "AIMessageChunk": "assistant", "ToolMessageChunk": "tool",
        "FunctionMessageChunk": "tool", "SystemMessageChunk": "system", "ChatMessageChunk": "chat",
    ]
    private static let carried: Set<String> = [
        "content", "type", "id", "name", "role", "additional_kwargs", "response_metadata", "tool_calls",
        "invalid_tool_calls", "usage_metadata", "tool_call_id", "artifact", "status",
    ]

    private var names = CallNames()

    /// One for each session: results are named by the calls before them.
    package init() {}

    package static func isType(_ type: String) -> Bool { roles[type] != nil || type == "remove" }

    /// Adds a message of the shape `{"type","data"}`.
    ///
    /// - Parameter record: Its id is set here, to the message's.
    package mutating func add(_ json: JSONValue, of record: ForeignRecord, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            guard case .object = json else { throw .unreadable("A message must be a JSON object") }
            guard let type = json["type"]?.stringValue else { throw .unreadable("The message has no type") }
            guard case .object(let fields)? = json["data"] else { throw .unreadable("The message has no data") }
            try add(type: type, fields: fields, of: record, into: &output)
            output.loseFields(of: json, except: ["type", "data"], at: record.place)
        } catch {
            output.refuse(record.place, error)
        }
    }

    /// Adds a message of a type, by its fields.
    package mutating func add(
        type: String, fields: [String: JSONValue], of record: ForeignRecord, into output: inout ForeignOutput
    ) throws(MemoryError) {
        if type == "remove" { return }
        guard var role = Self.roles[type] else { throw .unreadable("'\(type.prefix(64))' is no type of message") }
        if role == "chat" {
            guard let own = fields["role"]?.stringValue else { throw .unreadable("The message has no role") }
            role = own
        }
        var draft = try MessageDraft(role: role, content: fields["content"])
        let extras = fields["additional_kwargs"]?.objectValue ?? [:]
        if let calls = extras["tool_calls"]?.arrayValue, !calls.isEmpty {
            draft.put("tool_calls", .array(calls))
            names.add(openAI: calls)
        } else if let calls = fields["tool_calls"]?.arrayValue {
            let calls = calls.map {
                ToolCall(id: $0["id"]?.nameValue, name: $0["name"]?.stringValue, arguments: $0["args"])
            }
            draft.put(calls)
            for call in calls { names.add(call) }
        }
        if role == "tool" {
            let id = fields["tool_call_id"]?.nameValue
            draft.answer(
                id, name: names.name(own: fields["name"], call: id), failed: fields["status"]?.stringValue == "error")
        } else {
            draft.put("name", fields["name"])
            if fields["status"] == "error" { draft.keep("status", "error") }
        }
        draft.keep("usage", fields["usage_metadata"])
        draft.keep("model", fields["response_metadata"]?["model_name"])
        for key in ["response_metadata", "invalid_tool_calls", "artifact"] { draft.keep(key, fields[key]) }
        draft.keep("additional_kwargs", .object(extras.filter { $0.key != "tool_calls" }))
        var record = record
        record.id = fields["id"]?.nameValue
        output.add([draft], of: record)
        output.loseFields(of: .object(fields), except: Self.carried, prefix: "data.", at: record.place)
    }
}
