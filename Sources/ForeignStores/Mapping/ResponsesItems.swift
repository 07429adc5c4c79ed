package import AgentMemory

/// Items of OpenAI's Responses API, as openai-agents keeps them, one after another.
///
/// Calls that follow each other came in one answer of the model: they become one message.
package struct ResponsesItems: Sendable {
    private struct Calls {
        var record: ForeignRecord
        var calls: [ToolCall] = []
        var texts: [ArraySlice<UInt8>] = []
        var bytes = 0
        var usage: JSONValue?
    }

    private static let carriedOfMessage: Set<String> = ["type", "role", "content", "id", "status"]
    private static let carriedOfCall: Set<String> = ["type", "id", "call_id", "name", "arguments", "status"]
    private static let carriedOfOutput: Set<String> = ["type", "id", "call_id", "output", "status"]

    private var names = CallNames()
    private var open: Calls?

    /// One for each session: results are named by the calls before them.
    package init() {}

    /// Adds an item.
    ///
    /// - Parameters:
    ///   - usage: What the answer cost that ends with this item.
    ///   - record: Its id is set here, to the item's.
    package mutating func add(
        _ json: JSONValue, usage: JSONValue? = nil, of record: ForeignRecord, into output: inout ForeignOutput
    ) {
        do throws(MemoryError) {
            guard case .object(let item) = json else { throw .unreadable("An item must be a JSON object") }
            var record = record
            record.id = item["id"]?.nameValue
            let role = item["role"]?.stringValue
            guard let type = item["type"]?.ifPresent.map({ $0.stringValue ?? "" }) ?? role.map({ _ in "message" })
            else {
                throw .unreadable("The item has neither a role nor a type")
            }
            if type == "function_call" { return try addCall(item, usage, record, into: &output) }
            finish(into: &output)
            var draft: MessageDraft
            switch type {
            case "message":
                guard let role else { throw .unreadable("The message has no role") }
                draft = try MessageDraft(role: role, content: item["content"])
                draft.keep("status", item["status"])
                output.loseFields(of: json, except: Self.carriedOfMessage, at: record.place)
            case "function_call_output":
                draft = try MessageDraft(role: "tool", content: item["output"])
                let id = item["call_id"]?.nameValue
                draft.answer(id, name: names.name(own: nil, call: id), failed: false)
                output.loseFields(of: json, except: Self.carriedOfOutput, at: record.place)
            case "": throw .unreadable("The item's type is no name")
            default:
                draft = MessageDraft(role: type, text: ContentParts.text(of: item["summary"]?.arrayValue ?? []))
                draft.keep("raw", json)
            }
            draft.keep("usage", usage)
            output.add([draft], of: record)
        } catch {
            finish(into: &output)
            output.refuse(record.place, error)
        }
    }

    private mutating func addCall(
        _ item: [String: JSONValue], _ usage: JSONValue?, _ record: ForeignRecord, into output: inout ForeignOutput
    ) throws(MemoryError) {
        guard let name = item["name"]?.stringValue else { throw .unreadable("The call has no name") }
        let call = ToolCall(id: item["call_id"]?.nameValue, name: name, arguments: item["arguments"])
        names.add(call)
        output.loseFields(of: .object(item), except: Self.carriedOfCall, at: record.place)
        // More than a message may hold is refused in any case: it need not be collected.
        if let open, open.bytes > MemoryLimits.messageBytes { finish(into: &output) }
        var calls = open ?? Calls(record: record)
        calls.calls.append(call)
        calls.bytes += call.arguments.utf8.count
        if output.options.keepsOriginal { calls.texts.append(record.text) }
        if let usage { calls.usage = usage }
        open = calls
    }

    /// What follows is no call of the same answer, or there is nothing more.
    package mutating func finish(into output: inout ForeignOutput) {
        guard let calls = open else { return }
        open = nil
        var draft = MessageDraft(role: "assistant")
        draft.put(calls.calls)
        draft.keep("usage", calls.usage)
        var record = calls.record
        if calls.texts.count > 1 {
            record.text = ([0x5B] + calls.texts.joined(separator: [0x2C]) + [0x5D])[...]
        }
        output.add([draft], of: record)
    }
}
