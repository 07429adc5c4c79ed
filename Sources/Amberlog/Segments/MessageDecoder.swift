internal import AgentMemory
internal import LogFormat

/// A run of records with consecutive sequences that a read has found, and which of them it wants.
struct RecordRun {
    /// Whole records, `count` of them.
    var bytes: UnsafeRawBufferPointer
    /// The sequence of the first record in `bytes`.
    var firstSequence: UInt64
    var count: Int
    /// The wanted ones, within `firstSequence ..< firstSequence + count`.
    var wanted: Range<UInt64>
}

/// Records to messages.
enum MessageDecoder {
    /// Decodes the wanted records of the runs, in order. The bytes must have been verified.
    ///
    /// Content is copied straight into its `String`. Metadata is copied as bytes into one buffer for all messages and
    /// decoded when someone asks.
    ///
    /// - Parameter areText: The records have passed ``MessageRecord/holdsText`` before: those in memory have.
    /// - Returns: `nil` when a record doesn't fit its run, or isn't text: bytes that pass the checksum but were written
    ///   wrong.
    static func decode(_ runs: [RecordRun], in order: ReadOrder, areText: Bool = false) -> [Message]? {
        var total = 0
        var metadataBytes = 0
        for run in runs {
            total += run.wanted.count
            guard let bytes = measure(run) else { return nil }
            metadataBytes += bytes
        }
        // A walker rather than nested functions: variables that those capture are checked for exclusive access on every
        // use.
        var walker = Walker(metadata: metadataBytes > 0 ? MetadataBuffer(capacity: metadataBytes) : nil)
        let messages = [Message](unsafeUninitializedCapacity: total) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            switch order {
            case .oldestFirst: for run in runs { walker.decode(run, to: base, areText: areText) }
            case .newestFirst: for run in runs.reversed() { walker.decode(run, to: base, areText: areText) }
            }
            initialized = walker.count
        }
        return messages.count == total ? messages : nil
    }

    /// Decodes one run after another.
    private struct Walker {
        let metadata: MetadataBuffer?
        var metadataOffset = 0
        /// Messages so far.
        var count = 0

        init(metadata: MetadataBuffer?) {
            self.metadata = metadata
        }

        mutating func decode(_ run: RecordRun, to messages: UnsafeMutablePointer<Message>, areText: Bool) {
            var offset = 0
            var sequence = run.firstSequence
            while sequence < run.wanted.upperBound {
                if sequence >= run.wanted.lowerBound {
                    guard let record = MessageRecord(run.bytes, at: offset), areText || record.holdsText else {
                        return
                    }
                    offset &+= record.bytes.count
                    (messages + count).initialize(
                        to: message(record, sequence: sequence, metadata: metadata, at: &metadataOffset))
                    count &+= 1
                } else {
                    guard let length = MessageRecord.length(in: run.bytes, at: offset) else { return }
                    offset &+= length
                }
                sequence &+= 1
            }
        }
    }

    /// The order in which runs were collected; messages always come out oldest first.
    enum ReadOrder {
        case oldestFirst, newestFirst
    }

    /// The bytes of metadata in the wanted records, or `nil` when one doesn't fit.
    private static func measure(_ run: RecordRun) -> Int? {
        var offset = 0
        var bytes = 0
        var sequence = run.firstSequence
        while sequence < run.wanted.upperBound {
            guard let length = MessageRecord.length(in: run.bytes, at: offset) else { return nil }
            let header = MessageRecord.headerByteCount
            if run.bytes[offset &+ 5] & MessageRecord.Flags.metadata != 0, length >= header &+ 4 {
                let count = run.bytes.loadUnaligned(fromByteOffset: offset &+ header, as: UInt32.self)
                bytes &+= min(Int(UInt32(littleEndian: count)), length)
            }
            offset &+= length
            sequence &+= 1
        }
        return bytes
    }

    // Inlined so that the message is built where it stays: returned, it would be copied and destroyed once more.
    @inline(__always)
    private static func message(
        _ record: MessageRecord, sequence: UInt64, metadata: MetadataBuffer?, at offset: inout Int
    ) -> Message {
        var encoded: EncodedMetadata?
        if let metadata, record.metadata.count > 0, let source = record.metadata.baseAddress {
            (metadata.base + offset).copyMemory(from: source, byteCount: record.metadata.count)
            encoded = EncodedMetadata(buffer: metadata, offset: offset, count: record.metadata.count)
            offset &+= record.metadata.count
        }
        return Message(
            role: Role(code: record.role) ?? Role(text(record.roleName, isASCII: false)),
            content: text(record.content, isASCII: record.contentIsASCII),
            timestamp: Timestamp(microseconds: record.timestamp_µs),
            id: record.hasID ? text(record.id, isASCII: false) : nil,
            sequence: sequence,
            encodedMetadata: encoded)
    }

    @inline(__always)
    private static func text(_ bytes: UnsafeRawBufferPointer, isASCII: Bool) -> String {
        guard bytes.count > 0 else { return "" }
        return bytes.withMemoryRebound(to: UInt8.self) { bytes in
            String(copying: UTF8Span(unchecked: Span(_unsafeElements: bytes), isKnownASCII: isASCII))
        }
    }
}
