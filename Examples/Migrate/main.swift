// From SQLite to Redis: `MigrateExample old.db redis://localhost:6379`.
#if Redis && SQLite
    import AgentMemory
    import AmberlogRedis
    import AmberlogSQLite
    import ExampleSupport

    let source = try await SQLiteBackend(path: location(1, or: "SQLITE_FILE"))
    let target = try await RedisBackend(
        url: location(2, or: "REDIS_URL"), prefix: "example:migrate:", timeToLive: nil, maximumMessages: nil)

    // Something to move.
    let sessions = ["user_123", "user_456"]
    for session in sessions {
        try await source.clear(session)
        try await target.clear(session)
        try await source.save((1...600).map { Message(role: .user, content: "Message \($0)") }, to: session)
    }

    let result = try await migrateMemory(from: source, to: target, sessions: sessions, batchSize: 500) { progress in
        print("\(progress.messages) messages so far")
    }
    print("Migrated \(result.totalMessages) messages of \(result.totalSessions) sessions")
    expect(result.success && result.totalMessages == 1200, "all of them are copied")
    expect(try await target.load("user_123") == source.load("user_123"), "the copy is its source")

    // After a crash, or when the source has grown, run it again: it adds what is missing and nothing twice.
    try await source.save([Message(role: .user, content: "One more")], to: "user_456")
    let again = try await migrateMemory(from: source, to: target, sessions: sessions, batchSize: 500)
    print("Migrated \(again.totalMessages) more")
    expect(again.success && again.totalMessages == 1, "the one that has come since")

    for session in sessions {
        try await source.clear(session)
        try await target.clear(session)
    }
    try await target.close()
    try await source.close()
#else
    import ExampleSupport

    leave("This needs two traits: swift run --traits Redis,SQLite MigrateExample")
#endif
