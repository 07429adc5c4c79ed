internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// A journal as it was found: its whole batches, and what stands behind them.
struct JournalContents {
    /// What ends the readable part.
    enum Tail: Hashable {
        /// Zeros, or what an earlier use of the file left: the journal ends here.
        case clean
        /// A batch that was being written when the power went: never acknowledged in synced mode.
        case torn(offset: UInt64)
    }

    /// Acknowledged bytes that don't match their checksums.
    struct Damage: Hashable {
        var offset: UInt64
        /// The first and the last batch that is affected.
        var batch: UInt64
        var through: UInt64
        /// The sessions whose saves are damaged; `nil` when the header is, so that nobody knows.
        var sessions: [UInt64]?
    }

    var batches: [Batch] = []
    var tail: Tail = .clean
    var damages: [Damage] = []
    /// Where the last whole batch ends.
    var endOffset: UInt64 = UInt64(Limits.blockBytes)
    /// The number of the last frame, 0 for none.
    var lastNumber: UInt64 = 0
    /// The newest `durableThrough` that any batch states.
    var durableThrough: UInt64 = 0

    struct Batch {
        var header: BatchHeader
        var offset: UInt64
        /// Where the payloads begin in the file's bytes.
        var payloadOffset: Int
        /// Entries whose payload doesn't match its checksum: damage, since the batch is known to have been durable.
        var damagedEntries: Set<Int> = []
    }
}

/// Reads journals. Pure: bytes in, verdict out.
enum JournalReader {
    /// Walks a journal's batches and judges how it ends.
    ///
    /// Torn or corrupt: only what was never acknowledged may be torn. A bad frame is damage when a valid frame behind
    /// it, or `durableThrough` from elsewhere (the anchor, a later journal), says that its batch had been durable.
    ///
    /// - Parameters:
    ///   - firstBatch: The number its first batch must have; 0 to take what is there.
    ///   - durableThrough: The newest batch known to be durable from elsewhere.
    static func read(
        _ bytes: UnsafeRawBufferPointer, seed: UInt32, firstBatch: UInt64, durableThrough known: UInt64
    ) -> JournalContents {
        var contents = JournalContents()
        var expected = firstBatch
        if expected == 0 {
            guard let first = firstFrame(bytes, seed: seed) else {
                // Nothing readable.
                // Whether something is missing, the caller knows from the neighbours.
                return contents
            }
            expected = first.sequence
        }
        var scanner = LogScanner(bytes, seed: seed, kind: .batch, from: Limits.blockBytes, number: expected)
        while true {
            let number = scanner.nextNumber
            scanner.passUnknown()
            if scanner.nextNumber > number { contents.passed(scanner) }
            let before = scanner
            if let (frame, offset) = scanner.next() {
                if let batch = decode(bytes, frame: frame, at: offset) {
                    if batch.damagedEntries.isEmpty {
                        contents.append(batch)
                        contents.passed(scanner)
                        continue
                    }
                    // Part of the batch is wrong. If it was durable it is damage of those sessions; if not, it is torn.
                    if isDurable(batch.header.number, behind: scanner, known: known, so: contents) {
                        let sessions = batch.damagedEntries.map { batch.header.entries[$0].session }
                        contents.damages.append(
                            .init(
                                offset: UInt64(offset), batch: batch.header.number, through: batch.header.number,
                                sessions: sessions.sorted()))
                        contents.append(batch)
                        contents.passed(scanner)
                        continue
                    }
                    contents.tail = .torn(offset: UInt64(offset))
                    return contents
                }
                // A valid checksum over a header that makes no sense: treat like an unreadable one, below.
                scanner = before
                scanner.skip(to: offset + FrameHeader.byteCount, number: before.nextNumber)
            }
            // What stands before the first batch that counts may be damaged: it stands in segments.
            if contents.batches.isEmpty, let first = scanner.laterFrame(), first.frame.sequence == before.nextNumber {
                scanner.skip(to: first.offset, number: before.nextNumber)
                continue
            }
            // No valid frame of the next number stands here: the end, a torn tail, or damage.
            guard isDurable(before.nextNumber, behind: scanner, known: known, so: contents) else {
                contents.tail = tail(bytes, seed: seed, scanner: before)
                return contents
            }
            let later = scanner.laterFrame()
            contents.damages.append(
                .init(
                    offset: UInt64(before.offset), batch: before.nextNumber,
                    through: later.map { $0.frame.sequence - 1 } ?? max(known, before.nextNumber), sessions: nil))
            guard let later else { return contents }
            scanner.skip(to: later.offset, number: later.frame.sequence)
        }
    }

