import AgentMemory
import Foundation
import Synchronization
import Testing

/// Every field of a configuration does what it says, or making the memory fails.
@Suite struct MemoryConfigTests {
    private var registry: BackendRegistry {
        var registry = BackendRegistry()
        registry.register(.memory)
        return registry
    }

    private func config(_ json: String) throws -> MemoryConfig {
        try JSONDecoder().decode(MemoryConfig.self, from: Data(json.utf8))
    }

    private func said(_ texts: String...) -> [Message] { texts.map { Message(role: .user, content: $0) } }

    @Test func `as a file has it`() throws {
        #expect(try config("{}") == MemoryConfig())
        let all = MemoryConfig(
            backend: "redis://h", maxMessages: 5000, contextWindow: 50, summarization: true, compression: true,
            encryption: true, searchEnabled: false, options: ["ttl": 60])
        let json = """
            {"backend": "redis://h", "max_messages": 5000, "context_window": 50, "summarization": true,
             "compression": true, "encryption": true, "search_enabled": false, "options": {"ttl": 60}}
            """
        #expect(try config(json) == all)
        #expect(try JSONDecoder().decode(MemoryConfig.self, from: JSONEncoder().encode(all)) == all)
        #expect(try config(#"{"max_messages": null}"#).maxMessages == nil)
    }

