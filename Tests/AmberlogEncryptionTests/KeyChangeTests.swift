#if Encryption
    import AgentMemory
    import AmberlogEncryption
    import Testing

    /// Keys may be changed: what the old one sealed is opened, what is new is sealed with the new one.
    @Suite struct KeyChangeTests {
        private func key(_ id: UInt8) throws -> AESGCMCipher.Key {
            try AESGCMCipher.Key(id: id, bytes: [UInt8](repeating: id, count: 32))
        }

        @Test func `several keys open, one seals`() throws {
            let old = try AESGCMCipher(sealing: key(1))
            let both = try AESGCMCipher(sealing: key(2), opening: [key(1)])
            let new = try AESGCMCipher(sealing: key(2))
            let before = try old.seal([1], in: [])
            let after = try both.seal([2], in: [])
            #expect(try both.open(before, in: []) == [1])
            #expect(try new.open(after, in: []) == [2])
            let error = #expect(throws: MemoryError.self) { try new.open(before, in: []) }
            #expect(error?.code == .damaged)
            #expect(error?.message.contains("the key 1") == true)
        }

        @Test func `ids are different, and keys have 32 bytes`() throws {
            #expect(throws: MemoryError.self) { try AESGCMCipher(sealing: key(1), opening: [key(1)]) }
            for count in [0, 16, 31, 33] {
                let error = #expect(throws: MemoryError.self) {
                    try AESGCMCipher(key: [UInt8](repeating: 0, count: count))
                }
                #expect(error?.code == .invalidArgument)
            }
        }

        @Test func `messages of a memory survive the change`() async throws {
            let base = InMemoryBackend()
            let old = EncryptedMemory(base: base, cipher: try AESGCMCipher(sealing: key(1)))
            try await old.save([Message(role: .user, content: "My name is Alice")], to: "s")
            let both = EncryptedMemory(base: base, cipher: try AESGCMCipher(sealing: key(2), opening: [key(1)]))
            try await both.save([Message(role: .assistant, content: "Hello, Alice")], to: "s")
            #expect(try await both.load("s").map(\.content) == ["My name is Alice", "Hello, Alice"])
            #expect(try await base.load("s").allSatisfy { !$0.content.contains("Alice") })
            await #expect(throws: MemoryError.self) { try await old.load("s") }
        }
    }
#endif
