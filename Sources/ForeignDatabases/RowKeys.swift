package import AgentMemory
internal import ForeignStores

#if Encryption
    internal import Crypto
    internal import CryptoExtras

    #if canImport(FoundationEssentials)
        internal import FoundationEssentials
    #else
        internal import Foundation
    #endif
#endif

/// The keys that rows of openai-agents were encrypted with (`EncryptedSession`): Fernet tokens
/// (https://github.com/fernet/spec), with a key of each session's own that is derived from a master key.
///
/// A token's age doesn't matter: the library lets it expire, an import is there to keep what was said.
package struct RowKeys: RowDecryption {
    #if Encryption
        /// Half of a session's key signs, half of it encrypts.
        private static let keyBytes = 32
        private static let halfBytes = 16
        private static let version: UInt8 = 0x80
        private static let timeBytes = 8
        private static let blockBytes = 16
        private static let signatureBytes = 32
        private static let purpose = Array("agents.session-store.hkdf.v1".utf8)

        private let masters: [SymmetricKey]

        /// - Parameter masters: Fernet keys or other secrets, as the library got them. Any of them may be the one.
        package init(_ masters: [String]) throws(MemoryError) {
            self.masters = masters.map { SymmetricKey(data: Self.bytes(of: $0)) }
        }

        package func open(_ payload: String, of session: String) -> [UInt8]? {
            guard let token = LenientBase64.decode(payload) else { return nil }
            for master in masters {
                let key = HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: master, salt: Array(session.utf8), info: Self.purpose,
                    outputByteCount: Self.keyBytes)
                if let opened = Self.open(token, with: key.withUnsafeBytes { Array($0) }) { return opened }
            }
            return nil
        }

        private static func open(_ token: [UInt8], with key: [UInt8]) -> [UInt8]? {
            let start = 1 + timeBytes
            guard token.count >= start + 2 * blockBytes + signatureBytes, token[0] == version else { return nil }
            let signed = token[..<(token.count - signatureBytes)]
            // Signed first: nothing is decrypted that the key hasn't signed.
            guard
                HMAC<SHA256>.isValidAuthenticationCode(
                    Array(token[signed.endIndex...]), authenticating: Array(signed),
                    using: SymmetricKey(data: key[..<halfBytes]))
            else { return nil }
            guard let vector = try? AES._CBC.IV(ivBytes: Array(token[start..<start + blockBytes])),
                let opened = try? AES._CBC.decrypt(
                    Array(signed[(start + blockBytes)...]), using: SymmetricKey(data: key[halfBytes...]), iv: vector)
            else { return nil }
            return Array(opened)
        }

        /// What in base64 is 32 bytes is those bytes; anything else is what it says.
        private static func bytes(of master: String) -> [UInt8] {
            if let bytes = LenientBase64.decode(master), bytes.count == keyBytes { return bytes }
            return Array(master.utf8)
        }
    #else
        package init(_ masters: [String]) throws(MemoryError) {
            throw MemoryError(
                .unsupported,
                "This build opens nothing that is encrypted: build amberlog with the trait Encryption "
                    + "(swift build --traits SQLite,Encryption)")
        }

        package func open(_ payload: String, of session: String) -> [UInt8]? { nil }
    #endif
}

#if Encryption
    /// Base64 as Python reads it, which decides what a key is: either alphabet, and other characters are passed over.
    enum LenientBase64 {
        private static let pad = UInt8(ascii: "=")

        /// - Returns: `nil` for what isn't ASCII, or ends within a group.
        static func decode(_ text: String) -> [UInt8]? {
            var bytes: [UInt8] = []
            var group: UInt32 = 0
            var (digits, pads) = (0, 0)
            for character in text.utf8 {
                if character >= 0x80 { return nil }
                if character == pad {
                    pads += 1
                    if digits >= 2, digits + pads >= 4 { return bytes }
                    if digits < 2 { pads = 0 }
                    continue
                }
                guard let value = value(character) else { continue }
                pads = 0
                group = group << 6 | value
                digits += 1
                if digits > 1 { bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(6 - 2 * (digits - 1)))) }
                if digits == 4 { (group, digits) = (0, 0) }
            }
            return digits == 0 ? bytes : nil
        }

        private static func value(_ character: UInt8) -> UInt32? {
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
            case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
            default: nil
            }
        }
    }
#endif
