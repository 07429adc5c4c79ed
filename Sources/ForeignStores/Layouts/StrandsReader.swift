internal import AgentMemory

/// Reads the files of one agent, in their order: a message each.
struct StrandsReader: ForeignFileReader {
    private static let carriedOfRecord: Set<String> = ["message", "redact_message", "created_at", "message_id"]
    private static let carriedOfMessage: Set<String> = ["role", "content", "tracking_id", "metadata"]

    private var file = ""
    private var whole = WholeFile()
    private var names = CallNames()

    mutating func begin(_ file: String, into output: inout ForeignOutput) {
        self.file = file
        whole = WholeFile()
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, into output: inout ForeignOutput) {
        whole.add(bytes)
    }

    mutating func end(into output: inout ForeignOutput) {
        let place = ForeignPlace(file: file)
        do throws(MemoryError) {
            guard StrandsFiles.number(of: FileName.last(of: file)) != nil else {
                throw .unreadable("The file's name has no number, which is the message's place")
            }
            guard let session = output.options.session else {
                throw .unreadable("The file stands in no directory of a session")
            }
            let json = try whole.json()
            guard case .object = json else { throw .unreadable("A message must be a JSON object") }
            let redacted = json["redact_message"]?.ifPresent
            guard let message = redacted ?? json["message"]?.ifPresent else {
                throw .unreadable("The record has no message")
            }
            let record = ForeignRecord(
                session: session, id: message["tracking_id"]?.nameValue, time: try Timestamp.read(json["created_at"]),
                text: whole.text, place: place)
            let drafts = try self.drafts(message)
            output.add(drafts, of: record)
            if redacted != nil { output.lose(.redacted, at: place) }
            output.loseFields(of: json, except: Self.carriedOfRecord, at: place)
            output.loseFields(of: message, except: Self.carriedOfMessage, prefix: "message.", at: place)
            output.loseFields(of: message["metadata"], except: ["usage"], prefix: "message.metadata.", at: place)
        } catch {
            output.refuse(place, error)
        }
        whole = WholeFile()
    }

    /// A message for each result, then one for the rest of the blocks.
    private mutating func drafts(_ message: JSONValue) throws(MemoryError) -> [MessageDraft] {
        guard let role = message["role"]?.stringValue else { throw .unreadable("The message has no role") }
        guard let blocks = message["content"]?.arrayValue else { throw .unreadable("The message has no content") }
        var drafts: [MessageDraft] = []
        var calls: [ToolCall] = []
        var rest: [JSONValue] = []
        for block in blocks {
            if let result = block["toolResult"] {
                drafts.append(self.result(result))
            } else if let use = block["toolUse"] {
                calls.append(
                    ToolCall(
                        id: use["toolUseId"]?.nameValue, name: use["name"]?.stringValue, arguments: use["input"]))
            } else {
                rest.append(block)
            }
        }
        for call in calls { names.add(call) }
        if calls.isEmpty, rest.isEmpty { return drafts }
        var draft = MessageDraft(role: role, parts: rest)
        draft.put(calls)
        draft.keep("usage", message["metadata"]?["usage"])
        return drafts + [draft]
    }

    private func result(_ json: JSONValue) -> MessageDraft {
        var draft = MessageDraft(role: "tool", parts: json["content"]?.arrayValue ?? []) { part in
            part["json"].map { ["text": .string($0.serializedText)] } ?? part
        }
        let id = json["toolUseId"]?.nameValue
        draft.answer(id, name: names.name(own: nil, call: id), failed: json["status"]?.stringValue == "error")
        return draft
    }
}
