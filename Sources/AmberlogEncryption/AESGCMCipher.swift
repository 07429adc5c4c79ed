#if Encryption
    public import AgentMemory
    internal import Crypto

    #if canImport(FoundationEssentials)
        internal import FoundationEssentials
    #else
        internal import Foundation
    #endif

    /// Encrypts messages with AES-256 in Galois/counter mode.
    ///
    /// ```swift
    /// let cipher = try AESGCMCipher(key: key)  // 32 bytes, from a key store and not from a password
    /// let memory = EncryptedMemory(base: try await AmberlogStore.open("agent-memory"), cipher: cipher)
    /// ```
    ///
    /// To change the key, seal with the new one and keep the old one for opening. What is sealed says which key it was:
    ///
    /// ```swift
    /// let cipher = try AESGCMCipher(
    ///     sealing: .init(id: 2, bytes: new), opening: [.init(id: 1, bytes: old)])
    /// ```
    ///
    /// What is sealed is 30 bytes longer: a version (1), the key's id, a random nonce of 12 bytes, the encrypted text, and
    /// a tag of 16 bytes. The version, the id and the context are authenticated with it. Both directions take O(*n*)
    /// for *n* bytes.
    ///
    /// - Important: Nonces are random, so one key is good for 2³² messages (NIST SP 800-38D, 8.3): change it before.
    public struct AESGCMCipher: MessageCipher {
        /// A key and what it is known by.
        public struct Key: Sendable {
            /// Told with everything that the key seals. Different keys need different ids.
            public let id: UInt8
            let key: SymmetricKey

            /// - Parameters:
            ///   - id: What the key is known by.
            ///   - bytes: 32 random bytes.
            /// - Throws: ``MemoryError/Code/invalidArgument`` for any other number of bytes.
            public init(id: UInt8 = 0, bytes: [UInt8]) throws(MemoryError) {
                guard bytes.count == AESGCMCipher.keyBytes else {
                    throw MemoryError(
                        .invalidArgument, "A key of AES-256 has \(AESGCMCipher.keyBytes) bytes, not \(bytes.count)")
                }
                self.id = id
                key = SymmetricKey(data: bytes)
            }
        }

        /// The length of a key.
        public static let keyBytes = 32

        private static let version: UInt8 = 1
        private static let headBytes = 2
        private static let nonceBytes = 12
        private static let tagBytes = 16

        private let sealing: Key
        private let keys: [UInt8: Key]

        /// A cipher with one key.
        ///
        /// - Throws: ``MemoryError/Code/invalidArgument`` unless it has 32 bytes.
        public init(key: [UInt8]) throws(MemoryError) {
            try self.init(sealing: Key(bytes: key))
        }

        /// A cipher that seals with one key, and opens what that or others have sealed.
        ///
        /// - Throws: ``MemoryError/Code/invalidArgument`` if two keys have the same id.
        public init(sealing: Key, opening: [Key] = []) throws(MemoryError) {
            self.sealing = sealing
            var keys = [sealing.id: sealing]
            for key in opening where keys.updateValue(key, forKey: key.id) != nil {
                throw MemoryError(.invalidArgument, "Two keys have the id \(key.id)")
            }
            self.keys = keys
        }

        /// O(*n*) for *n* bytes, with a new random nonce: sealing the same twice gives other bytes.
        public func seal(_ plaintext: [UInt8], in context: [UInt8]) throws -> [UInt8] {
            try seal(plaintext, in: context, nonce: AES.GCM.Nonce())
        }

        /// A nonce must never be used twice with one key: only known answers are made with one that is given.
        func seal(_ plaintext: [UInt8], in context: [UInt8], nonce: AES.GCM.Nonce) throws -> [UInt8] {
            let head = [Self.version, sealing.id]
            let box = try AES.GCM.seal(plaintext, using: sealing.key, nonce: nonce, authenticating: head + context)
            return head + Array(nonce) + Array(box.ciphertext) + Array(box.tag)
        }

        /// O(*n*) for *n* bytes.
        ///
        /// - Throws: ``MemoryError/Code/damaged`` for what was sealed elsewhere, in another context, with a key that isn't
        ///   given, or changed since.
        public func open(_ sealed: [UInt8], in context: [UInt8]) throws -> [UInt8] {
            guard sealed.count >= Self.headBytes + Self.nonceBytes + Self.tagBytes, sealed[0] == Self.version else {
                throw MemoryError(.damaged, "This was not sealed by AESGCMCipher, or it was cut off")
            }
            guard let key = keys[sealed[1]] else {
                throw MemoryError(.damaged, "This was sealed with the key \(sealed[1]), which is not given")
            }
            let head = Array(sealed[..<Self.headBytes])
            do {
                let box = try AES.GCM.SealedBox(combined: sealed[Self.headBytes...])
                return Array(try AES.GCM.open(box, using: key.key, authenticating: head + context))
            } catch {
                throw MemoryError(
                    .damaged, "What was sealed was changed, or sealed with another key or in another context")
            }
        }
    }
#endif
