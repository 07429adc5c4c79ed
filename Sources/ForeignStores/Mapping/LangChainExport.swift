package import AgentMemory

/// Messages as LangChain has them: the way back of ``LangChainMessages``.
package enum LangChainExport {
    private static let types = ["user": "human", "assistant": "ai", "system": "system"]

    /// A message as `messages_from_dict` takes it.
    package static func json(of message: Message) -> JSONValue {
        let json = message.toJSON()
        let metadata = message.metadata
        let call = json["tool_call_id"]?.nameValue
        // Without the call that it answers, a result is none to LangChain.
        let type = call != nil && message.role == .tool ? "tool" : types[message.role.name] ?? "chat"
        var data: [String: JSONValue] = [
            "type": .string(type), "content": ResponsesExport.content(of: json),
            "additional_kwargs": metadata["additional_kwargs"]?.objectValue.map(JSONValue.object) ?? [:],
            "response_metadata": metadata["response_metadata"]?.objectValue.map(JSONValue.object)
                ?? metadata["model"].map { ["model_name": $0] } ?? [:],
            "name": json["name"]?.stringValue.map(JSONValue.string) ?? .null,
            "id": message.id.map(JSONValue.string) ?? .null,
        ]
        switch type {
        case "tool":
            data["tool_call_id"] = .string(call ?? "")
            data["artifact"] = metadata["artifact"] ?? .null
            data["status"] = metadata["status"] == "error" ? "error" : "success"
        case "ai":
            let calls = json["tool_calls"]?.arrayValue ?? []
            data["tool_calls"] = .array(calls.compactMap(valid))
            data["invalid_tool_calls"] = .array(
                (metadata["invalid_tool_calls"]?.arrayValue ?? []) + calls.filter { valid($0) == nil }.map(invalid))
            data["usage_metadata"] = usage(metadata["usage"])
        case "chat": data["role"] = .string(message.role.name)
        default: break
        }
        return ["type": .string(type), "data": .object(data)]
    }

    /// A call whose arguments are an object, as they have to be.
    private static func valid(_ call: JSONValue) -> JSONValue? {
        guard let name = call["function"]?["name"]?.stringValue,
            let text = call["function"]?["arguments"]?.stringValue,
            let arguments = try? JSONValue(parsing: text), case .object = arguments
        else { return nil }
        return ["name": .string(name), "args": arguments, "id": call["id"] ?? .null, "type": "tool_call"]
    }

    private static func invalid(_ call: JSONValue) -> JSONValue {
        [
            "name": call["function"]?["name"] ?? .null, "args": call["function"]?["arguments"] ?? .null,
            "id": call["id"] ?? .null, "error": .null, "type": "invalid_tool_call",
        ]
    }

    /// What an answer cost, if it is told in LangChain's terms.
    private static func usage(_ usage: JSONValue?) -> JSONValue {
        let names = ["input_tokens", "output_tokens", "total_tokens"]
        guard let usage, names.allSatisfy({ usage[$0]?.integerValue != nil }) else { return .null }
        return usage
    }
}
