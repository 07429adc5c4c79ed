internal import AgentMemory

/// LangChain's chat histories in SQL: a message a row, as JSON. The table's name is an argument.
package struct LangChainTable: TableLayout {
    /// Whose tables they are.
    package enum Maker: Sendable {
        /// `SQLChatMessageHistory`, in SQLite.
        case sql
        /// `PostgresChatMessageHistory` of langchain-community.
        case communityPostgreSQL
        /// `PostgresChatMessageHistory` of langchain-postgres, whose rows have times.
        case postgreSQL
    }

    private static let columns: Set<String> = ["id", "session_id", "message"]
    private static let time: Set<String> = ["created_at"]

    private let maker: Maker
    package var engine: DatabaseEngine { maker == .sql ? .sqlite : .postgreSQL }

    package init(of maker: Maker = .sql) {
        self.maker = maker
    }

    package var name: String {
        switch maker {
        case .sql: "langchain-sqlite"
        case .communityPostgreSQL: "langchain-community-postgres"
        case .postgreSQL: "langchain-postgres"
        }
    }

    package var summary: String {
        switch maker {
        case .sql: "Chat histories of LangChain in SQLite"
        case .communityPostgreSQL: "Chat histories of langchain-community in PostgreSQL"
        case .postgreSQL: "Chat histories of langchain-postgres"
        }
    }

    /// Tables that have what the layout's have and nothing more: the names of their columns are everyone's.
    private func tables(_ shape: DatabaseShape) -> [String] {
        let (needed, allowed) =
            switch maker {
            case .sql: (Self.columns, Self.columns.union(Self.time))
            case .communityPostgreSQL: (Self.columns, Self.columns)
            case .postgreSQL: (Self.columns.union(Self.time), Self.columns.union(Self.time))
            }
        return shape.tables(with: needed).filter { shape.tables[$0]?.isSubset(of: allowed) ?? false }
    }

    package func recognize(_ shape: DatabaseShape) -> Recognition? {
        let found = tables(shape)
        if found.contains("message_store") {
            return Recognition(.certain, "it has message_store with session_id and message")
        }
        let columns = maker == .postgreSQL ? "id, session_id, message and created_at" : "id, session_id and message"
        return found.first.map { Recognition(.likely, "it has \($0) with \(columns) alone") }
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
