#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// The FTS5 table: the words of each message, and the number of its session as a word of its own. It holds no text,
    /// so a message's words have to be told to it again when the message goes.
    struct SearchIndex {
        let db: Database
        let names: TableNames

        func insert(_ number: Int64, _ words: String, of session: SessionRow) throws {
            try db.run(names.saving.insertWords, number, session.number, words)
        }

        func remove(_ number: Int64, _ content: String, of session: SessionRow) throws {
            try db.run(names.saving.removeWords, number, session.number, FoldedWords.text(of: content))
        }

        func removeAll() throws {
            try db.run("INSERT INTO \(names.search) (\(names.search)) VALUES ('delete-all')")
        }
    }
#endif
