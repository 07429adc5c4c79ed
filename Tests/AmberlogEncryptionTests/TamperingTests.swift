#if Encryption
    import AgentMemory
    import AmberlogEncryption
    import Testing

    /// Whatever is changed, nothing is opened; the error says so and is a `MemoryError`.
    @Suite struct TamperingTests {
        private let key = [UInt8](repeating: 42, count: 32)
        private let context = Array("message\0user\0001\0s".utf8)

        private func isDamaged(_ sealed: [UInt8], _ cipher: AESGCMCipher, in context: [UInt8]) -> Bool {
            do {
                _ = try cipher.open(sealed, in: context)
                return false
            } catch {
                return (error as? MemoryError)?.code == .damaged
            }
        }

        @Test func `every byte counts`() throws {
            let cipher = try AESGCMCipher(key: key)
            let sealed = try cipher.seal(Array("My name is Alice".utf8), in: context)
            for index in sealed.indices {
                for bit in [0, 7] {
                    var changed = sealed
                    changed[index] ^= 1 << UInt8(bit)
                    #expect(isDamaged(changed, cipher, in: context), "byte \(index), bit \(bit)")
                }
            }
            #expect(try cipher.open(sealed, in: context) == Array("My name is Alice".utf8))
        }

        @Test func `nothing may be cut off or added`() throws {
            let cipher = try AESGCMCipher(key: key)
            let sealed = try cipher.seal([1, 2, 3], in: context)
            for count in 0..<sealed.count { #expect(isDamaged(Array(sealed[..<count]), cipher, in: context)) }
            #expect(isDamaged(sealed + [0], cipher, in: context))
        }

        @Test func `another context, another key`() throws {
            let cipher = try AESGCMCipher(key: key)
            let sealed = try cipher.seal([], in: context)
            #expect(try cipher.open(sealed, in: context) == [])
            #expect(isDamaged(sealed, cipher, in: context + [0]))
            #expect(isDamaged(sealed, cipher, in: []))
            #expect(isDamaged(sealed, try AESGCMCipher(key: [UInt8](repeating: 43, count: 32)), in: context))
        }

        @Test func `the same text is never sealed the same way`() throws {
            let cipher = try AESGCMCipher(key: key)
            let sealed = Set(try (0..<100).map { _ in try cipher.seal([1], in: context) })
            #expect(sealed.count == 100)
        }
    }
#endif
