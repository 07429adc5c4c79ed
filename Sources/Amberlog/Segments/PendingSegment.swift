internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What a session's segment lacks: messages, and what else changed.
struct PendingSegment: Sendable {
    /// As of now, but for the generation and the length, which are those of the segment.
    var state: SessionState
    /// What the segment's last commit frame has beside the messages: flags of ``SessionState``.
    var carriedFlags: UInt8
    /// Needed when the segment is begun.
    var id: String?
    var runs: [PendingRun]
    /// `nil` for unchanged.
    var metadata: [UInt8]?
    var origin: [UInt8]?
    var newIDs: [SegmentIDs.Entry]

    /// What the segment's last commit frame says of the session, which the next one has to repeat where it hasn't
    /// changed; `nil` when there is nothing of the kind.
    func carried(from file: any File, store: Identity) throws(MemoryError) -> SegmentCommit? {
        let carried = SessionState.hasMetadata | SessionState.hasOrigin | SessionState.hasIDs
        guard state.generation > 0, carriedFlags & carried != 0 else { return nil }
        let seed = FileHeader.segmentIdentity(
            store: store, session: state.number, generation: state.generation
        ).checksumSeed
        return try SegmentReader(
            file: file, seed: seed, length: state.segmentLength, session: id ?? "number \(state.number)"
        ).commit()
    }

    /// Appends it to the segment file, or begins the file. Not durable yet.
    ///
    /// - Parameters:
    ///   - before: ``carried(from:store:)``; `nil` as well when that is lost. The flags of the state go on saying what
    ///     there was, so that it is missed.
    ///   - memory: Used for the bytes, and returned for the next one.
    /// - Returns: The state with the segment's new generation and length.
    func append(
        to file: any File, store: Identity, carrying before: SegmentCommit?, reusing memory: consuming ByteWriter
    ) throws(MemoryError) -> Appended {
        var result = state
        let isFirst = state.generation == 0
        if isFirst { result.generation = 1 }
        result.flags &= ~SessionState.sealed
        let segment = FileHeader.segmentIdentity(store: store, session: result.number, generation: result.generation)
        var commit = SegmentCommit(
            firstLive: result.firstLive, nextSequence: result.nextSequence, liveCount: result.liveCount,
            liveBytes: result.liveBytes, lastBatch: result.lastBatch, updated_µs: result.updated_µs, idsOffset: 0,
            removed: result.removed, metadata: metadata ?? before?.metadata ?? [],
            origin: origin ?? before?.origin ?? [])
        if let before {
            commit.idsOffset = before.idsOffset
        } else if !isFirst, carriedFlags & SessionState.hasIDs != 0 {
            commit.idsOffset = SegmentCommit.lostIDs(before: state.segmentLength)
        }
        var writer = SegmentWriter(reusing: memory, seed: segment.checksumSeed, base: state.segmentLength)
        if isFirst {
            writer.appendHeader(
                FileHeader(
                    kind: .segment, store: store, file: segment, number: result.number, generation: result.generation,
                    session: .init(
                        id: id ?? "", created_µs: result.created_µs, timeToLive_µs: result.timeToLive_µs)))
        }
        writer.appendRaw(runs)
        if !newIDs.isEmpty {
            commit.idsOffset = writer.appendIDs(SegmentIDs(previousOffset: commit.idsOffset, entries: newIDs))
        }
        writer.appendCommit(commit)
        let bytes = writer.take()
        do throws(FileError) {
            try file.writeFully(bytes.bytes, at: state.segmentLength)
        } catch {
            throw MemoryError(error, "Writing a segment")
        }
        result.segmentLength = state.segmentLength + UInt64(bytes.count)
        return Appended(state: result, memory: bytes)
    }

    struct Appended: ~Copyable {
        var state: SessionState
        var memory: ByteWriter
    }
}
