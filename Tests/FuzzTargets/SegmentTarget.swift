import AgentMemory
import AmberlogTestKit
import LogFiles
import LogFormat

@testable import Amberlog

/// A segment: blocks, client ids and commit frames, read forwards and backwards. The input is what stands behind the
/// header.
extension FuzzTarget {
    static let segment = FuzzTarget("segment", rounds: 200, seeds: seedSegments) { input in
        var bytes = segmentHeader + input
        FrameSigning(seed: segmentSeed, isSegment: true).sign(&bytes, from: segmentHeader.count)
        let file = BytesFile(bytes, path: "segment")
        let reader = SegmentReader(file: file, seed: segmentSeed, length: UInt64(bytes.count), session: "alice")
        let (check, isText) = try check(file, length: UInt64(bytes.count))
        let scanned = try sequences(reader)
        let isWhole = check.damages.isEmpty
        try require(!isWhole || scanned == nil || scanned == check.sequences, "Scanned and checked, blocks differ")
        let commit = try attempt { () throws(MemoryError) in try reader.commit() }
        if let commit {
            let ids = try attempt { () throws(MemoryError) in try reader.rememberedIDs(from: commit.idsOffset) }
            try require(ids.map { $0.count <= Limits.rememberedIDs } ?? true, "More ids than are remembered")
        }
        let isOrdered = zip(check.sequences, check.sequences.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
        try read(reader, commit, isReadable: isWhole && isText && scanned != nil && isOrdered)
        try salvage(bytes, commit)
    }

    private static let sessionNumber: UInt64 = 1
    static let segmentSeed =
        FileHeader.segmentIdentity(store: FuzzIdentity.store, session: sessionNumber, generation: 1).checksumSeed
    static let segmentHeader = encoded { writer in
        FileHeader(
            kind: .segment, store: FuzzIdentity.store,
            file: FileHeader.segmentIdentity(store: FuzzIdentity.store, session: sessionNumber, generation: 1),
            number: sessionNumber, generation: 1, session: .init(id: "alice", created_µs: 5, timeToLive_µs: 0)
        ).encode(into: &writer, trailer: true)
    }

    /// Only damage may be an error.
    private static func attempt<Value>(_ body: () throws(MemoryError) -> Value) throws -> Value? {
        do throws(MemoryError) {
            return try body()
        } catch {
            try require(error.code == .damaged && error.place.file != nil, "\(error) is no damage")
            return nil
        }
    }

    /// - Returns: And whether every message is text.
    private static func check(_ file: any File, length: UInt64) throws -> (SegmentCheck, isText: Bool) {
        var messages = MessageCheck()
        var isText = true
        let check = try SegmentCheck(file, seed: segmentSeed, length: length) { block, records, offset in
            messages.check(block, records, at: offset)
            var at = 0
            while let record = MessageRecord(records, at: at) {
                isText = isText && record.holdsText
                at += record.bytes.count
            }
        }
        return (check, isText)
    }

    /// The sequences of the blocks, when the whole segment can be read.
    private static func sequences(_ reader: SegmentReader) throws -> [Range<UInt64>]? {
        var sequences: [Range<UInt64>] = []
        let isRead: Void? = try attempt { () throws(MemoryError) in
            try reader.scan { block in
                sequences.append(block.firstSequence..<block.firstSequence + UInt64(block.count))
            }
        }
        return isRead == nil ? nil : sequences
    }

    /// - Parameter isReadable: Both directions must give everything.
    private static func read(_ reader: SegmentReader, _ commit: SegmentCommit?, isReadable: Bool) throws {
        let everything: Range<UInt64> = 0..<UInt64.max
        func newest(_ limit: Int, _ wanted: Range<UInt64>, _ removed: [Range<UInt64>]) throws -> [Message]? {
            try attempt { () throws(MemoryError) in
                try reader.newest(
                    wanted, removed: removed, limit: limit, estimate: 1, from: nil, .mayWait)?.messages
            }.flatMap(\.self)
        }
        func oldest(
            _ limit: Int, _ wanted: Range<UInt64>, _ removed: [Range<UInt64>], from start: SegmentReader.Cursor? = nil
        ) throws -> (messages: [Message], cursor: SegmentReader.Cursor?)? {
            try attempt { () throws(MemoryError) in
                try reader.oldest(
                    wanted, removed: removed, limit: limit, estimate: 1, from: start, .mayWait)
            }.flatMap(\.self)
        }
        let backwards = try newest(.max, everything, [])
        let forwards = try oldest(.max, everything, [])?.messages
        if isReadable {
            try require(backwards != nil && backwards == forwards, "It is read in two ways")
            try require(
                backwards?.compactMap(\.sequence) == forwards?.compactMap(\.sequence), "Sequences are read in two ways")
            let last = try newest(2, everything, [])
            try require(last == backwards?.suffix(2), "The newest two are others")
            let page = try oldest(2, everything, [])
            let rest = try page?.cursor.flatMap { try oldest(1, $0.sequence..<UInt64.max, [], from: $0) }
            try require(
                page?.messages == forwards.map { Array($0.prefix(2)) } && rest.map { $0.messages.count <= 1 } ?? true,
                "The oldest two are others")
        }
        guard let commit, commit.firstLive <= commit.nextSequence else { return }
        let live = commit.firstLive..<commit.nextSequence
        for limit in [1, 3, .max] {
            for messages in [
                try newest(limit, live, commit.removed), try oldest(limit, live, commit.removed)?.messages,
            ] {
                try require(messages.map { $0.count <= limit } ?? true, "More than the limit of \(limit)")
                try require(
                    messages?.allSatisfy { live.contains($0.sequence ?? 0) } ?? true, "A message that isn't wanted")
            }
        }
    }

    /// Writes what is whole into another segment, which must then be whole.
    private static func salvage(_ bytes: [UInt8], _ commit: SegmentCommit?) throws {
        var state = SessionState(number: sessionNumber, created_µs: 5, timeToLive_µs: 0)
        (state.generation, state.segmentLength) = (1, UInt64(bytes.count))
        if let commit, commit.firstLive <= commit.nextSequence {
            (state.firstLive, state.nextSequence) = (commit.firstLive, commit.nextSequence)
            state.removed = commit.removed
        } else {
            state.nextSequence = 100
        }
        let disk = SimulatedDisk(files: [StorePaths.segment(sessionNumber, generation: 1): bytes])
        let files = SimulatedFileSystem(disk)
        let salvage = SegmentSalvage(files: files, store: FuzzIdentity.store)
        let result = try attempt { () throws(MemoryError) in
            try salvage.rewrite(state, id: "alice", generation: 2)
        }
        guard let fresh = result?.state else { return }
        let seed = FileHeader.segmentIdentity(
            store: FuzzIdentity.store, session: sessionNumber, generation: 2
        ).checksumSeed
        var messages = MessageCheck()
        let check = try SegmentCheck(
            files.open(StorePaths.segment(sessionNumber, generation: 2), .read), seed: seed,
            length: fresh.segmentLength
        ) { messages.check($0, $1, at: $2) }
        try require(
            check.damages.isEmpty && check.commit?.liveCount == fresh.liveCount, "What was salvaged is damaged")
    }
}
