internal import AgentMemory

/// AA Kit's Redis store: a list for each session, the newest message first.
package struct AAKitKeys: KeyLayout {
    package let name = "aakit-redis"
    package let summary = "Redis store of AA Kit"
    package let keyPrefix = "agentz:memory:"
    package let isNewestFirst = true
    package let elementColumn = "record"

    package init() {}

    package func recognize(_ keys: [ServerKey]) -> Recognition? {
        guard keys.contains(where: { $0.type == "list" && $0.hasPrefix(keyPrefix) }) else { return nil }
        return Recognition(.certain, "it has lists \(keyPrefix)…")
    }

    package func sessions(of keys: [ServerKey]) -> KeyedSessions { .lists(of: keys, prefix: keyPrefix) }

    package func reader(_ options: ReadingOptions) -> any ForeignRowReader { AAKitRecordReader() }
}

/// Makes messages of AA Kit's records, which are JSON with the names that the columns of its tables have.
package struct AAKitRecordReader: ForeignRowReader {
    private static let carried: Set<String> = ["session_id", "timestamp", "role", "content", "metadata"]

    package init() {}

    package mutating func add(_ row: ForeignRow, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            guard let (json, text) = try row.parsed("record"), case .object(let record) = json else {
                throw .unreadable("A message must be a JSON object")
            }
            guard let role = record["role"]?.stringValue else { throw .unreadable("The message has no role") }
            guard let content = record["content"]?.stringValue else {
                throw .unreadable("The content of the message is no text")
            }
            var draft = MessageDraft(role: role, text: content)
            switch record["metadata"] {
            case .object(let metadata)?: draft.keep(all: metadata)
            case .null?, nil: break
            default: throw .unreadable("The metadata is no JSON object")
            }
            output.add(
                [draft],
                of: ForeignRecord(
                    session: try row.session(), time: try Timestamp.read(record["timestamp"]), text: text,
                    place: row.place))
            output.loseFields(of: json, except: Self.carried, at: row.place)
        } catch {
            output.refuse(row.place, error)
        }
    }

    package mutating func finish(into output: inout ForeignOutput) {}
}
