import AgentMemory
import Testing

@testable import ForeignStores

/// Databases are known by their tables and columns, whatever the tables are called.
@Suite struct TableRecognitionTests {
    private func found(_ tables: [String: Set<String>]) -> [String] {
        ForeignLayouts.tables.recognize(DatabaseShape(tables: tables)).filter { $0.recognition.confidence >= .likely }
            .map(\.layout.name)
    }

    @Test func `tables by other names`() {
        #expect(found(["chats": ["id", "session_id", "message_data", "created_at"]]) == ["openai-agents-sqlite"])
        #expect(found(["talk": ["id", "session_id", "message"]]) == ["langchain-sqlite"])
        #expect(
            found(["runs": ["run_id", "session_id", "run_index", "run_data", "parent_run_id", "status"]])
                == ["agno-sqlite"])
    }

    @Test func `what looks like it alone is not taken for it`() {
        #expect(found([:]).isEmpty)
        #expect(found(["mail": ["id", "session_id", "message", "sender"]]).isEmpty)
        #expect(found(["conversations": ["id", "session_id", "timestamp", "role", "content", "metadata"]]).isEmpty)
        #expect(found(["other": ["thread_id", "checkpoint_ns", "checkpoint_id", "type", "checkpoint"]]).isEmpty)
    }

    @Test func `several layouts in one database, the surest first`() {
        let both = found([
            "talk": ["id", "session_id", "message"],
            "memory_records": ["id", "session_id", "timestamp", "role", "content", "metadata"],
        ])
        #expect(both == ["aakit-sqlite", "langchain-sqlite"])
    }

    @Test func `tables of PostgreSQL by other names`() {
        let columns: Set<String> = ["id", "session_id", "message"]
        let shape = DatabaseShape(tables: [
            "talk": columns, "timed": columns.union(["created_at"]), "mail": columns.union(["sender"]),
            "agents": ["id", "session_id", "message_data"],
        ])
        let found = ForeignLayouts.postgreSQL.recognize(shape)
        #expect(
            found.map(\.layout.name)
                == ["openai-agents-postgres", "langchain-postgres", "langchain-community-postgres"])
        #expect(found.map(\.recognition.confidence) == [.certain, .likely, .likely])
        let asked = found.compactMap { layout, _ -> [String]? in
            var output = ForeignOutput(ReadingOptions(unknownTime: Found.unknownTime))
            var reader = (layout as? any TableLayout)?.reader(output.options, of: shape)
            var tables: [String] = []
            while let query = reader?.nextQuery(into: &output) { tables.append(query.table) }
            return tables
        }
        #expect(asked == [["agents"], ["timed"], ["talk"]])
    }

    @Test func `names are quoted, whatever is in them`() {
        #expect(TableQuery.quoted("a\"; DROP TABLE b; --") == "\"a\"\"; DROP TABLE b; --\"")
    }

    @Test func `names of layouts are told apart`() {
        let names = ForeignLayouts.known.names
        #expect(Set(names).count == names.count)
        for name in names { #expect(ForeignLayouts.known[name]?.name == name) }
    }

    @Test func `files beside a database are no databases`() {
        #expect(FileName.isDatabase("/a/b.DB") && FileName.isDatabase("b.sqlite3"))
        #expect(!FileName.isDatabase("b.db-wal") && !FileName.isDatabase("db"))
        for suffix in ["-wal", "-shm", "-journal"] { #expect(FileName.isBesideDatabase("/a/b.db\(suffix)")) }
        #expect(!FileName.isBesideDatabase("notes-wal") && !FileName.isBesideDatabase("b.db"))
    }
}
