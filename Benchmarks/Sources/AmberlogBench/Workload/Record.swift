/// A message as the peers that store opaque bytes keep it: `length u32 | metadata length u16 | role u8 | 0 u8 |
/// time i64 | metadata | content`, little-endian.
enum Record {
    static let headerSize = 16

    static func appendHeader(
        to bytes: inout [UInt8], role: UInt8, metadataLength: Int, length: Int, time: Int64
    ) {
        withUnsafeBytes(of: UInt32(length).littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt16(metadataLength).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(role)
        bytes.append(0)
        withUnsafeBytes(of: time.littleEndian) { bytes.append(contentsOf: $0) }
    }

    @inline(__always)
    static func length(_ record: UnsafeRawPointer) -> Int {
        Int(UInt32(littleEndian: record.loadUnaligned(as: UInt32.self)))
    }

    /// Decodes one record to a message that owns its content.
    @inline(__always)
    static func decode(_ record: UnsafeRawPointer, length: Int, sequence: UInt64, into page: inout Page) {
        let metadataLength = Int(UInt16(littleEndian: record.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
        let role = record.load(fromByteOffset: 6, as: UInt8.self)
        let time = Int64(littleEndian: record.loadUnaligned(fromByteOffset: 8, as: Int64.self))
        let content = UnsafeRawBufferPointer(
            start: record + headerSize + metadataLength, count: length - headerSize - metadataLength)
        page.append(
            sequence: sequence, role: role, time: time,
            metadata: UnsafeRawBufferPointer(start: record + headerSize, count: metadataLength), content: content)
    }
}

/// A message as a peer's caller gets it: owned text, metadata left unparsed.
struct PeerMessage {
    var sequence: UInt64
    var time: Int64
    var content: String
    var metadataStart: UInt32
    var metadataLength: UInt16
    var role: UInt8
}

/// What one load of a peer returns. The metadata of all messages shares one array, as cheap as it gets.
struct Page {
    var messages: [PeerMessage] = []
    var metadata: [UInt8] = []

    init(capacity: Int) {
        messages.reserveCapacity(capacity)
        metadata.reserveCapacity(capacity * 48)
    }

    @inline(__always)
    mutating func append(
        sequence: UInt64, role: UInt8, time: Int64, metadata bytes: UnsafeRawBufferPointer,
        content: UnsafeRawBufferPointer
    ) {
        let start = metadata.count
        metadata.append(contentsOf: bytes)
        messages.append(
            PeerMessage(
                sequence: sequence, time: time, content: String(decoding: content, as: UTF8.self),
                metadataStart: UInt32(truncatingIfNeeded: start),
                metadataLength: UInt16(truncatingIfNeeded: bytes.count), role: role))
    }

    /// What a load is checked with: the same on every engine.
    var total: LoadTotal {
        var total = LoadTotal()
        for message in messages { total.add(sequence: message.sequence, contentBytes: message.content.utf8.count) }
        return total
    }
}

/// A digest of what loads returned: the same on every engine, or one of them did other work.
struct LoadTotal: Hashable, CustomStringConvertible {
    var messages = 0
    var contentBytes = 0
    var sequences: UInt64 = 0

    @inline(__always)
    mutating func add(sequence: UInt64, contentBytes bytes: Int) {
        messages += 1
        contentBytes += bytes
        sequences &+= sequence
    }

    static func += (left: inout LoadTotal, right: LoadTotal) {
        left.messages += right.messages
        left.contentBytes += right.contentBytes
        left.sequences &+= right.sequences
    }

    var description: String { "\(messages) messages, \(contentBytes) bytes, sequences \(sequences)" }
}
