internal import AgentMemory

/// Transcripts of Apple's FoundationModels: a file is a session.
package struct FoundationModels: FileLayout {
    package let name = "foundation-models"
    package let summary = "Transcripts of Apple's FoundationModels"
    package let fileExtension = "json"
    static let type = "FoundationModels.Transcript"

    package init() {}

    package func recognize(_ head: FileHead) -> Recognition? {
        guard case .object? = head.document else { return nil }
        if head.document?["type"]?.stringValue == Self.type {
            return Recognition(.certain, "its type is \(Self.type)")
        }
        return head.document?["transcript"]?["entries"]?.arrayValue == nil
            ? nil : Recognition(.possible, "it has transcript.entries")
    }

    package func reader(_ options: ReadingOptions) -> any ForeignFileReader { FoundationModelsReader() }
}

private struct FoundationModelsReader: ForeignFileReader {
    private static let roles = ["instructions": "system", "response": "assistant"]
    private static let carried: Set<String> = ["id", "role", "contents", "toolCalls", "toolCallID", "toolName"]

    private var file = ""
    private var whole = WholeFile()

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
            let json = try whole.json()
            guard json["type"]?.stringValue == FoundationModels.type else {
                throw .unreadable("This is no \(FoundationModels.type)")
            }
            guard json["version"] == 1 else {
                throw MemoryError(
                    .unsupportedFormat, "Version \(json["version"]?.serializedText.prefix(32) ?? "?") is not known")
            }
            guard let entries = json["transcript"]?["entries"]?.arrayValue else {
                throw .unreadable("The transcript has no entries")
            }
            read(entries, into: &output)
            output.loseFields(of: json, except: ["type", "version", "transcript"], at: place)
            output.loseFields(of: json["transcript"], except: ["entries"], prefix: "transcript.", at: place)
        } catch {
            output.refuse(place, error)
        }
        whole = WholeFile()
    }

    private func read(_ entries: [JSONValue], into output: inout ForeignOutput) {
        let session = output.options.session ?? FileName.session(of: file, extension: "json")
        var names = CallNames()
        var texts: [ArraySlice<UInt8>] = []
        if output.options.keepsOriginal {
            texts = JSONSlices.elements(
                of: JSONSlices.member("entries", of: JSONSlices.member("transcript", of: whole.text)))
        }
        for (index, entry) in entries.enumerated() {
            var record = ForeignRecord(
                session: session, text: index < texts.count ? texts[index] : [],
                place: ForeignPlace(file: file, record: "entry \(index + 1)"))
            do throws(MemoryError) {
                let draft = try self.draft(entry, &names)
                record.id = entry["id"]?.nameValue
                output.add([draft], of: record)
                output.loseFields(of: entry, except: Self.carried, at: record.place)
            } catch {
                output.refuse(record.place, error)
            }
        }
    }

    private func draft(_ entry: JSONValue, _ names: inout CallNames) throws(MemoryError) -> MessageDraft {
        guard case .object = entry else { throw .unreadable("An entry must be a JSON object") }
        guard let role = entry["role"]?.stringValue else { throw .unreadable("The entry has no role") }
        let contents: [JSONValue]
        switch entry["contents"]?.ifPresent {
        case nil: contents = []
        case .array(let parts)?: contents = parts
        default: throw .unreadable("The entry's contents are no array")
        }
        var draft = MessageDraft(role: Self.roles[role] ?? role, parts: contents) { part in
            part["structure"].map { ["text": .string($0.serializedText)] } ?? part
        }
        let calls = (entry["toolCalls"]?.arrayValue ?? []).map {
            ToolCall(id: $0["id"]?.nameValue, name: $0["name"]?.stringValue, arguments: $0["arguments"])
        }
        draft.put(calls)
        for call in calls { names.add(call) }
        if role == "tool" || entry["toolCallID"]?.ifPresent != nil {
            let id = entry["toolCallID"]?.nameValue
            draft.answer(id, name: names.name(own: entry["toolName"], call: id), failed: false)
        }
        return draft
    }
}
