internal import AgentMemory

/// AA Kit's SQLite store: a message a row of `memory_records`.
package struct AAKitTable: TableLayout {
    package let name = "aakit-sqlite"
    package let summary = "SQLite store of AA Kit"
    private static let table = "memory_records"
    private static let columns: Set<String> = ["id", "session_id", "timestamp", "role", "content", "metadata"]

    package init() {}

    package func recognize(_ tables: DatabaseShape) -> Recognition? {
        guard tables.tables[Self.table]?.isSuperset(of: Self.columns) ?? false else { return nil }
        return Recognition(.certain, "it has memory_records with session_id, timestamp, role, content and metadata")
    }

    package func reader(_ options: ReadingOptions, of tables: DatabaseShape) -> any TableReader {
        AAKitReader(query: TableQuery(Self.table, "SELECT * FROM memory_records ORDER BY session_id, id"))
    }
}

/// Makes messages of AA Kit's records, which are rows or elements of a list with the same names.
package struct AAKitReader: TableReader {
    private var query: TableQuery?

    package init(query: TableQuery? = nil) {
        self.query = query
    }

    package mutating func nextQuery(into output: inout ForeignOutput) -> TableQuery? {
        defer { query = nil }
        return query
    }

    package mutating func add(_ row: ForeignRow, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            var draft = MessageDraft(role: try row.requiredText("role"), text: try row.requiredText("content"))
            if let metadata = row.text("metadata"), !metadata.isEmpty {
                switch try JSONValue(parsing: metadata) {
                case .object(let object): draft.keep(all: object)
                case .null: break
                default: throw .unreadable("The metadata is no JSON object")
                }
            } else if row["metadata"] != .null, row.text("metadata") == nil {
                throw .unreadable("The metadata is no JSON object")
            }
            let record = ForeignRecord(
                session: try row.session(), time: try row.timestamp("timestamp"),
                text: output.options.keepsOriginal ? row.serialized : [], place: row.place)
            output.add([draft], of: record)
        } catch {
            output.refuse(row.place, error)
        }
    }

    package mutating func finish(into output: inout ForeignOutput) {}
}
