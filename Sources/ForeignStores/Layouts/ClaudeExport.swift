internal import AgentMemory

/// Exports of Claude.ai: an array of conversations, each a list of messages made of blocks.
package struct ClaudeExport: FileLayout {
    package let name = "claude-export"
    package let summary = "Export of Claude.ai"
    package let hasUniqueSessions = true
    package let fileExtension = "json"

    package init() {}

    package func recognize(_ head: FileHead) -> Recognition? {
        guard let first = head.elements.first(where: { $0["chat_messages"] != nil }) else { return nil }
        return first["uuid"]?.stringValue != nil
            ? Recognition(.certain, "its conversations have uuid and chat_messages")
            : Recognition(.likely, "its conversations have chat_messages")
    }

    /// Exports have other files beside the conversations.
    package func takes(_ file: String) -> Bool { FileName.last(of: file).hasPrefix("conversations") }

    package func reader(_ options: ReadingOptions) -> any ForeignFileReader {
        ConversationsReader(map: ClaudeConversation.map)
    }
}

/// One conversation of Claude.ai.
enum ClaudeConversation {
    private static let carried: Set<String> = [
        "uuid", "text", "content", "sender", "created_at", "attachments", "files",
    ]

    static func map(_ json: JSONValue, _ text: [UInt8], _ place: ForeignPlace, _ output: inout ForeignOutput) {
        var place = place
        do throws(MemoryError) {
            guard case .object = json else { throw .unreadable("A conversation must be a JSON object") }
            guard let session = json["uuid"]?.nameValue else { throw .unreadable("The conversation has no uuid") }
            place = ForeignPlace(file: place.file, record: "conversation \(session)")
            guard let messages = json["chat_messages"]?.arrayValue else {
                throw .unreadable("The conversation has no chat_messages")
            }
            var texts: [ArraySlice<UInt8>] = []
            if output.options.keepsOriginal {
                texts = JSONSlices.elements(of: JSONSlices.member("chat_messages", of: text[...]))
            }
            var calls = OpenCalls()
            for (index, message) in messages.enumerated() {
                let record = ForeignRecord(
                    session: session, id: message["uuid"]?.nameValue, text: index < texts.count ? texts[index] : [],
                    place: place.part("message \(index + 1)"))
                add(message, record, &calls, &output)
            }
            if messages.isEmpty { return }
            output.describe(
                session, ["title": json["name"]],
                original: JSONSlices.object(text[...], without: "chat_messages"), at: place)
            output.loseFields(of: json, except: ["uuid", "name", "chat_messages"], prefix: "conversation.", at: place)
        } catch {
            output.refuse(place, error)
        }
    }

    private static func add(
        _ json: JSONValue, _ record: ForeignRecord, _ calls: inout OpenCalls, _ output: inout ForeignOutput
    ) {
        do throws(MemoryError) {
            guard case .object = json else { throw .unreadable("A message must be a JSON object") }
            guard let sender = json["sender"]?.stringValue else { throw .unreadable("The message has no sender") }
            var record = record
            record.time = try Timestamp.read(json["created_at"])
            let role = sender == "human" ? "user" : sender
            var drafts: [MessageDraft]
            if let blocks = json["content"]?.arrayValue, !blocks.isEmpty {
                var builder = ClaudeBlocks(role: role, id: record.id ?? "", calls: calls)
                for block in blocks { builder.add(block, at: record.place, &output) }
                (drafts, calls) = (builder.finish(), builder.calls)
            } else if let text = json["text"]?.stringValue {
                drafts = [MessageDraft(role: role, text: text)]
            } else {
                throw .unreadable("The message has neither content nor text")
            }
            let first = drafts.firstIndex { $0.role == role } ?? drafts.startIndex
            for key in ["attachments", "files"] where first < drafts.count { drafts[first].keep(key, json[key]) }
            output.lose(.file, at: record.place, count: json["files"]?.arrayValue?.count ?? 0)
            output.add(drafts, of: record)
            output.loseFields(of: json, except: carried, prefix: "message.", at: record.place)
        } catch {
            output.refuse(record.place, error)
        }
    }
}
