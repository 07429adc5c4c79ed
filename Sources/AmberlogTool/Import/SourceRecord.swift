internal import AgentMemory
internal import LogFormat

/// How far a session has been taken from a source: so many messages, and a digest over them.
///
/// It stands in the session's origin, by the name of the source, and is written in the same atomic save as the
/// messages it counts. A source is known by the first message that it has for the session, so that a file may be
/// moved, renamed, compressed, cut or appended to between two imports.
struct SourceRecord {
    var messages: UInt64
    var digest: Identity
    /// The digests over one message less, two less, and so on, as far as they are kept: the end of a conversation that
    /// goes on may change.
    var before: [Identity] = []

    /// So many of them.
    static let beforeMax = 8
    static let noDigest = Identity(high: 0, low: 0)
    /// A session remembers at most so many sources; the ones imported from longest ago are forgotten first.
    private static let sourcesMax = 4096
    private static let key = "sources"

    /// What an origin says of a source.
    init?(_ source: Identity, in origin: JSONValue?) {
        guard let record = origin?[Self.key]?[source.description],
            let messages = record["messages"]?.integerValue, messages >= 0,
            let digest = record["digest"]?.stringValue.flatMap(Identity.init(hexadecimal:))
        else { return nil }
        self.messages = UInt64(messages)
        self.digest = digest
        before = (record["before"]?.arrayValue ?? []).prefix(Self.beforeMax).compactMap {
            $0.stringValue.flatMap(Identity.init(hexadecimal:))
        }
    }

    init(messages: UInt64, digest: Identity, before: [Identity] = []) {
        (self.messages, self.digest, self.before) = (messages, digest, before)
    }

    /// The origin with this record in it.
    func origin(_ source: Identity, updating origin: JSONValue?, time: Timestamp) -> JSONValue {
        var sources = origin?[Self.key]?.objectValue ?? [:]
        sources[source.description] = [
            "messages": .integer(Int64(clamping: messages)), "digest": .string(digest.description),
            "before": .array(before.map { .string($0.description) }),
            "time": .integer(time.microseconds / 1_000_000),
        ]
        while sources.count > Self.sourcesMax {
            let oldest = sources.min { ($0.value["time"]?.integerValue ?? 0) < ($1.value["time"]?.integerValue ?? 0) }
            guard let oldest else { break }
            sources[oldest.key] = nil
        }
        return .object([Self.key: .object(sources)])
    }
}

extension Identity {
    /// Reads ``description``.
    init?(hexadecimal text: String) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The hash of a text.
    init(hashing text: String) {
        var text = text
        self = text.withUTF8 {
            Checksum.hash(ofID: UnsafeRawBufferPointer($0), key: Identity(high: 0, low: 0))
        }
    }
}

/// Makes the digest over a session's messages so far: each step a keyed hash of the message, with the step before as key.
struct MessageDigest: ~Copyable {
    private var scratch: ByteWriter

    init() {
        scratch = ByteWriter(capacity: 4096)
    }

    /// The digest after one more message.
    ///
    /// - Parameter unknownTime: The timestamp that stands for none in this import. It changes from one run to the
    ///   next, so it takes no part.
    mutating func next(after digest: Identity, _ message: Message, unknownTime: Timestamp) -> Identity {
        scratch.removeAll()
        scratch.append(message.timestamp == unknownTime ? Int64.min : message.timestamp.microseconds)
        append(message.role.name)
        append(message.content)
        append(message.id ?? "")
        message.withEncodedMetadata { scratch.append($0) }
        return Checksum.hash(ofID: scratch.bytes, key: digest)
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            scratch.append(UInt64(bytes.count))
            scratch.append(UnsafeRawBufferPointer(bytes))
        }
    }
}
