internal import AgentMemory

/// Makes messages of a transcript's chain.
struct TranscriptWriter {
    private static let carried: Set<String> = [
        "type", "uuid", "parentUuid", "logicalParentUuid", "isSidechain", "isMeta", "isCompactSummary", "timestamp",
        "message", "cwd",
    ]
    private static let carriedOfMessage: Set<String> = ["type", "role", "id", "content", "model", "usage"]

    private let transcript: Transcript
    private let file: String
    private let session: String
    private var names = CallNames()
    private var written: Set<Int> = []
    private var writtenResults: Set<Transcript.ResultPlace> = []

    init(_ transcript: Transcript, file: String, session: String) {
        (self.transcript, self.file, self.session) = (transcript, file, session)
    }

    /// Writes all of it. The writer is used up by that.
    consuming func write(into output: inout ForeignOutput) {
        for index in transcript.chain where transcript.nodes[index].isSaid && !written.contains(index) {
            switch transcript.nodes[index].kind {
            case .assistant:
                let lines = transcript.nodes[index].answer.flatMap { transcript.answers[$0] } ?? [index]
                written.formUnion(lines)
                writeAnswer(lines, into: &output)
            case .user:
                written.insert(index)
                writeUser(index, into: &output)
            case .other: break
            }
        }
        countLeft(into: &output)
        if written.isEmpty { return }
        output.describe(
            session,
            ["title": transcript.customTitle ?? transcript.aiTitle, "cwd": transcript.workingDirectory],
            at: ForeignPlace(file: file))
    }

    private func place(_ index: Int) -> ForeignPlace {
        ForeignPlace(file: file, line: transcript.nodes[index].number)
    }

    /// A line that was read before.
    private func json(_ index: Int) throws(MemoryError) -> JSONValue {
        try JSONValue(parsing: Array(transcript.nodes[index].text))
    }

    private func record(_ json: JSONValue, _ index: Int) throws(MemoryError) -> ForeignRecord {
        ForeignRecord(
            session: session, id: json["uuid"]?.stringValue, time: try Timestamp.read(json["timestamp"]),
            text: transcript.nodes[index].text, place: place(index))
    }

    // MARK: Answers

    /// The lines of one answer, and behind it the results of its calls, wherever they stand.
    private mutating func writeAnswer(_ lines: [Int], into output: inout ForeignOutput) {
        var parts: [JSONValue] = []
        var calls: [ToolCall] = []
        var record: ForeignRecord?
        var last: JSONValue?
        var text: String?
        var originals: [UInt8] = []
        for index in lines {
            do throws(MemoryError) {
                let json = try json(index)
                switch json["message"]?["content"] {
                case .string(let content)?: text = (text ?? "") + content
                case .array(let blocks)?:
                    for block in blocks {
                        if block["type"]?.stringValue == "tool_use" {
                            calls.append(
                                ToolCall(
                                    id: block["id"]?.nameValue, name: block["name"]?.stringValue,
                                    arguments: block["input"]))
                        } else {
                            parts.append(block)
                        }
                    }
                default: throw .unreadable("The answer has no content")
                }
                if record == nil { record = try self.record(json, index) }
                last = json
                if output.options.keepsOriginal {
                    if !originals.isEmpty { originals.append(0x0A) }
                    originals += transcript.nodes[index].text
                }
                loseFields(json, index, into: &output)
            } catch {
                output.refuse(place(index), error)
            }
        }
        guard var record, let last else { return }
        if let text { parts.insert(["type": "text", "text": .string(text)], at: 0) }
        var draft = MessageDraft(role: "assistant", parts: parts)
        draft.put(calls)
        draft.keep("model", last["message"]?["model"])
        draft.keep("usage", last["message"]?["usage"])
        record.text = originals[...]
        output.add([draft], of: record)
        for call in calls { names.add(call) }
        writeResults(of: calls, into: &output)
    }

    private mutating func writeResults(of calls: [ToolCall], into output: inout ForeignOutput) {
        let places = Set(calls.compactMap(\.id)).flatMap { transcript.results[$0] ?? [] }
            .sorted { ($0.node, $0.block) < ($1.node, $1.block) }
        for place in places where writtenResults.insert(place).inserted { writeResult(place, into: &output) }
    }

    // MARK: What the user's lines hold

    private mutating func writeUser(_ index: Int, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            let json = try json(index)
            let content = json["message"]?["content"]
            let blocks = content?.arrayValue ?? []
            var rest: [JSONValue] = []
            var results = 0
            for (number, block) in blocks.enumerated() {
                guard block["type"]?.stringValue == "tool_result" else {
                    rest.append(block)
                    continue
                }
                results += 1
                let place = Transcript.ResultPlace(node: index, block: number)
                // Of a call that is nowhere: it stands where the line stands.
                if writtenResults.insert(place).inserted { writeResult(place, into: &output) }
            }
            if results > 0, rest.isEmpty { return }
            var draft = try MessageDraft(role: "user", content: results > 0 ? .array(rest) : content)
            if json["isCompactSummary"] == true { draft.keep("compact_summary", true) }
            var record = try record(json, index)
            record.id = record.id.map { ForeignOutput.id($0, number: results + 1) }
            output.add(draft, id: record.id, of: record, keepsOriginal: results == 0)
            loseFields(json, index, into: &output)
        } catch {
            output.refuse(place(index), error)
        }
    }

    private func writeResult(_ result: Transcript.ResultPlace, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            let json = try json(result.node)
            guard let blocks = json["message"]?["content"]?.arrayValue, result.block < blocks.count else { return }
            let block = blocks[result.block]
            let draft = try draft(ofResult: block)
            let number = blocks[...result.block].count { $0["type"]?.stringValue == "tool_result" }
            let record = try record(json, result.node)
            output.add(
                draft, id: record.id.map { ForeignOutput.id($0, number: number) }, of: record,
                keepsOriginal: number == 1)
            if number == 1 { loseFields(json, result.node, into: &output) }
        } catch {
            output.refuse(place(result.node), error)
        }
    }

    private func draft(ofResult block: JSONValue) throws(MemoryError) -> MessageDraft {
        var draft = try MessageDraft(role: "tool", content: block["content"]?.ifPresent ?? .string(""))
        let call = block["tool_use_id"]?.nameValue
        draft.answer(call, name: names.name(own: block["name"], call: call), failed: block["is_error"] == true)
        return draft
    }

    // MARK: What is left

    private func loseFields(_ json: JSONValue, _ index: Int, into output: inout ForeignOutput) {
        output.loseFields(of: json, except: Self.carried, at: place(index))
        output.loseFields(of: json["message"], except: Self.carriedOfMessage, prefix: "message.", at: place(index))
    }

    private func countLeft(into output: inout ForeignOutput) {
        let withResults = Set(writtenResults.map(\.node))
        for (index, node) in transcript.nodes.enumerated() where node.kind != .other {
            if node.isSidechain {
                output.lose(.subagent, at: place(index))
            } else if node.isSaid, !written.contains(index), !withResults.contains(index) {
                output.lose(.branch, at: place(index))
            }
        }
    }
}
