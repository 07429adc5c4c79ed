/// A digest of what was said in a session, for comparing two stores.
///
/// ```swift
/// var digest = ContentDigest()
/// for try await message in memory.messages(in: "user_123") { digest.add(message) }
/// print(digest)  // 32 hexadecimal digits
/// ```
///
/// Two sessions have the same digest when the same messages stand in the same order: role, content, timestamp,
/// metadata (whatever the order of its keys) and id. Sequences take no part: a store numbers as it likes.
///
/// **Construction.** 128-bit FNV-1a over one record for each message: the tag byte 0x4D, then five fields, role,
/// content, timestamp (microseconds as eight bytes, little endian), metadata (the canonical JSON of
/// ``JSONValue/append(to:)``, no bytes when empty) and id, each as a byte that tells whether it is there (1, or 0 for a
/// missing id), its length as eight bytes, little endian, and its bytes in UTF-8. It finds what got lost or changed by
/// accident. It is not cryptographic: who wants to can make two sessions with one digest.
public struct ContentDigest: Sendable, Hashable {
    private var state: UInt128

    /// The digest of no message.
    public init() {
        // FNV-1a's offset basis for 128 bits.
        state = UInt128(0x6C62_272E_07BB_0142) << 64 | UInt128(0x62B8_2175_6295_C58D as UInt64)
    }

    /// The digest of some messages in order.
    public init(_ messages: some Sequence<Message>) {
        self.init()
        for message in messages { add(message) }
    }

    /// Takes in the next message: O(*n*) for its *n* bytes.
    public mutating func add(_ message: Message) {
        add(byte: 0x4D)
        add(field: message.role.name)
        add(field: message.content)
        add(byte: 1)
        add(number: 8)
        add(number: UInt64(bitPattern: message.timestamp.microseconds))
        let metadata = message.canonicalMetadata()
        add(byte: 1)
        add(number: UInt64(metadata.count))
        for byte in metadata { add(byte: byte) }
        if let id = message.id { add(field: id) } else { add(byte: 0) }
    }

    /// The digest as 16 bytes, the most significant first.
    public var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: state >> (120 - 8 * $0)) } }

    private mutating func add(field text: String) {
        add(byte: 1)
        add(number: UInt64(text.utf8.count))
        for byte in text.utf8 { add(byte: byte) }
    }

    private mutating func add(number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    @inline(__always)
    private mutating func add(byte: UInt8) {
        state ^= UInt128(byte)
        // Times FNV's prime, 2^88 + 0x13B.
        state = (state << 88) &+ (state &* 0x13B)
    }
}

extension ContentDigest: CustomStringConvertible, LosslessStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// Reads ``description``; `nil` for anything but 32 hexadecimal digits.
    public init?(_ description: String) {
        guard description.utf8.count == 32, description.utf8.first != 0x2B, description.utf8.first != 0x2D,
            let state = UInt128(description, radix: 16)
        else { return nil }
        self.state = state
    }
}

extension Message {
    /// The metadata as canonical JSON, empty if there is none. Not through ``metadata``, whose cache would hold the
    /// decoded metadata of everything that a digest walks over.
    func canonicalMetadata() -> [UInt8] {
        guard hasMetadata else { return [] }
        let object: [String: JSONValue]
        if case .encoded(let encoded) = metadataStorage, let value = try? encoded.withBytes(JSONValue.init(parsing:)),
            case .object(let decoded) = value
        {
            object = decoded
        } else {
            object = metadata
        }
        return object.isEmpty ? [] : JSONValue.object(object).serialized()
    }
}
