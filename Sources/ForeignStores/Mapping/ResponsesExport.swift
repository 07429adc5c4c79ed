package import AgentMemory

/// Messages as items of OpenAI's Responses API: the way back of ``ResponsesItems``.
package enum ResponsesExport {
    /// The items of a message: one, or one for its text and one for each of its calls.
    package static func items(of message: Message) -> [JSONValue] {
        let json = message.toJSON()
        let metadata = message.metadata
        // What was no message when it came is given back as it was.
        if let raw = metadata["raw"], raw["type"]?.stringValue == message.role.name, raw["role"] == nil { return [raw] }
        let content = content(of: json)
        if let call = json["tool_call_id"]?.nameValue {
            return [["type": "function_call_output", "call_id": .string(call), "output": content]]
        }
        let calls = json["tool_calls"]?.arrayValue ?? []
        var items: [JSONValue] = []
        if calls.isEmpty || content != "" { items.append(said(message, content)) }
        for call in calls {
            var item: [String: JSONValue] = [
                "type": "function_call", "call_id": call["id"]?.ifPresent ?? "",
                "name": call["function"]?["name"]?.ifPresent ?? "",
                "arguments": call["function"]?["arguments"]?.ifPresent ?? "{}",
            ]
            // The service's own ids alone: it refuses others.
            if items.isEmpty, let id = message.id, id.hasPrefix("fc_") { item["id"] = .string(id) }
            items.append(.object(item))
        }
        return items
    }

    private static func said(_ message: Message, _ content: JSONValue) -> JSONValue {
        guard message.role == .assistant, let id = message.id, id.hasPrefix("msg_") else {
            return ["role": .string(message.role.name), "content": content]
        }
        let parts = content.arrayValue.map(JSONValue.array)
        return [
            "type": "message", "id": .string(id), "role": "assistant",
            "status": message.metadata["status"]?.ifPresent ?? "completed",
            "content": parts ?? [["type": "output_text", "text": content, "annotations": []]],
        ]
    }

    /// The text, or the parts that it was made of.
    static func content(of json: JSONValue) -> JSONValue {
        let restored = ContentParts.restore(json)["content"] ?? ""
        return restored.isNull ? "" : restored
    }
}