    /// Stale frames of the file's earlier life look like a torn batch; both end the journal, but a clean end is not
    /// worth a copy. What begins like a frame of ours (right kind and number) is called torn.
    private static func tail(
        _ bytes: UnsafeRawBufferPointer, seed: UInt32, scanner: LogScanner
    ) -> JournalContents.Tail {
        if scanner.laterFrame() != nil { return .torn(offset: UInt64(scanner.offset)) }
        for offset in [scanner.offset, Int(UInt64(scanner.offset).roundedUpToBlock)] {
            if let frame = FrameHeader(peeking: bytes, at: offset), frame.kind == FrameKind.batch.rawValue,
                frame.sequence == scanner.nextNumber
            {
                return .torn(offset: UInt64(offset))
            }
        }
        return .clean
    }

    /// The batch at the place of the first one.
    static func firstFrame(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> FrameHeader? {
        guard let frame = FrameHeader(checking: bytes, at: Limits.blockBytes, seed: seed),
            frame.kind == FrameKind.batch.rawValue, frame.length <= bytes.count - Limits.blockBytes,
            // Batches are counted from 1.
            (1...Limits.numberMax).contains(frame.sequence)
        else { return nil }
        return frame
    }

    private static func isDurable(
        _ number: UInt64, behind scanner: LogScanner, known: UInt64, so contents: JournalContents
    ) -> Bool {
        if number <= max(known, contents.durableThrough) { return true }
        var scanner = scanner
        while let (frame, offset) = scanner.laterFrame() {
            // A batch of the synced mode is written only after the one before it has been synchronized; in the other
            // modes a later frame proves nothing by its presence, so its own word counts.
            var reader = scanner.bytes.readerOfBody(at: offset, frame: frame)
            if let durable = try? reader.uint64(), durable >= number { return true }
            scanner.skip(to: offset + frame.length, number: frame.sequence + 1)
        }
        return false
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer, frame: FrameHeader, at offset: Int
    ) -> JournalContents.Batch? {
        guard let header = try? BatchHeader.decode(bytes, frame: frame, at: offset) else { return nil }
        let payload = offset + FrameHeader.byteCount + frame.checked
        var batch = JournalContents.Batch(header: header, offset: UInt64(offset), payloadOffset: payload)
        for (index, entry) in header.entries.enumerated() where entry.payloadLength > 0 {
            let start = payload + Int(entry.payloadOffset)
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(entry.payloadLength)])
            if Checksum.crc32c(part, seed: 0) != entry.payloadChecksum { batch.damagedEntries.insert(index) }
        }
        return batch
    }
}

extension JournalContents {
    /// Everything before the scanner's place has been read.
    fileprivate mutating func passed(_ scanner: LogScanner) {
        endOffset = UInt64(scanner.offset)
        lastNumber = scanner.nextNumber - 1
    }

    fileprivate mutating func append(_ batch: Batch) {
        batches.append(batch)
        durableThrough = max(durableThrough, batch.header.durableThrough)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func readerOfBody(at offset: Int, frame: FrameHeader) -> ByteReader {
        ByteReader(
            UnsafeRawBufferPointer(rebasing: self[..<(offset + FrameHeader.byteCount + frame.checked)]),
            from: offset + FrameHeader.byteCount)
    }
}
