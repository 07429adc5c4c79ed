import AgentMemory
import Foundation

/// Encrypts the messages that say so in their metadata, and decrypts them when they are read. (To encrypt all of them,
/// and their metadata, there is `EncryptedMemory`.)
struct FieldEncryption: Middleware {
    let cipher: any MessageCipher

    func beforeSave(_ message: Message, in session: String) throws -> Message {
        guard message.metadata["encrypted"] == true else { return message }
        var message = message
        let sealed = try cipher.seal(Array(message.content.utf8), in: Array(session.utf8))
        message.content = Data(sealed).base64EncodedString()
        return message
    }

    func afterLoad(_ message: Message, in session: String) throws -> Message {
        guard message.metadata["encrypted"] == true else { return message }
        guard let sealed = Data(base64Encoded: message.content) else {
            throw MemoryError(.damaged, "What was encrypted is no base64", at: .init(session: session))
        }
        var message = message
        message.content = String(decoding: try cipher.open(Array(sealed), in: Array(session.utf8)), as: UTF8.self)
        return message
    }
}
