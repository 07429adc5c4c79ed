internal import AgentMemory

/// Chats as services take them: lines of `{"messages":[…]}`, or of messages that name their session.
package struct OpenAIChat: FileLayout {
    package let name = "openai-chat"
    package let summary = "Chats of OpenAI and its like, a chat or a message a line"
    package let fileExtension = "jsonl"

    package init() {}

    package func recognize(_ head: FileHead) -> Recognition? {
        // The first line: chats may stand among lines of messages, which are Amberlog's own, then.
        guard !head.isArray, let first = head.lines.first, first["messages"]?.arrayValue != nil else { return nil }
        let message = first["messages"]?[0]
        guard message?["role"]?.stringValue != nil else { return Recognition(.possible, "its lines have messages") }
        // With a session's id it is how sessions are exported from here.
        return first["session_id"] == nil
            ? Recognition(.certain, "its lines have messages with roles, and no session_id")
            : Recognition(.possible, "its lines have messages with roles")
    }

    package func reader(_ options: ReadingOptions) -> any ForeignFileReader { OpenAIChatReader() }
}

private struct OpenAIChatReader: ForeignFileReader {
    private var file = ""
    private var cutter = LineCutter()

    mutating func begin(_ file: String, into output: inout ForeignOutput) {
        self.file = file
        cutter = LineCutter()
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, into output: inout ForeignOutput) {
        for line in cutter.add(bytes) { take(line, into: &output) }
    }

    mutating func end(into output: inout ForeignOutput) {
        if let line = cutter.finish() { take(line, into: &output) }
    }

    private func take(_ line: LineCutter.Line, into output: inout ForeignOutput) {
        let place = ForeignPlace(file: file, line: line.number)
        do throws(MemoryError) {
            let json = try line.json()
            guard case .object = json else { throw .unreadable("A line must be a JSON object") }
            let text = line.bytes ?? []
            guard let messages = json["messages"]?.arrayValue else {
                guard let session = json["session_id"]?.nameValue ?? output.options.session else {
                    throw .unreadable(
                        json["role"] == nil && json["content"] == nil
                            ? "The line has no messages" : "The message names no session; give one with --session")
                }
                add(json, of: ForeignRecord(session: session, text: text, place: place), into: &output)
                return
            }
            let prefix = output.options.session ?? FileName.session(of: file, extension: "jsonl")
            let session = json["session_id"]?.nameValue ?? "\(prefix)-\(line.number)"
            var texts: [ArraySlice<UInt8>] = []
            if output.options.keepsOriginal {
                texts = JSONSlices.elements(of: JSONSlices.member("messages", of: text))
            }
            for (index, message) in messages.enumerated() {
                let part = place.part("message \(index + 1)")
                add(
                    message,
                    of: ForeignRecord(session: session, text: index < texts.count ? texts[index] : [], place: part),
                    into: &output)
            }
            if messages.isEmpty { return }
            output.describe(
                session, members(json), original: JSONSlices.object(text, without: "messages"), at: place)
        } catch {
            output.refuse(place, error)
        }
    }

    /// What stands beside a chat's messages.
    private func members(_ json: JSONValue) -> [String: JSONValue?] {
        var members = json.objectValue ?? [:]
        for key in ["session_id", "messages", "exported_at"] { members[key] = nil }
        let own = members.removeValue(forKey: "metadata")?.objectValue ?? [:]
        members.merge(own) { _, own in own }
        return members
    }

    /// Messages are read as Amberlog's own lines are, and written back as they were.
    private func add(_ json: JSONValue, of record: ForeignRecord, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            let time = output.options.unknownTime
            let message = try Message(json: ContentParts.flatten(json), timestamp: time)
            output.add(message, of: record)
        } catch {
            output.refuse(record.place, error)
        }
    }
}
