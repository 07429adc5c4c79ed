import LogFormat
import Testing

/// What is encoded decodes to the same value, and nothing else does: every truncation and every changed bit of a frame is
/// refused, or changes only what no checksum needs to cover.
@Suite struct RoundTripTests {
    /// Decodes the encoded bytes, then every truncation and every bit flip of them.
    private func check<Value: Equatable>(
        _ value: Value, _ bytes: [UInt8], everyBit: Bool = true, decode: ([UInt8]) throws -> Value
    ) throws {
        #expect(try decode(bytes) == value)
        for count in 0..<bytes.count {
            if let other = try? decode(Array(bytes[..<count])), other != value {
                Issue.record("\(count) of \(bytes.count) bytes decode to \(other), not \(value)")
                return
            }
        }
        guard everyBit else { return }
        var changed = bytes
        for bit in 0..<bytes.count * 8 {
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            if let other = try? decode(changed), other != value {
                Issue.record("bit \(bit) changed decodes to \(other), not \(value)")
                return
            }
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    private func frame(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0, seed: UInt32) throws -> FrameHeader {
        guard let frame = FrameHeader(checking: bytes, at: offset, seed: seed) else {
            throw FormatError(.checksum, at: offset)
        }
        return frame
    }

    @Test func `file headers`() throws {
        var generator = Numbers(seed: 2)
        for index in 0..<12 {
            let kind: FileKind = [.journal, .segment, .manifest, .indexRun][index % 4]
            let header = FileHeader(
                kind: kind, store: generator.identity(), file: generator.identity(), number: generator.number(),
                generation: generator.number(),
                session: kind == .segment
                    ? .init(
                        id: ["a", "é🙂", String(repeating: "x", count: 100)][index / 4],
                        created_µs: Int64(bitPattern: generator.next()),
                        timeToLive_µs: 5) : nil)
            var writer = ByteWriter()
            header.encode(into: &writer, trailer: kind == .segment)
            try check(header, writer.array()) { bytes in try bytes.withUnsafeBytes { try FileHeader.decode($0).header }
            }
        }
    }

    @Test func `identities, current manifests and anchors`() throws {
        var generator = Numbers(seed: 3)
        for _ in 0..<4 {
            let store = StoreIdentity(
                id: generator.identity(), created_µs: Int64(generator.number()), incompatible: generator.next(),
                readOnlyCompatible: generator.next(), compatible: generator.next())
            var writer = ByteWriter()
            store.encode(into: &writer)
            try check(store, writer.array()) { bytes in try bytes.withUnsafeBytes { try StoreIdentity.decode($0) } }
            let current = CurrentManifest(number: generator.number())
            writer.removeAll()
            current.encode(into: &writer, store: store.id)
            try check(current, writer.array()) { bytes in
                try bytes.withUnsafeBytes { try CurrentManifest.decode($0, store: store.id) }
            }
            // Of another store.
            #expect(throws: FormatError.self) {
                try writer.array().withUnsafeBytes { try CurrentManifest.decode($0, store: generator.identity()) }
            }
            let anchor = Anchor(
                version: generator.number(), durableThrough: generator.number(), manifestNumber: generator.number(),
                manifestLength: generator.number())
            writer.removeAll()
            anchor.encode(into: &writer, store: store.id)
            // Two slots, the other one empty: the first 48 bytes are what counts.
            let slot = writer.array()
            for flip in 0..<48 * 8 {
                var bytes = slot
                bytes[flip / 8] ^= 1 << UInt8(flip % 8)
                let other = (bytes + slot).withUnsafeBytes { Anchor.decode($0, store: store.id) }
                #expect(other == anchor)
                let none = bytes.withUnsafeBytes { Anchor.decode($0, store: store.id) }
                #expect(none == nil)
            }
        }
    }

    @Test func `the newer slot of an anchor counts`() {
        let store = Identity(high: 1, low: 2)
        var slots: [[UInt8]] = []
        for version in [UInt64(4), 5] {
            var writer = ByteWriter()
            Anchor(version: version, durableThrough: version * 10, manifestNumber: 1, manifestLength: 4096)
                .encode(into: &writer, store: store)
            slots.append(writer.array())
        }
        #expect((slots[0] + slots[1]).withUnsafeBytes { Anchor.decode($0, store: store) }?.version == 5)
        #expect((slots[1] + slots[0]).withUnsafeBytes { Anchor.decode($0, store: store) }?.version == 5)
    }

    @Test func `batches`() throws {
        var generator = Numbers(seed: 4)
        let kinds: [BatchEntry.Kind] = [.begin, .append, .end, .firstLive, .removed, .metadata, .origin]
        for count in [0, 1, 3, 7] {
            let payload = generator.bytes(count * 9)
            let entries = (0..<count).map { index in
                BatchEntry(
                    kinds[index % kinds.count], session: generator.number(), value: generator.number(),
                    flags: UInt8(index), messageCount: UInt32(index), payloadOffset: UInt32(index * 9),
                    payloadLength: 9,
                    payloadChecksum: UInt32(truncatingIfNeeded: generator.next()))
            }
            let header = BatchHeader(
                number: generator.number(), durableThrough: generator.number(), time_µs: Int64(generator.number()),
                entries: entries)
            var writer = ByteWriter()
            let start = BatchHeader.begin(
                into: &writer, number: header.number, durableThrough: header.durableThrough, time_µs: header.time_µs,
                count: count)
            for entry in entries { entry.encode(into: &writer) }
            writer.endFrame(start, seed: 77, extra: payload.count.roundedUpToWord)
            try check(header, writer.array()) { bytes in
                try bytes.withUnsafeBytes { try BatchHeader.decode($0, frame: try frame($0, seed: 77), at: 0) }
            }
            #expect(throws: FormatError.self) {
                try writer.array().withUnsafeBytes { try BatchHeader.decode($0, frame: try frame($0, seed: 78), at: 0) }
            }
        }
    }

