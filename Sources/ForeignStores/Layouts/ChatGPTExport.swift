internal import AgentMemory

/// Exports of ChatGPT: `conversations.json`, or `conversations-NNN.json`; an array of conversations, each a tree.
package struct ChatGPTExport: FileLayout {
    package let name = "chatgpt-export"
    package let summary = "Export of ChatGPT, whole or split"
    package let hasUniqueSessions = true
    package let fileExtension = "json"

    package init() {}

    package func recognize(_ head: FileHead) -> Recognition? {
        guard let first = head.elements.first(where: { $0["mapping"] != nil }) else { return nil }
        let nodes = first["mapping"]?.objectValue ?? [:]
        if nodes.values.contains(where: { $0["parent"] != nil || $0["message"] != nil || $0["children"] != nil }) {
            return Recognition(.certain, "its conversations have a mapping of nodes with message and parent")
        }
        return first["conversation_id"] != nil || first["current_node"] != nil || first["create_time"] != nil
            ? Recognition(.likely, "its conversations have a mapping") : Recognition(.possible, "it has a mapping")
    }

    /// Exports have other files beside the conversations.
    package func takes(_ file: String) -> Bool { FileName.last(of: file).hasPrefix("conversations") }

    package func reader(_ options: ReadingOptions) -> any ForeignFileReader {
        ConversationsReader(map: ChatGPTConversation.map)
    }
}

/// One conversation of ChatGPT.
enum ChatGPTConversation {
    private static let carriedOfMessage: Set<String> = [
        "id", "author", "create_time", "content", "metadata", "recipient", "children", "parent",
    ]
    private static let carriedOfConversation: Set<String> = [
        "id", "conversation_id", "title", "create_time", "mapping", "current_node",
    ]

    static func map(_ json: JSONValue, _ text: [UInt8], _ place: ForeignPlace, _ output: inout ForeignOutput) {
        var place = place
        do throws(MemoryError) {
            guard case .object = json else { throw .unreadable("A conversation must be a JSON object") }
            guard let session = json["conversation_id"]?.nameValue ?? json["id"]?.nameValue else {
                throw .unreadable("The conversation has neither conversation_id nor id")
            }
            place = ForeignPlace(file: place.file, record: "conversation \(session)")
            guard let nodes = json["mapping"]?.objectValue else {
                throw .unreadable("The conversation has no mapping")
            }
            // A broken time of the conversation is none: its messages have their own.
            let time = json["create_time"].flatMap { try? Timestamp.read($0) }
            let tree = ConversationTree(nodes: nodes, current: json["current_node"]?.stringValue, text: text)
            let way = tree.way
            let texts = output.options.keepsOriginal ? tree.texts : [:]
            for id in way {
                guard let message = nodes[id]?["message"]?.ifPresent else { continue }
                var record = ForeignRecord(
                    session: session, id: message["id"]?.nameValue ?? id,
                    text: texts[id].map { JSONSlices.member("message", of: $0) } ?? [],
                    place: place.part("node \(id)"))
                do throws(MemoryError) {
                    guard case .object = message else { throw .unreadable("A message must be a JSON object") }
                    if isHidden(message) {
                        output.lose(.hidden, at: record.place)
                        continue
                    }
                    let draft = try draft(message, record.place, &output)
                    record.time = try Timestamp.read(message["create_time"]) ?? time
                    output.add([draft], of: record)
                } catch {
                    output.refuse(record.place, error)
                }
            }
            let onWay = Set(way)
            let left = nodes.count { !onWay.contains($0.key) && $0.value["message"]?.objectValue != nil }
            output.lose(.branch, at: place, count: left)
            if way.isEmpty { return }
            output.describe(
                session, ["title": json["title"]], original: JSONSlices.object(text[...], without: "mapping"),
                at: place)
            output.loseFields(of: json, except: carriedOfConversation, prefix: "conversation.", at: place)
        } catch {
            output.refuse(place, error)
        }
    }

    private static func isHidden(_ message: JSONValue) -> Bool {
        message["metadata"]?["is_visually_hidden_from_conversation"] == true
    }

    private static func draft(
        _ message: JSONValue, _ place: ForeignPlace, _ output: inout ForeignOutput
    ) throws(MemoryError) -> MessageDraft {
        guard let role = message["author"]?["role"]?.stringValue else {
            throw .unreadable("The message has no author")
        }
        let content = message["content"]
        var draft: MessageDraft
        if let parts = content?["parts"]?.arrayValue {
            draft = MessageDraft(role: role, parts: parts)
            output.lose(.file, at: place, count: parts.count { $0["asset_pointer"] != nil })
            output.loseFields(of: content, except: ["content_type", "parts"], prefix: "content.", at: place)
        } else if let text = content?["text"]?.stringValue ?? content?.stringValue {
            draft = MessageDraft(role: role, text: text)
            output.loseFields(of: content, except: ["content_type", "text"], prefix: "content.", at: place)
        } else {
            draft = MessageDraft(role: role)
            draft.keep("raw", content)
        }
        draft.put("name", message["author"]?["name"])
        draft.keep("model", message["metadata"]?["model_slug"])
        if let recipient = message["recipient"], recipient != "all" { draft.keep("recipient", recipient) }
        output.loseFields(of: message, except: carriedOfMessage, prefix: "message.", at: place)
        output.loseFields(of: message["metadata"], except: ["model_slug"], prefix: "message.metadata.", at: place)
        return draft
    }
}
