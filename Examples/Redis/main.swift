// Conversations on a Redis server: `RedisExample redis://localhost:6379`.
#if Redis
    import AgentMemory
    import AmberlogRedis
    import ExampleSupport

    let url = location(or: "REDIS_URL")

    // With a client of the program's own, which may be shared by several memories and is closed by the program.
    let client = HiredisClient(try RedisAddress(url: url), connections: 8)
    let short = try await RedisBackend(client: client, prefix: "example:short:", timeToLive: .seconds(7200))

    // With a URL.
    let memory = try await RedisBackend(
        url: url, prefix: "example:memory:", timeToLive: .seconds(86_400), maximumMessages: 1000, compression: true)

    try await memory.clear("user_123")
    _ = try await chat("I work at TechCorp", session: "user_123", memory: memory)
    let answer = try await chat("Where do I work?", session: "user_123", memory: memory)
    print(answer)
    expect(answer == "You work at TechCorp.", "the answer comes from the server")

    guard let session = try await memory.info("user_123"), let expiry = session.expiresAt else {
        leave("A session expires a day after its last save", code: 1)
    }
    print("messages: \(session.messageCount)")
    expect(session.messageCount == 4, "two turns were saved")
    expect(expiry > .now + .seconds(86_000), "the session stays for a day")
    expect(try await short.load("user_123").isEmpty, "another prefix is another memory")

    try await memory.clear("user_123")
    try await short.close()
    await client.close()
    try await memory.close()
#else
    import ExampleSupport

    leave("This needs the trait Redis: swift run --traits Redis RedisExample")
#endif