    @Test func `segment commits and ids`() throws {
        var generator = Numbers(seed: 5)
        for count in [0, 1, 5] {
            let commit = SegmentCommit(
                firstLive: generator.number() / 2, nextSequence: Limits.numberMax, liveCount: generator.number() / 4,
                liveBytes: generator.number(), lastBatch: generator.number(), updated_µs: Int64(generator.number()),
                idsOffset: generator.number(),
                removed: (0..<count).map { index in UInt64(index * 10)..<UInt64(index * 10 + 3) },
                metadata: generator.bytes(count * 3), origin: generator.bytes(count))
            var writer = ByteWriter()
            commit.encode(into: &writer, seed: 5, base: 4096)
            let bytes = writer.array()
            #expect(bytes.count % Limits.blockBytes == 0)
            // The padding of a commit frame is nobody's: the first part is what counts.
            try check(commit, Array(bytes[..<200])) { bytes in
                try bytes.withUnsafeBytes { try SegmentCommit.decode($0, frame: try frame($0, seed: 5), at: 0) }
            }
            let ids = SegmentIDs(
                previousOffset: generator.number(),
                entries: (0..<count).map { _ in .init(hash: generator.identity(), sequence: generator.number()) })
            writer.removeAll()
            ids.encode(into: &writer, seed: 5, base: 0)
            try check(ids, writer.array()) { bytes in
                try bytes.withUnsafeBytes { try SegmentIDs.decode($0, frame: try frame($0, seed: 5), at: 0) }
            }
        }
    }

