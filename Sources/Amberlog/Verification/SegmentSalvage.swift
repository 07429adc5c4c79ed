internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Writes what is whole of a damaged segment into one of the next generation.
///
/// What isn't keeps its sequences: they are recorded as removed, so that no message gets another one's number.
struct SegmentSalvage {
    let files: any FileSystem
    let store: Identity

    struct Result {
        var state: SessionState
        var lost: [Range<UInt64>]
        /// What the last commit frame had of the session itself couldn't be read.
        var lostMetadata: Bool
    }

    /// - Parameters:
    ///   - state: The session as its segment should have it.
    ///   - generation: Of the file to write.
    func rewrite(_ state: SessionState, id: String, generation: UInt64) throws(MemoryError) -> Result {
        let old = StorePaths.segment(state.number, generation: state.generation)
        var fresh = state
        fresh.generation = generation
        fresh.flags |= SessionState.sealed
        let identity = FileHeader.segmentIdentity(store: store, session: state.number, generation: generation)
        let path = StorePaths.segment(state.number, generation: generation)
        let file = try withFileErrors("Writing a segment") { () throws(FileError) -> any File in
            try files.createDirectory(StorePaths.sessions)
            try files.createDirectory(StorePaths.segmentDirectory(state.number))
            let file = try files.open(path, .createIfMissing)
            // What an interrupted repair left.
            try file.truncate(to: 0)
            return file
        }
        var output = SealedOutput(file: file, seed: identity.checksumSeed)
        output.header(
            FileHeader(
                kind: .segment, store: store, file: identity, number: state.number, generation: generation,
                session: .init(id: id, created_µs: state.created_µs, timeToLive_µs: state.timeToLive_µs)))
        let live = state.liveRanges
        var kept: [Range<UInt64>] = []
        var ids: [SegmentIDs.Entry] = []
        var failure: MemoryError?
        let check = try copy(old, state) { block, records in
            guard failure == nil, MessageRecord.validate(records, count: block.count) else { return }
            var at = 0
            for index in 0..<UInt64(block.count) {
                guard let record = MessageRecord(records, at: at) else { return }
                at += record.bytes.count
                guard record.holdsText else { continue }
                let sequence = block.firstSequence + index
                // Once, and in order, whatever the blocks say.
                guard sequence >= kept.last?.upperBound ?? 0, live.contains(where: { $0.contains(sequence) }) else {
                    continue
                }
                do throws(MemoryError) {
                    try output.append(record.bytes, sequence: sequence)
                } catch {
                    failure = error
                    return
                }
                if record.hasID {
                    ids.append(
                        SegmentIDs.Entry(hash: Checksum.hash(ofID: record.id, key: store), sequence: sequence))
                }
                if kept.last?.upperBound == sequence {
                    kept[kept.count - 1] = kept[kept.count - 1].lowerBound..<(sequence + 1)
                } else {
                    kept.append(sequence..<(sequence + 1))
                }
            }
        }
        if let failure { throw failure }
        let lost = live.subtracting(kept)
        fresh.removed = (state.removed + lost).merged()
        fresh.liveCount = output.messageCount
        fresh.liveBytes = output.recordBytes
        let isCommitLost = check?.commit == nil || check?.commitEnd != state.segmentLength
        // Where the session has some, an older frame's is better than none.
        let metadata = carried(SessionState.hasMetadata, \.metadata, check, &fresh)
        let origin = carried(SessionState.hasOrigin, \.origin, check, &fresh)
        let lacks =
            state.flags & SessionState.hasMetadata != 0 && check?.commit?.metadata.isEmpty ?? true
            || state.flags & SessionState.hasOrigin != 0 && check?.commit?.origin.isEmpty ?? true
        fresh.segmentLength = try output.finish(
            SegmentCommit(
                firstLive: fresh.firstLive, nextSequence: fresh.nextSequence, liveCount: fresh.liveCount,
                liveBytes: fresh.liveBytes, lastBatch: fresh.lastBatch, updated_µs: fresh.updated_µs, idsOffset: 0,
                removed: fresh.removed, metadata: metadata, origin: origin),
            ids: Array(ids.suffix(Limits.rememberedIDs)))
        if ids.isEmpty { fresh.flags &= ~SessionState.hasIDs } else { fresh.flags |= SessionState.hasIDs }
        try withFileErrors("Synchronizing a segment") { () throws(FileError) in
            try file.synchronize()
            try files.synchronizeDirectory(StorePaths.segmentDirectory(state.number))
            try files.synchronizeDirectory(StorePaths.sessions)
            try files.synchronizeDirectory("")
        }
        return Result(
            state: fresh, lost: lost,
            lostMetadata: lacks
                || isCommitLost && state.flags & (SessionState.hasMetadata | SessionState.hasOrigin) != 0)
    }

    private func carried(
        _ flag: UInt8, _ bytes: KeyPath<SegmentCheck, [UInt8]>, _ check: SegmentCheck?, _ state: inout SessionState
    ) -> [UInt8] {
        guard state.flags & flag != 0, let bytes = check?[keyPath: bytes], !bytes.isEmpty else {
            state.flags &= ~flag
            return []
        }
        return bytes
    }

    private func copy(
        _ path: String, _ state: SessionState,
        _ visit: (BlockHeader, UnsafeRawBufferPointer) -> Void
    ) throws(MemoryError) -> SegmentCheck? {
        let seed = FileHeader.segmentIdentity(
            store: store, session: state.number, generation: state.generation
        ).checksumSeed
        do throws(FileError) {
            let file = try files.open(path, .read)
            return try withoutActuallyEscaping(visit) { (visit) throws(FileError) in
                try SegmentCheck(file, seed: seed, length: min(state.segmentLength, try file.size())) {
                    block, records, _ in
                    visit(block, records)
                }
            }
        } catch  where error.isNotFound {
            return nil
        } catch {
            throw MemoryError(error, "Reading a damaged segment")
        }
    }
}

extension [Range<UInt64>] {
    /// In order, those that touch as one.
    func merged() -> [Range<UInt64>] {
        var result: [Range<UInt64>] = []
        for range in sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = result.last, last.upperBound >= range.lowerBound {
                result[result.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}
