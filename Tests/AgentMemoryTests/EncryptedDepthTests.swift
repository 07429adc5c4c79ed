import AgentMemory
import Testing

/// Metadata as deep as they may be are encrypted and read again.
@Suite struct EncryptedDepthTests {
    private struct Plain: MessageCipher {
        func seal(_ plaintext: [UInt8], in context: [UInt8]) -> [UInt8] { plaintext }
        func open(_ sealed: [UInt8], in context: [UInt8]) -> [UInt8] { sealed }
    }

    private func nested(_ levels: Int) -> JSONValue { (0..<levels).reduce(.null) { inner, _ in .array([inner]) } }

    @Test func `metadata of 128 levels`() async throws {
        let memory = EncryptedMemory(base: InMemoryBackend(), cipher: Plain())
        let message = Message(role: .user, content: "x", metadata: ["k": nested(MemoryLimits.jsonDepth - 1)])
        try await memory.save([message], to: "s")
        try await memory.setMetadata(message.metadata, for: "s")
        #expect(try await memory.load("s") == [message])
        #expect(try await memory.info("s")?.metadata == message.metadata)
    }

    @Test func `a message that is too large once it is sealed`() async throws {
        let memory = EncryptedMemory(base: InMemoryBackend(), cipher: Plain())
        let content = String(repeating: "x", count: EncryptedMemory.messageBytes + 8192)
        let error = await #expect(throws: MemoryError.self) {
            try await memory.save([Message(role: .user, content: content)], to: "s")
        }
        #expect(error?.code == .tooLarge)
        #expect(try await memory.load("s").isEmpty)
    }
}
