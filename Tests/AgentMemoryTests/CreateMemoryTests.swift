import AgentMemory
import Synchronization
import Testing

/// Backends are made by name and by URL, and whatever doesn't exist is told with what does.
@Suite struct CreateMemoryTests {
    /// A registry with a backend that only tells what it was made with.
    private static func registry(_ made: @escaping @Sendable (BackendSettings) throws -> Void) -> BackendRegistry {
        var registry = BackendRegistry()
        registry.register(.memory)
        registry.register(
            BackendProvider(
                names: ["file"], schemes: ["file"], location: BackendOption("db_path", .text, "The file."),
                isPath: true,
                options: [
                    BackendOption("max_messages", .count, "How many."), BackendOption("ttl", .duration, "How long."),
                    BackendOption("fast", .flag, "How."), BackendOption("name", .text, "Whose."),
                ]
            ) { (settings) throws in
                try made(settings)
                return InMemoryBackend()
            })
        registry.register(
            BackendProvider(
                names: ["server"], schemes: ["server", "servers"], location: BackendOption("url", .text, "Where."),
                options: [BackendOption("pool_size", .count, "How many.")]
            ) { (settings) throws in
                try made(settings)
                return InMemoryBackend()
            })
        return registry
    }

    private func make(
        _ source: String, _ options: [String: JSONValue] = [:],
        _ look: @escaping @Sendable (BackendSettings) throws -> Void = { _ in }
    ) async throws {
        let isMade = Mutex(false)
        _ = try await createMemory(
            source, options,
            registry: Self.registry { (settings) throws in
                isMade.withLock { $0 = true }
                try look(settings)
            })
        #expect(isMade.withLock { $0 } || source.hasPrefix("memory"))
    }

    private func error(_ source: String, _ options: [String: JSONValue] = [:]) async -> MemoryError? {
        do {
            try await make(source, options) { (settings) throws in
                _ = try settings.count("max_messages")
                _ = try settings.duration("ttl")
                _ = try settings.flag("fast")
                _ = try settings.text("name")
            }
            return nil
        } catch {
            return error as? MemoryError
        }
    }

    @Test func `by name, with options by any of their spellings`() async throws {
        try await make("FILE", ["dbPath": "a.db", "MaxMessages": 7, "ttl": 90, "fast": true, "name": "x"]) {
            (settings) throws in
            #expect(settings.location == "a.db")
            #expect(try settings.count("max_messages") == 7)
            #expect(try settings.duration("ttl") == .some(.seconds(90)))
            #expect(try settings.flag("fast") == true)
            #expect(try settings.text("name") == "x")
        }
        try await make("file") { (settings) throws in
            #expect(settings.location == nil)
            #expect(try settings.count("max_messages") == nil)
            #expect(try settings.duration("ttl") == nil)
        }
    }

    @Test(arguments: [
        ("file:a.db", "a.db"), ("file:/a/b.db", "/a/b.db"), ("file:///a/b.db", "/a/b.db"),
        ("FILE:a%20b%3Fc.db", "a b?c.db"),
        ("file:", nil), ("file:a.db?max-messages=3", "a.db"),
    ])
    func `a path in a URL`(_ url: String, _ path: String?) async throws {
        try await make(url) { #expect($0.location == path) }
    }

    @Test func `options in a URL`() async throws {
        try await make("file:x?max_messages=12&ttl=7d&fast=no&name=a%26b") { (settings) throws in
            #expect(try settings.count("max_messages") == 12)
            #expect(try settings.duration("ttl") == .some(.seconds(604_800)))
            #expect(try settings.flag("fast") == false)
            #expect(try settings.text("name") == "a&b")
        }
        try await make("file:x?ttl=none&max_messages=none") { (settings) throws in
            #expect(try settings.duration("ttl") == .some(nil))
            #expect(try settings.limit("max_messages") == .some(nil))
        }
    }

    @Test func `what the library of a server reads stays in the URL`() async throws {
        try await make("servers://u:p%40@h:1/d?sslmode=require&pool_size=4&x=%20") { (settings) throws in
            #expect(settings.location == "servers://u:p%40@h:1/d?sslmode=require&x=%20")
            #expect(try settings.count("pool_size") == 4)
        }
    }

    @Test func `a name that doesn't exist`() async throws {
        let unknown = await error("nosql")
        #expect(unknown?.code == .unknownName)
        #expect(unknown?.message.contains("memory, file, server") == true)
        #expect(await error("gopher://x")?.code == .unknownName)
        // One that the package has, and this registry hasn't.
        for source in ["redis", "rediss://h", "postgres", "sqlite:x"] {
            let missing = await error(source)
            #expect(missing?.code == .unknownName)
            #expect(missing?.message.contains("product Amberlog") == true)
        }
    }

    @Test func `an option that doesn't exist`() async throws {
        for unknown in [await error("file", ["tll": 1]), await error("file:x?tll=1")] {
            #expect(unknown?.code == .unknownName)
            #expect(unknown?.message.contains("db_path, max_messages, ttl, fast, name") == true)
        }
        #expect(await error("memory:?maximum=1")?.code == .unknownName)
    }

    @Test(
        arguments: [
            ["max_messages": -1], ["max_messages": "many"], ["max_messages": 1.5], ["ttl": "soon"], ["ttl": 0],
            ["ttl": "-1d"],
            ["ttl": "99999999999999999999d"], ["fast": "perhaps"], ["fast": 1], ["name": 1], ["db_path": 1],
        ] as [[String: JSONValue]])
    func `a value that makes no sense`(_ options: [String: JSONValue]) async throws {
        #expect(await error("file", options)?.code == .invalidArgument)
    }

    @Test func `an option that is given twice`() async throws {
        #expect(await error("file:a.db", ["db_path": "b.db"])?.code == .invalidArgument)
        #expect(await error("file", ["ttl": 1, "TTL": 2])?.code == .invalidArgument)
        #expect(await error("file:?ttl=1", ["ttl": 2])?.code == .invalidArgument)
        #expect(await error("file:?ttl=1&ttl=2")?.code == .invalidArgument)
    }

    @Test(arguments: ["file://host/x", "file:a%2", "file:%FF", "memory:x", "memory://x"])
    func `a URL that makes no sense`(_ url: String) async throws {
        #expect(await error(url)?.code == .invalidArgument)
    }

    @Test func `the backend in memory`() async throws {
        let memory = try await createMemory("memory:?max_messages=2", registry: Self.registry { _ in })
        for text in ["a", "b", "c"] { try await memory.save([Message(role: .user, content: text)], to: "s") }
        #expect(try await memory.load("s").map(\.content) == ["b", "c"])
    }

    @Test(arguments: [
        ("redis://u:secret@h/0", "redis://u:***@h/0"), ("redis://:secret@h", "redis://:***@h"),
        ("sqlite:a@b:c", "sqlite:a@b:c"),
        ("postgresql://h/d?password=secret&x=1", "postgresql://h/d?password=***&x=1"),
        ("postgresql://u@h", "postgresql://u@h"),
        ("x://a:b:c@d@e/f:g@h?sslpassword=1#z", "x://a:***@e/f:g@h?sslpassword=***"),
    ])
    func `passwords are not told`(_ url: String, _ told: String) {
        #expect(BackendURL.redacted(url) == told)
    }
}