    @Test func `manifest edits`() throws {
        var generator = Numbers(seed: 6)
        var session = SessionState(number: generator.number(), created_µs: -5, timeToLive_µs: .max)
        session.generation = 3
        session.segmentLength = generator.number()
        session.nextSequence = Limits.numberMax
        session.updated_µs = .min
        session.flags = 15
        session.removed = [3..<4, 9..<200]
        var journal = JournalState(
            number: 9, file: generator.identity(), size: UInt64(Limits.journalBytesMax), firstBatch: 8)
        journal.endOffset = generator.number()
        journal.lastBatch = generator.number()
        let items: [ManifestItem] = [
            .session(session, id: "séssion"), .session(session, id: nil), .sessionEnded(generator.number()),
            .journal(journal),
            .journalRetired(generator.number()),
            .counters(ManifestCounters(nextSession: 1, nextFile: Limits.numberMax, clock_µs: .min, checkpointed: 7)),
            .eraseBegun(4),
            .eraseFinished(Limits.numberMax),
        ]
        for count in [0, 1, items.count] {
            var writer = ByteWriter()
            let start = writer.beginFrame(.edit, sequence: 12)
            for item in items.prefix(count) { ManifestEdit.append(item, to: &writer) }
            writer.endFrame(start, seed: 9)
            try check(Array(items.prefix(count)), writer.array()) { bytes in
                try bytes.withUnsafeBytes { buffer in
                    var decoded: [ManifestItem] = []
                    try ManifestEdit.decode(buffer, frame: try frame(buffer, seed: 9), at: 0) { item in
                        decoded.append(item)
                    }
                    return decoded
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func `blocks, raw and sealed`(_ isSealed: Bool) throws {
        var generator = Numbers(seed: 7)
        for count in [1, 3, 40] {
            var records = ByteWriter()
            for index in 0..<count { appendRecord("content \(index) amber amber amber", to: &records) }
            var writer = ByteWriter()
            if isSealed {
                writer.appendSealedBlock(records.bytes, firstSequence: 17, count: count, seed: 3, base: 0)
            } else {
                let start = writer.beginBlock(firstSequence: 17, base: 0)
                writer.append(records.bytes)
                writer.endBlock(start, count: count, seed: 3)
            }
            let wanted = records.array()
            try check(wanted, writer.array(), everyBit: count < 10) { bytes in
                try bytes.withUnsafeBytes { buffer in
                    let frame = try frame(buffer, seed: 3)
                    let block = try BlockHeader(buffer, frame: frame, at: 0)
                    #expect(
                        block.firstSequence == 17 && block.count == count && block.endSequence == 17 + UInt64(count))
                    let start = FrameHeader.byteCount + BlockHeader.byteCount
                    let stored = Array(buffer[start..<start + block.storedLength])
                    if block.codec == .raw { return stored }
                    var target = [UInt8](repeating: 0, count: block.rawLength)
                    let isWhole = target.withUnsafeMutableBytes { target in
                        stored.withUnsafeBytes { Compression.decompress($0, into: target) }
                    }
                    guard isWhole else { throw FormatError(.compression, at: 0) }
                    return target
                }
            }
            #expect(MessageRecord.validate(records.bytes, count: count))
            #expect(!MessageRecord.validate(records.bytes, count: count + 1))
            // Found from the end as well.
            let bytes = writer.array()
            let trailer = bytes.suffix(4).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
            #expect(trailer == bytes.count)
        }
        // Random bytes don't shrink, and stay as they are.
        let noise = generator.bytes(5000)
        var writer = ByteWriter()
        noise.withUnsafeBytes { writer.appendSealedBlock($0, firstSequence: 1, count: 1, seed: 3, base: 0) }
        let codec = try writer.array().withUnsafeBytes {
            try BlockHeader($0, frame: try frame($0, seed: 3), at: 0).codec
        }
        #expect(codec == .raw)
    }

    private func appendRecord(_ content: String, to writer: inout ByteWriter) {
        writer.append(UInt32(MessageRecord.headerByteCount + content.utf8.count))
        writer.append(UInt8(1))
        writer.append(MessageRecord.Flags.ascii)
        writer.append(UInt16(0))
        writer.append(Int64(5))
        Array(content.utf8).withUnsafeBytes { writer.append($0) }
    }

    @Test func `hostile records are refused without a trap`() {
        var generator = Numbers(seed: 8)
        for _ in 0..<20_000 {
            var bytes = generator.bytes(generator.below(80))
            // Lengths that are nearly right.
            if bytes.count >= 8, generator.below(2) == 0 {
                bytes.replaceSubrange(0..<4, with: [UInt8(generator.below(80)), 0, 0, 0])
                bytes[4] = UInt8(generator.below(3))
                bytes[5] = UInt8(generator.below(8))
            }
            bytes.withUnsafeBytes { buffer in
                guard let record = MessageRecord(buffer, at: 0) else { return }
                let parts = [record.metadata, record.id, record.roleName, record.content].map(\.count).reduce(0, +)
                #expect(record.bytes.count <= buffer.count && parts <= record.bytes.count)
            }
        }
    }
}
