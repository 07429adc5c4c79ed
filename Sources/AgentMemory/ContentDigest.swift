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
/// **Construction.** 128-bit FNV-1a (Fowler, Noll and Vo) over words of eight bytes, little endian, where FNV takes
/// bytes: a state is xored with a word, then multiplied by the prime. Each message gives the word 0x4D and five fields:
/// role, content, timestamp (one word, in microseconds), metadata (the canonical JSON of ``JSONValue/append(to:)``, no
/// bytes when empty) and id. A field is a word with the number of its bytes plus one, 0 for a missing id, and its bytes in
/// UTF-8, the last word filled up with zeros. It finds what got lost or changed by accident. It is not cryptographic: who
/// wants to can make two sessions with one digest.
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
        add(word: 0x4D)
        add(field: message.role.name)
        add(field: message.content)
        add(word: 9)
        add(word: UInt64(bitPattern: message.timestamp.microseconds))
        addMetadata(of: message)
        if let id = message.id { add(field: id) } else { add(word: 0) }
    }

    /// The digest as 16 bytes, the most significant first.
    public var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: state >> (120 - 8 * $0)) } }

    private mutating func addMetadata(of message: Message) {
        if case .encoded(let encoded) = message.metadataStorage {
            let isDone = encoded.withBytes { bytes in
                // `{}` counts as none.
                guard bytes.count > 2, JSONScanner.isCanonicalObject(bytes) else { return false }
                add(field: bytes)
                return true
            }
            if isDone { return }
        }
        message.canonicalMetadata().withUnsafeBytes { add(field: $0) }
    }

    private mutating func add(field text: String) {
        var text = text
        text.withUTF8 { add(field: UnsafeRawBufferPointer($0)) }
    }

    private mutating func add(field bytes: UnsafeRawBufferPointer) {
        add(word: UInt64(bytes.count) + 1)
        var offset = 0
        while offset &+ 8 <= bytes.count {
            add(word: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset &+= 8
        }
        if offset == bytes.count { return }
        var last: UInt64 = 0
        for (place, byte) in bytes[offset...].enumerated() { last |= UInt64(byte) << (8 * UInt64(place)) }
        add(word: last)
    }

    @inline(__always)
    private mutating func add(word: UInt64) {
        state ^= UInt128(word)
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
