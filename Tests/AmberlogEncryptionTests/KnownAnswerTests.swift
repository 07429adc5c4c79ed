#if Encryption
    import AgentMemory
    import Crypto
    import Testing

    @testable import AmberlogEncryption

    /// Answers that others have computed: OpenSSL, by way of Python's `cryptography`.
    @Suite struct KnownAnswerTests {
        private let key = (0..<32).map { UInt8($0) }

        private func bytes(_ hexadecimal: String) -> [UInt8] {
            var bytes: [UInt8] = []
            var rest = hexadecimal[...]
            while !rest.isEmpty {
                bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            }
            return bytes
        }

        @Test func `AES-GCM's own test vector with its additional data`() throws {
            // Test case 16 of "The Galois/Counter Mode of Operation", McGrew and Viega.
            let key = SymmetricKey(
                data: bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
            let box = try AES.GCM.seal(
                bytes(
                    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                        + "b16aedf5aa0de657ba637b39"),
                using: key, nonce: AES.GCM.Nonce(data: bytes("cafebabefacedbaddecaf888")),
                authenticating: bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
            #expect(Array(box.tag) == bytes("76fc6ece0f4e1768cddf8853bb2d551b"))
        }

        @Test func `what is sealed is head, nonce, text and tag`() throws {
            let cipher = try AESGCMCipher(sealing: .init(id: 7, bytes: key))
            let nonce = try AES.GCM.Nonce(data: (0..<12).map { UInt8(0xA0 + $0) })
            let sealed = try cipher.seal(Array("Grüße".utf8), in: Array("message\0u".utf8), nonce: nonce)
            #expect(
                sealed == bytes("0107a0a1a2a3a4a5a6a7a8a9aaaba16abf9186546712356b6fbce92fac6e211cf6410b3e45"))
            #expect(try cipher.open(sealed, in: Array("message\0u".utf8)) == Array("Grüße".utf8))
        }
    }
#endif
