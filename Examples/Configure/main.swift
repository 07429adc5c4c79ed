// A memory as a file describes it: `ConfigureExample redis://localhost:6379`.
#if Redis
    import AgentMemory
    import AmberlogAllBackends
    import ExampleSupport
    import Foundation

    let file = """
        {
          "backend": "redis",
          "max_messages": 5000,
          "context_window": 5,
          "summarization": true,
          "compression": true,
          "options": {"prefix": "example:configured:"}
        }
        """
    var config = try JSONDecoder().decode(MemoryConfig.self, from: Data(file.utf8))
    config.options["url"] = .string(location(or: "REDIS_URL"))
    let memory = try await createMemory(config, registry: .all, summarizer: FirstWords())

    /// A turn of an agent whose context is as the configuration says.
    func chat(_ text: String, _ memory: ConfiguredMemory) async throws -> String {
        try await memory.save([Message(role: .user, content: text)], to: "user_123")
        let answer = ScriptedModel.answer(try await memory.context(of: "user_123"))
        try await memory.save([Message(role: .assistant, content: answer)], to: "user_123")
        return answer
    }

    try await memory.clear("user_123")
    for text in ["My name is Alice", "I like the mountains", "It is raining", "I work at TechCorp"] {
        _ = try await chat(text, memory)
    }
    for text in ["It has stopped", "The sun is out", "I'll go for a walk"] { _ = try await chat(text, memory) }

    let context = try await memory.context(of: "user_123")
    print("\(context.count) messages, the first of which says: \(context[0].content)")
    expect(context.count == 6 && context[0].role == .system, "a summary, and the newest five messages")
    let answer = try await chat("Where do I work?", memory)
    print(answer)
    expect(answer.hasPrefix("You work at TechCorp"), "the summary knows what the window has no more")

    try await memory.clear("user_123")
    try await memory.close()
#else
    import ExampleSupport

    leave("This needs the trait Redis: swift run --traits Redis ConfigureExample")
#endif
