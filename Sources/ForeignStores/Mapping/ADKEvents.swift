internal import AgentMemory

/// google-adk's events, as messages: one for each result, then one for the rest.
struct ADKEvents {
    private static let carried: Set<String> = [
        "content", "author", "timestamp", "id", "invocation_id", "branch", "error_code", "usage_metadata",
        "model_version", "partial", "actions", "node_info", "turn_complete",
    ]

    private var names = CallNames()

    /// Adds an event.
    ///
    /// - Parameter record: Its id is set here, to the event's, if that has one.
    mutating func add(_ event: JSONValue, of record: ForeignRecord, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            guard case .object = event else { throw .unreadable("An event must be a JSON object") }
            if event["partial"]?.boolValue == true { return }
            guard let content = event["content"]?.ifPresent else { return }
            guard case .object = content else { throw .unreadable("The content must be a JSON object") }
            guard let given = content["parts"]?.ifPresent else { return }
            guard let parts = given.arrayValue else { throw .unreadable("The content's parts are no list") }
            if parts.isEmpty { return }
            guard let author = event["author"]?.stringValue else { throw .unreadable("The event has no author") }
            var record = record
            record.id = event["id"]?.nameValue ?? record.id
            record.time = try Timestamp.read(event["timestamp"]) ?? record.time
            output.add(try drafts(parts, of: event, author), of: record)
            output.loseFields(of: event, except: Self.carried, at: record.place)
            output.loseFields(of: event["actions"], except: [], prefix: "actions.", at: record.place)
        } catch {
            output.refuse(record.place, error)
        }
    }

    private mutating func drafts(
        _ parts: [JSONValue], of event: JSONValue, _ author: String
    ) throws(MemoryError) -> [MessageDraft] {
        var drafts: [MessageDraft] = []
        var calls: [ToolCall] = []
        var rest: [JSONValue] = []
        for part in parts {
            guard case .object = part else { throw .unreadable("A part must be a JSON object") }
            if let response = part["function_response"]?.ifPresent {
                drafts.append(result(response))
            } else if let call = part["function_call"]?.ifPresent {
                let call = ToolCall(
                    id: call["id"]?.nameValue, name: call["name"]?.stringValue, arguments: call["args"])
                names.add(call)
                calls.append(call)
            } else {
                rest.append(part)
            }
        }
        if !calls.isEmpty || !rest.isEmpty {
            var draft = MessageDraft(role: author == "user" ? "user" : "assistant", parts: rest) { part in
                part["thought"]?.boolValue == true ? .null : part
            }
            draft.put(calls)
            draft.keep("model", event["model_version"])
            draft.keep("usage", event["usage_metadata"])
            draft.keep("error_code", event["error_code"])
            drafts.append(draft)
        }
        for index in drafts.indices {
            if author != "user" { drafts[index].keep("author", .string(author)) }
            for key in ["invocation_id", "branch"] { drafts[index].keep(key, event[key]) }
        }
        return drafts
    }

    private func result(_ json: JSONValue) -> MessageDraft {
        let response = json["response"] ?? .object([:])
        var text = response.serializedText
        if let object = response.objectValue, object.count == 1, let only = object["result"]?.stringValue {
            text = only
        }
        var draft = MessageDraft(role: "tool", text: text)
        let id = json["id"]?.nameValue
        draft.answer(id, name: names.name(own: json["name"], call: id), failed: false)
        return draft
    }
}
