// An agent that remembers, on a Redis server: `CompleteExample redis://localhost:6379`.
#if Redis
    import AgentMemory
    import AmberlogRedis
    import ExampleSupport

    let client = HiredisClient(try RedisAddress(url: location(or: "REDIS_URL")), connections: 50)
    let memory = try await RedisBackend(
        client: client, prefix: "example:complete:", timeToLive: .seconds(86_400), maximumMessages: 1000,
        compression: true)
    let session = "user_123"
    try await memory.clear(session)

    // Chat: each turn is saved, and the newest messages are the model's context.
    _ = try await chat("My name is Alice and I work at TechCorp", session: session, memory: memory)
    let answer = try await chat("What company do I work at?", session: session, memory: memory)
    print(answer)
    expect(answer == "You work at TechCorp.", "it remembers TechCorp")

    // Search the conversation.
    let found = try await memory.search("TechCorp", in: session)
    expect(found.contains { $0.content == "My name is Alice and I work at TechCorp" }, "a search finds it")

    // Its history.
    let history = try await memory.load(session)
    print("Total messages: \(history.count)")
    expect(history.count == 4, "two turns are four messages")

    // Export it. `amberlog import` reads this, too.
    let export: JSONValue = [
        "session_id": .string(session), "messages": .array(history.map { $0.toJSON() }),
        "exported_at": .string(Timestamp.now.description),
    ]
    let text = String(decoding: export.serialized(), as: UTF8.self)
    print(text)
    let back = try JSONValue(parsing: text)["messages"]?.arrayValue?.map { try Message(json: $0) }
    expect(back == history, "what was exported is what was said")

    // Clear what nobody has used for 30 days.
    let cleared = try await memory.clearSessions(olderThan: .now - .seconds(30 * 86_400))
    print("Cleared: \(cleared.count)")
    expect(try await memory.load(session).count == 4, "this conversation is younger")

    try await memory.clear(session)
    try await memory.close()
    await client.close()
#else
    import ExampleSupport

    leave("This needs the trait Redis: swift run --traits Redis CompleteExample")
#endif
