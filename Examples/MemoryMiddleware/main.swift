// Messages that change on their way, on any backend: `MemoryMiddlewareExample log:agent-memory`.
#if Encryption
    import AgentMemory
    import AmberlogAllBackends
    import AmberlogEncryption
    import ExampleSupport

    // A key comes from a key store: what is made here is lost with the process.
    let key = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    let base = try await createMemory(location(or: "MEMORY_URL"), registry: .all)
    let memory = MemoryMiddleware(
        base: base, middleware: [Redaction(), FieldEncryption(cipher: try AESGCMCipher(key: key))])

    try await memory.clear("user_123")
    try await memory.save(
        [
            Message(role: .user, content: "I'm alice@techcorp.com, call 555-123-4567"),
            Message(role: .user, content: "My account is 1234 5678", metadata: ["encrypted": true]),
        ], to: "user_123")

    let kept = try await base.load("user_123").map(\.content)
    let read = try await memory.load("user_123").map(\.content)
    print("kept: \(kept[0])")
    print("read: \(read[1])")
    expect(kept[0] == "I'm [EMAIL] call [PHONE]", "neither the address nor the number is kept")
    expect(!kept[1].contains("1234"), "what is kept of the account is encrypted")
    expect(read == [kept[0], "My account is 1234 5678"], "who reads it through the middleware reads it in clear")
    let page = try await memory.load("user_123", from: 2, limit: 1).map(\.content)
    expect(page == ["My account is 1234 5678"], "whichever way it is read")
    try await memory.clear("user_123")
    try await memory.close()
#else
    import ExampleSupport

    leave("This needs the trait Encryption: swift run --traits Encryption MemoryMiddlewareExample")
#endif
