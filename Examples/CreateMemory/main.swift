// Memories by their names and their URLs: `CreateMemoryExample redis://localhost:6379`.
#if Redis && SQLite
    import AgentMemory
    import AmberlogAllBackends
    import ExampleSupport

    let directory = try newDirectory()
    let url = location(or: "REDIS_URL")

    let memories: [any MemoryBackend] = [
        try await createMemory(
            "redis", ["url": .string(url), "ttl": 3600, "prefix": "example:create:"], registry: .all),
        try await createMemory("sqlite", ["path": .string(directory + "/agent.db")], registry: .all),
        try await createMemory("log:\(directory)/agent-memory?ttl=7d", registry: .all),
        try await createMemory("memory:?max_sessions=100", registry: .all),
    ]
    for memory in memories {
        try await memory.clear("user_123")
        try await memory.save([Message(role: .user, content: "Hello")], to: "user_123")
        let messages = try await memory.load("user_123")
        print("\(type(of: memory)): \(messages.map(\.content))")
        expect(messages.map(\.content) == ["Hello"], "each of them keeps what it is given")
        try await memory.clear("user_123")
        try await memory.close()
    }

    // What doesn't exist is an error that says what does.
    do {
        _ = try await createMemory("redis", ["url": .string(url), "tttl": 3600], registry: .all)
        leave("An option that doesn't exist was taken", code: 1)
    } catch let error as MemoryError {
        print(error.message)
        expect(error.code == .unknownName, "the error says that nobody knows the name")
    }
    try remove(directory)
#else
    import ExampleSupport

    leave("This needs two traits: swift run --traits Redis,SQLite CreateMemoryExample")
#endif
