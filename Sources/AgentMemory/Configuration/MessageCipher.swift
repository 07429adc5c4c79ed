/// Encrypts what a backend keeps. The product AmberlogEncryption has one, AES-GCM with a key of yours.
public protocol MessageCipher: Sendable {
    /// - Parameter context: What the text belongs to. Opening it in another context fails, so that a stored message can't
    ///   be passed off as one of another session.
    func seal(_ plaintext: [UInt8], in context: [UInt8]) throws -> [UInt8]

    /// - Throws: ``MemoryError/Code/damaged`` where the bytes were changed, or sealed with another key or in another
    ///   context.
    func open(_ sealed: [UInt8], in context: [UInt8]) throws -> [UInt8]
}
