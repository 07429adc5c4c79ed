import AgentMemory
import Testing

@Suite struct ValidationTests {
    let memory = InMemoryBackend()

    private func code(of messages: [Message]) async throws -> MemoryError.Code? {
        do {
            try await memory.save(messages, to: "s")
            return nil
        } catch let error as MemoryError {
            #expect(try await memory.load("s").isEmpty, "nothing of a refused save is there")
            return error.code
        }
    }

    @Test func sessionIDs() async throws {
        for id in ["", String(repeating: "x", count: 1025), String(repeating: "é", count: 513)] {
            let error = await #expect(throws: MemoryError.self) { try await memory.save(messages("x"), to: id) }
            #expect(error?.code == .invalidSessionID)
            await #expect(throws: MemoryError.self) { try await memory.load(id) }
            await #expect(throws: MemoryError.self) { try await memory.clear(id) }
        }
        for id in ["x", "\u{0}", "../..", String(repeating: "é", count: 512)] {
            try await memory.save(messages("x"), to: id)
            #expect(try await memory.load(id).count == 1)
        }
    }

    @Test func sizes() async throws {
        let big = String(repeating: "x", count: MemoryLimits.messageBytes)
        #expect(try await code(of: [Message(role: .user, content: big)]) == .tooLarge)
        let quarter = Message(role: .user, content: String(big.dropLast(100)))
        #expect(try await code(of: Array(repeating: quarter, count: 5)) == .tooLarge)
        #expect(try await code(of: [Message(role: .user, content: "x", id: String(big.prefix(1025)))]) == .tooLarge)
        #expect(try await code(of: [Message(role: Role(String(big.prefix(1025))), content: "x")]) == .tooLarge)
        let metadata: [String: JSONValue] = ["k": .string(String(big.prefix(MemoryLimits.metadataBytes - 7)))]
        #expect(try await code(of: [Message(role: .user, content: "x", metadata: metadata)]) == .tooLarge)
        let escaped: [String: JSONValue] = ["k": .string(String(repeating: "\u{1}", count: 200_000))]
        #expect(try await code(of: [Message(role: .user, content: "x", metadata: escaped)]) == .tooLarge)
        let fits: [String: JSONValue] = ["k": .string(String(big.prefix(MemoryLimits.metadataBytes - 8)))]
        #expect(try await code(of: [Message(role: .user, content: "x", metadata: fits)]) == nil)
    }

    @Test func encodedMetadata() async throws {
        let buffer = MetadataBuffer(capacity: MemoryLimits.metadataBytes + 1)
        let message = Message(
            role: .user, content: "x", timestamp: .now, id: nil, sequence: nil,
            encodedMetadata: EncodedMetadata(buffer: buffer, offset: 0, count: buffer.capacity))
        #expect(try await code(of: [message]) == .tooLarge)
    }

    @Test func depth() async throws {
        func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce(1) { value, _ in [value] } }
        #expect(try await code(of: [Message(role: .user, content: "x", metadata: ["k": nested(128)])]) == .tooLarge)
        #expect(try await code(of: [Message(role: .user, content: "x", metadata: ["k": nested(127)])]) == nil)
    }

    @Test func timestampsAndIDs() async throws {
        for time in [Int64.min, Timestamp.minimum.microseconds - 1, Timestamp.maximum.microseconds + 1, .max] {
            let message = Message(role: .user, content: "x", timestamp: Timestamp(microseconds: time))
            #expect(try await code(of: [message]) == .invalidMessage)
        }
        #expect(try await code(of: [Message(role: .user, content: "x", id: "")]) == .invalidMessage)
    }

    @Test func numbersOfMessages() async throws {
        for error in [
            await #expect(throws: MemoryError.self) { try await memory.load("s", limit: -1) },
            await #expect(throws: MemoryError.self) { try await memory.load("s", from: 1, limit: -1) },
            await #expect(throws: MemoryError.self) { try await memory.removeLast(-1, from: "s") },
            await #expect(throws: MemoryError.self) { try await memory.search("x", limit: -1) },
        ] {
            #expect(error?.code == .invalidArgument)
        }
    }
}
