internal import LogFiles
internal import LogFormat

/// Collects the operations of one journal batch and lays out its frame. The payloads are written from where they
/// are; only the header is built.
///
/// `@unchecked Sendable`: belongs to whoever has set `isCommitting`.
final class BatchBuilder: @unchecked Sendable {
    private(set) var entries: [BatchEntry] = []
    private var payloads: [Chunk] = []
    private(set) var payloadBytes = 0
    private var header = ByteWriter(capacity: 4096)
    private static let zeros = [UInt8](repeating: 0, count: Limits.blockBytes)

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    /// The bytes that the frame takes, up to alignment.
    var frameBytes: Int {
        FrameHeader.byteCount + BatchHeader.fixedByteCount + entries.count * BatchEntry.byteCount + payloadBytes
    }

    func removeAll() {
        entries.removeAll(keepingCapacity: true)
        payloads.removeAll(keepingCapacity: true)
        payloadBytes = 0
    }

    func append(_ entry: BatchEntry, payload: Chunk? = nil) {
        var entry = entry
        if let payload {
            entry.payloadOffset = UInt32(payloadBytes)
            entry.payloadLength = UInt32(payload.count)
            entry.payloadChecksum = payload.checksum
            payloads.append(payload)
            payloadBytes += payload.count
        }
        entries.append(entry)
    }

    /// Writes the batch at an offset and returns where it ends.
    ///
    /// - Parameter synced: Fills the last block with zeros, so that the write is of whole blocks and the kernel need
    ///   not read what it doesn't overwrite.
    func write(
        to journal: JournalFile, at offset: UInt64, number: UInt64, durableThrough: UInt64, time_µs: Int64,
        synced: Bool
    ) throws(FileError) -> UInt64 {
        header.removeAll()
        let start = BatchHeader.begin(
            into: &header, number: number, durableThrough: durableThrough, time_µs: time_µs, count: entries.count)
        for entry in entries { entry.encode(into: &header) }
        let padding = payloadBytes.roundedUpToWord - payloadBytes
        header.endFrame(start, seed: journal.seed, extra: payloadBytes + padding)
        let end = offset + UInt64(header.count + payloadBytes + padding)
        let filled = synced ? end.roundedUpToBlock : end
        let zeros = padding + Int(filled - end)
        let error = withUnsafeTemporaryAllocation(
            of: UnsafeRawBufferPointer.self, capacity: payloads.count + 2
        ) { parts -> FileError? in
            parts.initializeElement(at: 0, to: header.bytes)
            var count = 1
            for payload in payloads {
                parts.initializeElement(at: count, to: payload.bytes)
                count += 1
            }
            return Self.zeros.withUnsafeBytes { zeroBytes -> FileError? in
                if zeros > 0 {
                    parts.initializeElement(at: count, to: UnsafeRawBufferPointer(rebasing: zeroBytes[..<zeros]))
                    count += 1
                }
                do throws(FileError) {
                    try journal.file.writeFully(
                        UnsafeBufferPointer(rebasing: UnsafeBufferPointer(parts)[..<count]), at: offset)
                    return nil
                } catch {
                    return error
                }
            }
        }
        if let error { throw error }
        return end
    }
}
