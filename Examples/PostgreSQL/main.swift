// Conversations on a PostgreSQL server, and its full-text search: `PostgreSQLExample postgresql://user@localhost/agents`.
#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import ExampleSupport

    let memory = try await PostgreSQLBackend(
        location(or: "POSTGRES_URL"), poolSize: 20, table: "example_conversations", searchEnabled: true)

    for session in ["user_123", "user_456", "user_789"] {
        try await memory.clear(session)
        _ = try await chat("\(session) reads about machine learning", session: session, memory: memory)
    }
    _ = try await chat("A machine of another kind: a lathe", session: "user_456", memory: memory)

    // In some of the sessions, ranked by the server. Phrases, +must, -not, prefix* and role: are understood.
    let hits = try await memory.searchFullText(
        "\"machine learning\" role:user", sessions: ["user_123", "user_456"], limit: 10)
    for hit in hits { print("\(hit.session), message \(hit.sequence): \(hit.snippet.text)") }
    expect(Set(hits.map(\.session)) == ["user_123", "user_456"], "one hit in either session")
    expect(hits.count == 2, "none of a lathe, and none of the third session")

    for session in ["user_123", "user_456", "user_789"] { try await memory.clear(session) }
    try await memory.close()
#else
    import ExampleSupport

    leave("This needs the trait PostgreSQL: swift run --traits PostgreSQL PostgreSQLExample")
#endif
