internal import AgentMemory

/// LangChain's `SQLChatMessageHistory`: a message a row, as JSON. The table's name is an argument.
package struct LangChainTable: TableLayout {
    package let name = "langchain-sqlite"
    package let summary = "Chat histories of LangChain in SQLite"
    private static let columns: Set<String> = ["id", "session_id", "message"]
    private static let others: Set<String> = ["created_at"]

    package init() {}

    /// Tables that have what the layout's have and nothing more: the names of their columns are everyone's.
    private func tables(_ shape: DatabaseShape) -> [String] {
        shape.tables(with: Self.columns).filter { table in
            shape.tables[table]?.isSubset(of: Self.columns.union(Self.others)) ?? false
        }
    }

    package func recognize(_ shape: DatabaseShape) -> Recognition? {
        let found = tables(shape)
        if found.contains("message_store") {
            return Recognition(.certain, "it has message_store with session_id and message")
        }
        return found.first.map { Recognition(.likely, "it has \($0) with id, session_id and message alone") }
    }

    package func reader(_ options: ReadingOptions, of shape: DatabaseShape) -> any TableReader {
        LangChainRowReader(
            queries: tables(shape).map { table in
                TableQuery(table, "SELECT * FROM \(TableQuery.quoted(table)) ORDER BY session_id, id")
            })
    }
}

/// Makes messages of rows that have one of LangChain's messages each.
package struct LangChainRowReader: TableReader {
    private var queries: [TableQuery]
    private var messages = LangChainMessages()
    private var session: String?

    package init(queries: [TableQuery] = []) {
        self.queries = queries
    }

    package mutating func nextQuery(into output: inout ForeignOutput) -> TableQuery? {
        session = nil
        return queries.isEmpty ? nil : queries.removeFirst()
    }

    package mutating func add(_ row: ForeignRow, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            let session = try row.session()
            if session != self.session { messages = LangChainMessages() }
            self.session = session
            guard let (json, text) = try row.parsed("message") else { throw .unreadable("The row has no message") }
            let record = ForeignRecord(
                session: session, time: try row.timestamp("created_at"), text: text, place: row.place)
            messages.add(json, of: record, into: &output)
        } catch {
            output.refuse(row.place, error)
        }
    }

    package mutating func finish(into output: inout ForeignOutput) {}
}