    @Test(arguments: [#"{"backnd": "memory"}"#, #"{"max_messages": "many"}"#, #"{"context_window": 1.5}"#, "[]"])
    func `what it can't say`(_ json: String) {
        #expect(throws: DecodingError.self) { try config(json) }
    }

    @Test func `the number of messages`() async throws {
        let memory = try await createMemory(MemoryConfig(maxMessages: 2), registry: registry)
        for text in ["a", "b", "c"] { try await memory.save(said(text), to: "s") }
        #expect(try await memory.load("s").map(\.content) == ["b", "c"])
        let endless = try await createMemory(MemoryConfig(maxMessages: nil), registry: registry)
        try await endless.save((0..<1500).map { Message(role: .user, content: "\($0)") }, to: "s")
        #expect(try await endless.load("s").count == 1500)
    }

    @Test func `the context`() async throws {
        let memory = try await createMemory(MemoryConfig(contextWindow: 2), registry: registry)
        #expect(try await memory.context(of: "s").isEmpty)
        try await memory.save(said("a", "b", "c"), to: "s")
        #expect(try await memory.context(of: "s").map(\.content) == ["b", "c"])
    }

    @Test func `searching`() async throws {
        let memory = try await createMemory(MemoryConfig(), registry: registry)
        try await memory.save(said("apple"), to: "s")
        #expect(try await memory.search("apple").count == 1)
        let silent = try await createMemory(MemoryConfig(searchEnabled: false), registry: registry)
        try await silent.save(said("apple"), to: "s")
        await #expect(throws: MemoryError.self) { try await silent.search("apple") }
    }

    @Test func `a backend that can't compress says so`() async throws {
        do {
            _ = try await createMemory(MemoryConfig(compression: true), registry: registry)
            Issue.record("made")
        } catch let error as MemoryError {
            #expect(error.code == .unsupported && error.message.contains("compression"))
        }
    }

    @Test(arguments: [
        MemoryConfig(contextWindow: 0), MemoryConfig(maxMessages: 0), MemoryConfig(summarization: true),
        MemoryConfig(encryption: true), MemoryConfig(options: ["max_messages": 5]),
    ])
    func `what makes no sense is refused`(_ config: MemoryConfig) async throws {
        do {
            _ = try await createMemory(config, registry: registry)
            Issue.record("made")
        } catch let error as MemoryError {
            #expect(error.code == .invalidArgument)
        }
    }

    // MARK: Summaries

    private final class Counting: Summarizer {
        let seen = Mutex<[[String]]>([])

        func summarize(_ messages: [Message], after summary: String?) async throws -> String {
            seen.withLock { $0.append(messages.map(\.content)) }
            return (summary.map { $0 + "+" } ?? "") + messages.map(\.content).joined()
        }
    }

    @Test func `what left the window is summarized once`() async throws {
        let summarizer = Counting()
        let memory = try await createMemory(
            MemoryConfig(contextWindow: 2, summarization: true), registry: registry, summarizer: summarizer)
        try await memory.save(said("a", "b"), to: "s")
        #expect(try await memory.context(of: "s").map(\.content) == ["a", "b"])
        try await memory.setMetadata(["title": "T"], for: "s")
        try await memory.save(said("c", "d"), to: "s")
        let context = try await memory.context(of: "s")
        #expect(context.map(\.content) == ["ab", "c", "d"])
        #expect(context[0].role == .system)
        _ = try await memory.context(of: "s")
        try await memory.save(said("e"), to: "s")
        #expect(try await memory.context(of: "s").map(\.content) == ["ab+c", "d", "e"])
        #expect(summarizer.seen.withLock { $0 } == [["a", "b"], ["c"]])
        #expect(try await memory.info("s")?.metadata["title"] == "T")
        // What it was made of is in the window again.
        try await memory.removeLast(2, from: "s")
        #expect(try await memory.context(of: "s").map(\.content) == ["a", "b", "c"])
    }

    // MARK: Encryption

    /// Good enough to see what is sealed, and in which context.
    private struct Reversing: MessageCipher {
        func seal(_ plaintext: [UInt8], in context: [UInt8]) throws -> [UInt8] {
            plaintext.reversed().map { ~$0 } + [0] + context
        }

        func open(_ sealed: [UInt8], in context: [UInt8]) throws -> [UInt8] {
            guard sealed.count > context.count, Array(sealed.suffix(context.count)) == context else {
                throw MemoryError(.damaged, "Sealed in another context")
            }
            return sealed.dropLast(context.count + 1).reversed().map { ~$0 }
        }
    }

    @Test func `a backend sees nothing of what is encrypted`() async throws {
        let memory = try await createMemory(MemoryConfig(encryption: true), registry: registry, cipher: Reversing())
        let messages = (0..<40).map { count in
            Message(
                role: .assistant, content: String(repeating: "secret é\u{0}", count: count),
                timestamp: Timestamp(microseconds: 7), metadata: count % 2 == 0 ? ["n": .integer(Int64(count))] : [:],
                id: "m\(count)")
        }
        try await memory.save(messages, to: "s")
        try await memory.setMetadata(["title": "secret"], for: "s")
        #expect(try await memory.load("s") == messages)
        #expect(try await memory.load("s", from: 5, limit: 3) == Array(messages[4..<7]))
        #expect(try await memory.info("s")?.metadata == ["title": "secret"])
        #expect(try await memory.search("secret", in: "s").count == 10)

        let encrypted = try #require(memory.base as? EncryptedMemory)
        let stored = try await encrypted.base.load("s")
        #expect(stored.allSatisfy { !$0.content.contains("secret") && $0.metadata.isEmpty })
        #expect(stored.map(\.id) == messages.map(\.id))
        let metadata = try await encrypted.base.info("s")?.metadata ?? [:]
        #expect(!metadata.isEmpty && metadata["title"] == nil)
        #expect(try await memory.removeLast(1, from: "s") == [messages[39]])
    }

    @Test func `what was sealed elsewhere doesn't open`() async throws {
        let base = InMemoryBackend()
        let memory = EncryptedMemory(base: base, cipher: Reversing())
        let message = Message(role: .user, content: "x", timestamp: Timestamp(microseconds: 7))
        try await memory.save([message], to: "a")
        let stored = try await base.load("a")
        var other = stored
        other[0].role = .assistant
        for (session, messages) in [("b", stored), ("c", other)] {
            try await base.save(messages, to: session)
            await #expect(throws: MemoryError.self) { try await memory.load(session) }
        }
        // Saved before there was a cipher.
        try await base.save([message], to: "plain")
        #expect(try await memory.load("plain") == [message])
        try await base.save([Message(role: .user, content: "amberlog-sealed:1:*")], to: "bad")
        await #expect(throws: MemoryError.self) { try await memory.load("bad") }
    }
}
