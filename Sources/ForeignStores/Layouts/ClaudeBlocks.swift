internal import AgentMemory

/// Calls that have no answer yet, in their order.
struct OpenCalls {
    private var names = CallNames()
    private var open: [String] = []

    mutating func add(_ call: ToolCall) {
        names.add(call)
        if let id = call.id { open.append(id) }
    }

    /// The call that a result answers: the one it tells, else the first without an answer.
    mutating func answer(_ id: String?) -> String? {
        guard let id = id ?? open.first else { return nil }
        if let place = open.firstIndex(of: id) { open.remove(at: place) }
        return id
    }

    func name(own: JSONValue?, call id: String?) -> JSONValue? { names.name(own: own, call: id) }
}

/// Makes messages of the blocks of one: a result ends what comes before it.
struct ClaudeBlocks {
    private let role: String
    private let id: String
    private(set) var calls: OpenCalls
    private var uses = 0
    private var parts: [JSONValue] = []
    private var open: [ToolCall] = []
    private var drafts: [MessageDraft] = []

    init(role: String, id: String, calls: OpenCalls) {
        self.role = role
        self.id = id
        self.calls = calls
    }

    mutating func add(_ block: JSONValue, at place: ForeignPlace, _ output: inout ForeignOutput) {
        switch block["type"]?.stringValue {
        case "tool_use":
            uses += 1
            let call = ToolCall(
                id: block["id"]?.nameValue ?? "\(id):\(uses)", name: block["name"]?.stringValue,
                arguments: block["input"])
            calls.add(call)
            open.append(call)
            output.loseFields(of: block, except: ["type", "id", "name", "input"], prefix: "tool_use.", at: place)
        case "tool_result":
            endMessage()
            let call = calls.answer(block["tool_use_id"]?.nameValue)
            var draft = MessageDraft(role: "tool")
            switch block["content"] {
            case .string(let text)?: draft.content = text
            case .array(let parts)?: draft.set(parts: parts)
            case nil, .null?: break
            case .some(let other): draft.set(parts: [other])
            }
            draft.answer(call, name: calls.name(own: block["name"], call: call), failed: block["is_error"] == true)
            drafts.append(draft)
            output.loseFields(
                of: block, except: ["type", "tool_use_id", "name", "content", "is_error"], prefix: "tool_result.",
                at: place)
        default:
            parts.append(block)
        }
    }

    private mutating func endMessage() {
        if parts.isEmpty, open.isEmpty { return }
        var draft = MessageDraft(role: role, parts: parts)
        draft.put(open)
        drafts.append(draft)
        (parts, open) = ([], [])
    }

    mutating func finish() -> [MessageDraft] {
        endMessage()
        return drafts
    }
}
