import AgentMemory
import AmberlogTestKit
import LogFiles
import LogFormat

@testable import Amberlog

/// The batches of a journal, and what replaying them does. The input is what stands behind the header.
extension FuzzTarget {
    static let journal = FuzzTarget("journal", rounds: 400, seeds: seedBatches) { input in
        var bytes = [UInt8](repeating: 0, count: Limits.blockBytes) + input
        signPayloads(&bytes)
        FrameSigning(seed: journalSeed).sign(&bytes, from: Limits.blockBytes)
        try bytes.withUnsafeBytes { bytes in
            let first = FrameHeader(peeking: bytes, at: Limits.blockBytes)?.sequence ?? 0
            let settings: [(first: UInt64, known: UInt64)] = [
                (0, 0), (first, .max), (1, 0), (first, first &+ 2), (2, 3),
            ]
            for (first, known) in settings {
                let contents = JournalReader.read(
                    bytes, seed: journalSeed, firstBatch: first, durableThrough: known)
                try check(contents, bytes)
                for isSearchEnabled in [false, true] { try replay(contents, bytes, isSearchEnabled) }
            }
        }
    }

    private static let journalSeed = FuzzIdentity.file.checksumSeed

    /// Each payload has a checksum of its own, which is left alone when it is all ones.
    private static func signPayloads(_ bytes: inout [UInt8]) {
        var offset = Limits.blockBytes
        while let frame = bytes.withUnsafeBytes({ FrameHeader(peeking: $0, at: offset) }) {
            let payloads = offset + FrameHeader.byteCount + frame.checked
            let entries = offset + FrameHeader.byteCount + BatchHeader.fixedByteCount
            for entry in stride(from: entries, to: min(payloads, bytes.count) - BatchEntry.byteCount + 1, by: 40) {
                bytes.withUnsafeMutableBytes { bytes in
                    func word(_ at: Int) -> Int {
                        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: entry + at, as: UInt32.self)))
                    }
                    let start = payloads + word(24)
                    let length = word(28)
                    guard start + length <= bytes.count, word(32) != Int(UInt32.max) else { return }
                    let sum = Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]), seed: 0)
                    bytes.storeBytes(of: sum.littleEndian, toByteOffset: entry + 32, as: UInt32.self)
                }
            }
            offset += frame.length
        }
    }

    private static func check(_ contents: JournalContents, _ bytes: UnsafeRawBufferPointer) throws {
        var last: UInt64?
        for batch in contents.batches {
            try require(last.map { $0 < batch.header.number } ?? true, "Batches are out of order")
            last = batch.header.number
            if batch.damagedEntries.isEmpty { try writesAgain(batch, bytes) }
        }
        try require(contents.endOffset <= UInt64(bytes.count), "It ends behind the file")
    }

    /// A batch that is built from what was read is read as the same.
    private static func writesAgain(_ batch: JournalContents.Batch, _ bytes: UnsafeRawBufferPointer) throws {
        let builder = BatchBuilder()
        for entry in batch.header.entries {
            let start = batch.payloadOffset + Int(entry.payloadOffset)
            let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(entry.payloadLength)])
            var bare = entry
            (bare.payloadOffset, bare.payloadLength, bare.payloadChecksum) = (0, 0, 0)
            var writer = ByteWriter(capacity: payload.count)
            writer.append(payload)
            builder.append(bare, payload: payload.isEmpty ? nil : Chunk(writer))
        }
        let disk = SimulatedDisk()
        let file = try SimulatedFileSystem(disk).open("journal", .create)
        let journal = JournalFile(file: file, number: 1, identity: FuzzIdentity.file, size: 1 << 20)
        let header = batch.header
        let end = try builder.write(
            to: journal, at: UInt64(Limits.blockBytes), number: header.number, durableThrough: header.durableThrough,
            time_µs: header.time_µs, synced: true)
        let again = try file.bytes(from: 0, count: Int(try file.size())).withUnsafeBytes { bytes in
            JournalReader.read(bytes, seed: journalSeed, firstBatch: header.number, durableThrough: 0)
        }
        let read = again.batches.first?.header
        func essence(_ entries: [BatchEntry]?) -> [[UInt64]]? {
            entries?.map { entry in
                [
                    UInt64(entry.kind.rawValue), UInt64(entry.flags), UInt64(entry.messageCount), entry.session,
                    entry.value, UInt64(entry.payloadLength),
                    entry.payloadLength > 0 ? UInt64(entry.payloadChecksum) : 0,
                ]
            }
        }
        try require(
            read?.durableThrough == header.durableThrough && read?.time_µs == header.time_µs
                && essence(read?.entries) == essence(header.entries) && again.endOffset == end,
            "\(header) is read as \(String(describing: read))")
    }

    /// On top of a manifest that knows three sessions.
    private static func replay(_ contents: JournalContents, _ bytes: UnsafeRawBufferPointer, _ isSearchEnabled: Bool)
        throws
    {
        let table = SessionTable()
        var slots: [UInt64: Int32] = [:]
        for (number, id) in [(1, "alice"), (2, "bob"), (3, "кэрол")] as [(UInt64, String)] {
            var session = SessionState(number: number, created_µs: 0, timeToLive_µs: 0)
            if number == 2 {
                (session.generation, session.segmentLength, session.firstLive, session.nextSequence) = (1, 4096, 3, 9)
                (session.liveCount, session.liveBytes, session.removed) = (4, 400, [5..<7])
            }
            var id = id
            let slot = id.withUTF8 { table.insert(id: UnsafeRawBufferPointer($0), state: session) }
            table[slot].pointee.status |= SessionRecord.isVisible
            slots[number] = slot
        }
        let state = EngineState(table: table, maximumOpenFiles: 4, cacheBytes: 0, journalBytes: 1 << 16)
        (state.liveMessages, state.liveBytes, state.backlog.isEnabled) = (4, 400, isSearchEnabled)
        var replay = Replay(state, slots: slots, checkpointed: 0, idKey: FuzzIdentity.store)
        replay.scanEnds(contents)
        for batch in contents.batches { replay.apply(batch, bytes, file: "journal/1") }
        let known = (0..<table.slotCount).filter { table[$0].pointee.number != 0 }
        try require(known.count == table.count, "A session has a number that no session has")
        for slot in known { _ = state.info(slot) }
    }
}
