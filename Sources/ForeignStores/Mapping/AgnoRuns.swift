internal import AgentMemory

/// The runs of one of agno's sessions, as messages.
struct AgnoRuns {
    private static let carriedOfMessage: Set<String> = [
        "id", "role", "content", "created_at", "tool_calls", "tool_call_id", "tool_name", "tool_args", "name",
        "metrics", "reasoning_content", "tool_call_error", "images", "from_history", "stop_after_tool_call",
    ]
    /// What a run has of its session, and what its messages tell, too.
    private static let carriedOfRun: Set<String> = [
        "messages", "run_id", "session_id", "parent_run_id", "created_at", "status", "model", "content", "content_type",
        "metrics", "tools", "input", "member_responses",
    ]

    let session: String
    private var names = CallNames()
    private var system: String?

    init(session: String) {
        self.session = session
    }

    /// Adds what was said in a run.
    ///
    /// - Parameter text: The run as it stands there.
    mutating func add(
        _ run: JSONValue, _ text: ArraySlice<UInt8>, at place: ForeignPlace, into output: inout ForeignOutput
    ) {
        guard case .object = run else { return output.refuse(place, "The run must be a JSON object") }
        guard run["parent_run_id"]?.ifPresent == nil, run["status"]?.stringValue != "REGENERATED" else { return }
        switch run["messages"]?.ifPresent {
        case nil: return
        case .array(let messages)?:
            let texts =
                output.options.keepsOriginal ? JSONSlices.elements(of: JSONSlices.member("messages", of: text)) : []
            // The run's own members stand with the first of its messages.
            var around = output.options.keepsOriginal ? JSONSlices.object(text, without: "messages") : []
            for (index, message) in messages.enumerated() {
                if message["from_history"]?.boolValue == true { continue }
                var record = ForeignRecord(session: session, text: [], place: place.part("message \(index + 1)"))
                if index < texts.count {
                    record.text = Self.original(of: texts[index], with: around)
                    around = []
                }
                add(message, model: run["model"], record, into: &output)
            }
            output.loseFields(of: run, except: Self.carriedOfRun, prefix: "run.", at: place)
        default: output.refuse(place, "The run's messages are no list")
        }
    }

    private static func original(of message: ArraySlice<UInt8>, with run: [UInt8]) -> ArraySlice<UInt8> {
        if run.isEmpty { return message }
        return (Array("{\"run\":".utf8) + run + Array(",\"message\":".utf8) + message + [0x7D])[...]
    }

    private mutating func add(
        _ json: JSONValue, model: JSONValue?, _ record: ForeignRecord, into output: inout ForeignOutput
    ) {
        do throws(MemoryError) {
            guard case .object(let fields) = json else { throw .unreadable("A message must be a JSON object") }
            guard let role = fields["role"]?.stringValue else { throw .unreadable("The message has no role") }
            var draft = try MessageDraft(role: role, content: fields["content"]?.ifPresent ?? "")
            if role == "system" {
                // Every run begins with the instructions; they are said again only when they have changed.
                if draft.content == system { return }
                system = draft.content
            }
            let calls = fields["tool_calls"]?.arrayValue ?? []
            names.add(openAI: calls)
            draft.put("tool_calls", .array(calls))
            let answered = fields["tool_call_id"]?.nameValue
            draft.put("tool_call_id", answered.map(JSONValue.string))
            draft.put(
                "name", names.name(own: fields["tool_name"], call: answered) ?? fields["name"])
            if role == "assistant" { draft.keep("model", model) }
            let spent = (fields["metrics"]?.objectValue ?? [:]).filter { $0.key.hasSuffix("_tokens") }
            draft.keep("usage", .object(spent))
            draft.keep("reasoning_content", fields["reasoning_content"])
            if fields["tool_call_error"] == true { draft.keep("tool_call_error", true) }
            draft.keep("images", fields["images"])
            var record = record
            record.id = fields["id"]?.nameValue
            record.time = try Timestamp.read(fields["created_at"])
            output.add([draft], of: record)
            output.loseFields(of: json, except: Self.carriedOfMessage, prefix: "message.", at: record.place)
        } catch {
            output.refuse(record.place, error)
        }
    }
}
