internal import AgentMemory
internal import LogFormat

/// The messages of one save, encoded.
struct EncodedMessages: Sendable {
    var records: Chunk
    var count: Int
    /// The hash of each message's client id; empty when no message has one.
    var ids: [Identity?]
}

/// Messages to records.
enum MessageEncoder {
    /// Checks messages against the limits and encodes them. O(bytes), one allocation beyond the ids.
    static func encode(_ messages: [Message], idKey: Identity) throws(MemoryError) -> EncodedMessages {
        var estimate = 0
        for message in messages { estimate += message.content.utf8.count + 96 }
        // What is over the limit is refused on the way; until then, no more than the limit is allocated for it.
        var writer = ByteWriter(capacity: min(estimate, Limits.saveRecordBytesMax))
        var check = MemoryLimits.SaveCheck()
        var scratch: [UInt8] = []
        var ids: [Identity?] = []
        var pieces = RecordPieces()
        for (index, message) in messages.enumerated() {
            try append(message, to: &writer, &check, &scratch)
            pieces.append(recordEndingAt: writer.count)
            if let id = message.id {
                if ids.isEmpty { ids = Array(repeating: nil, count: messages.count) }
                var id = id
                ids[index] = id.withUTF8 { Checksum.hash(ofID: UnsafeRawBufferPointer($0), key: idKey) }
            }
        }
        // The limit of a save is on what is said; very many small messages are mostly headers, and must fit a frame.
        guard writer.count <= Limits.saveRecordBytesMax else {
            throw MemoryError(
                .tooLarge, "A save of \(writer.count) bytes as records; the limit is \(Limits.saveRecordBytesMax)")
        }
        return EncodedMessages(
            records: Chunk(writer, pieces: pieces.finish()), count: messages.count, ids: ids)
    }

    private static func append(
        _ message: Message, to writer: inout ByteWriter, _ check: inout MemoryLimits.SaveCheck,
        _ scratch: inout [UInt8]
    ) throws(MemoryError) {
        let start = writer.count
        let code = message.role.code
        writer.append(UInt32(0))
        writer.append(code)
        let flagsAt = writer.count
        writer.append(UInt8(0))
        writer.append(UInt16(0))
        writer.append(message.timestamp.microseconds)
        var flags: UInt8 = 0
        var metadataBytes = 0
        if message.hasMetadata {
            flags |= MessageRecord.Flags.metadata
            metadataBytes = try message.encodedMetadata(in: &scratch) { json in
                // What is too large isn't copied: the check throws.
                if json.count <= Limits.metadataBytesMax {
                    writer.append(UInt32(json.count))
                    writer.append(json)
                }
                return json.count
            }
        }
        try check.add(message, metadataBytes: metadataBytes)
        if let id = message.id {
            flags |= MessageRecord.Flags.id
            append(id, withLengthTo: &writer)
        }
        if code == 0 { append(message.role.name, withLengthTo: &writer) }
        var content = message.content
        let isASCII = content.withUTF8 { utf8 in
            writer.append(UnsafeRawBufferPointer(utf8))
            return Checksum.isASCII(UnsafeRawBufferPointer(utf8))
        }
        if isASCII { flags |= MessageRecord.Flags.ascii }
        writer.store(UInt32(writer.count - start), at: start)
        writer.store(flags, at: flagsAt)
    }

    private static func append(_ text: String, withLengthTo writer: inout ByteWriter) {
        var text = text
        text.withUTF8 { utf8 in
            writer.append(UInt16(utf8.count))
            writer.append(UnsafeRawBufferPointer(utf8))
        }
    }

    /// The same messages without those at the given places.
    static func removing(_ places: Set<Int>, from messages: EncodedMessages) -> EncodedMessages {
        var writer = ByteWriter(capacity: messages.records.count)
        var ids: [Identity?] = []
        var pieces = RecordPieces()
        var offset = 0
        var count = 0
        for index in 0..<messages.count {
            guard let length = MessageRecord.length(in: messages.records.bytes, at: offset) else { break }
            if !places.contains(index) {
                writer.append(UnsafeRawBufferPointer(rebasing: messages.records.bytes[offset..<offset + length]))
                pieces.append(recordEndingAt: writer.count)
                ids.append(messages.ids[index])
                count += 1
            }
            offset += length
        }
        return EncodedMessages(records: Chunk(writer, pieces: pieces.finish()), count: count, ids: ids)
    }
}
