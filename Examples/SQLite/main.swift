// Conversations in a SQLite file, and questions in SQL: `SQLiteExample conversations.db`.
#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import ExampleSupport

    let memory = try await SQLiteBackend(
        path: location(or: "SQLITE_FILE"), table: "agent_memory", autoVacuum: true, journalMode: .wal)

    try await memory.clear("user_123")
    for text in ["I write python", "and Swift, at times", "I work at TechCorp"] {
        _ = try await chat(text, session: "user_123", memory: memory)
    }
    print(try await chat("Where do I work?", session: "user_123", memory: memory))

    // A table to look into with whatever speaks SQL. Arguments are bound, never pasted into the text.
    let rows = try await memory.query(
        "SELECT * FROM agent_memory WHERE session_id = ? AND content LIKE ?", arguments: ["user_123", "%python%"])
    print("LIKE: \(rows.compactMap { $0["content"] })")
    expect(rows.compactMap { $0["content"] } == [.text("I write python")], "one message has the letters")

    let counts = try await memory.query(
        "SELECT role, count(*) AS messages FROM agent_memory WHERE session_id = ? GROUP BY role ORDER BY role",
        arguments: ["user_123"])
    expect(counts.compactMap { $0["messages"] } == [.integer(4), .integer(4)], "four of the user's, four answers")

    // The same as words, ranked, by an index.
    let found = try await memory.search("python", in: "user_123")
    expect(found.map(\.content) == ["I write python"], "the index has it, too")
    try await memory.close()
#else
    import ExampleSupport

    leave("This needs the trait SQLite: swift run --traits SQLite SQLiteExample")
#endif
