internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What a compaction gained.
public struct CompactionReport: Sendable, Hashable {
    /// Segments that were rewritten.
    public var sessions = 0
    /// Their lengths together before, in bytes.
    public var bytesBefore: UInt64 = 0
    /// And after.
    public var bytesAfter: UInt64 = 0
}

/// Rewrites segments: dead messages go, live ones are sealed into compressed blocks.
extension Engine {
    private enum Eagerness {
        /// Everything that gains anything.
        case all
        /// What is mostly dead, and what has been quiet since a time.
        case background(quietSince: Int64)
    }

    /// Compacts everything that gains from it. On the maintenance thread.
    func compactNow() throws(MemoryError) -> CompactionReport {
        try checkpoint()
        let report = try compact(.all)
        try mergeAllRuns()
        return report
    }

    /// Compacts what has become worth it, as part of routine maintenance.
    func compactInBackground() throws(MemoryError) {
        guard let quiet = options.compactAfter_µs else { return }
        do throws(MemoryError) {
            _ = try compact(.background(quietSince: clock.now_µs() - quiet))
        } catch  where error.code == .damaged {
            // Of one session; the rest of maintenance goes on.
            noteFailure(error)
        }
    }

    private struct Candidate: Sendable {
        var slot: Int32
        var state: SessionState
        var id: String
    }

    private func compact(_ eagerness: Eagerness) throws(MemoryError) -> CompactionReport {
        var report = CompactionReport()
        var next: Int32 = 0
        var damage: MemoryError?
        while true {
            if maintenance.withLock({ $0.isClosing }), case .background = eagerness { return report }
            doUrgentMaintenance()
            let (candidates, end) = state.withLock { self.candidates($0, from: next, eagerness) }
            if candidates.isEmpty { break }
            next = end
            try compact(candidates, &report, &damage)
        }
        if let damage { throw damage }
        return report
    }

    /// One step rewrites at most so much, so that saves and checkpoints get their turn.
    private static let stepBytes: UInt64 = 32 << 20
    private static let stepSessions = 1024

    private func candidates(_ state: EngineState, from first: Int32, _ eagerness: Eagerness) -> ([Candidate], Int32) {
        var candidates: [Candidate] = []
        var bytes: UInt64 = 0
        var slot = first
        while slot < state.table.slotCount {
            defer { slot += 1 }
            let record = state.table[slot].pointee
            guard record.number != 0, record.generation > 0 else { continue }
            let flushed = state.existingHot(slot)?.flushed ?? state.table.state(slot)
            guard Self.isWorthCompacting(flushed, eagerness) else { continue }
            candidates.append(Candidate(slot: slot, state: flushed, id: record.idText))
            bytes += flushed.segmentLength
            if bytes >= Self.stepBytes || candidates.count >= Self.stepSessions { return (candidates, slot + 1) }
        }
        return (candidates, slot)
    }

    private static func isWorthCompacting(_ state: SessionState, _ eagerness: Eagerness) -> Bool {
        // A file takes whole blocks: one of a single block can't become smaller.
        if state.segmentLength <= UInt64(Limits.blockBytes) { return false }
        let isMostlyDead = state.segmentLength > 2 * state.liveBytes + UInt64(2 * Limits.blockBytes)
        let isSealed = state.flags & SessionState.sealed != 0
        switch eagerness {
        case .all: return isMostlyDead || !isSealed
        case .background(let time): return isMostlyDead || (!isSealed && state.updated_µs < time)
        }
    }

    /// - Parameter damage: Gets the first that was found. The segment stays as it is, and the others don't suffer.
    private func compact(
        _ candidates: [Candidate], _ report: inout CompactionReport, _ damage: inout MemoryError?
    ) throws(MemoryError) {
        let sync = try withFileErrors("Synchronizing the volume") { () throws(FileError) in
            try files.beginVolumeSync()
        }
        var results: [(Candidate, SessionState)] = []
        var directories: Set<String> = []
        var written: [String] = []
        do throws(MemoryError) {
            for candidate in candidates {
                let path = StorePaths.segment(candidate.state.number, generation: candidate.state.generation + 1)
                written.append(path)
                do throws(MemoryError) {
                    results.append((candidate, try rewrite(candidate, path, sync: sync == nil, &directories)))
                } catch  where error.code == .damaged {
                    damage = damage ?? error
                    try? files.remove(path)
                }
            }
            try withFileErrors("Synchronizing segments") { () throws(FileError) in
                if let sync {
                    try sync.finish()
                } else {
                    for directory in directories { try files.synchronizeDirectory(directory) }
                }
            }
        } catch {
            for path in written { try? files.remove(path) }
            throw error
        }
        if results.isEmpty { return }
        try catalog.withLock { (catalog) throws(MemoryError) in
            try catalog.append(results.map { ManifestItem.session($0.1, id: nil) })
        }
        let old = state.withLock { state in
            results.map { candidate, result in state.replaceSegment(candidate.slot, candidate.state, with: result) }
        }
        try reclaim(old, journals: [])
        try replaceManifestIfDue()
        report.sessions += results.count
        for (candidate, result) in results {
            report.bytesBefore += candidate.state.segmentLength
            report.bytesAfter += result.segmentLength
        }
    }

    /// Writes the next generation of a segment.
    private func rewrite(
        _ candidate: Candidate, _ path: String, sync: Bool, _ directories: inout Set<String>
    ) throws(MemoryError) -> SessionState {
        let old = candidate.state
        let source = try segmentReader(old, session: candidate.id)
        let before = try source.commit()
        var state = old
        state.generation += 1
        state.flags |= SessionState.sealed
        let segment = FileHeader.segmentIdentity(
            store: identity.id, session: state.number, generation: state.generation)
        let file = try openForAppending(path, from: 0, &directories, session: state.number)
        var output = SealedOutput(file: file, seed: segment.checksumSeed)
        output.header(
            FileHeader(
                kind: .segment, store: identity.id, file: segment, number: state.number, generation: state.generation,
                session: .init(id: candidate.id, created_µs: old.created_µs, timeToLive_µs: old.timeToLive_µs)))
        try source.scan { (block) throws(MemoryError) in
            var offset = 0
            for index in 0..<block.count {
                guard let length = MessageRecord.length(in: block.records, at: offset) else { break }
                let sequence = block.firstSequence + UInt64(index)
                if sequence >= old.firstLive, !old.removed.contains(where: { $0.contains(sequence) }) {
                    try output.append(
                        UnsafeRawBufferPointer(rebasing: block.records[offset..<offset + length]), sequence: sequence)
                }
                offset += length
            }
        }
        guard output.messageCount == old.liveCount else {
            throw .damaged(
                "The segment holds \(output.messageCount) of \(old.liveCount) messages", file: source.file.path,
                offset: nil, session: candidate.id)
        }
        state.liveBytes = output.recordBytes
        let ids = before.idsOffset == 0 ? [] : try source.rememberedIDs(from: before.idsOffset)
        state.segmentLength = try output.finish(
            SegmentCommit(
                firstLive: state.firstLive, nextSequence: state.nextSequence, liveCount: state.liveCount,
                liveBytes: state.liveBytes, lastBatch: state.lastBatch, updated_µs: state.updated_µs, idsOffset: 0,
                removed: state.removed, metadata: before.metadata, origin: before.origin),
            ids: ids)
        if sync { try withFileErrors("Synchronizing a segment") { () throws(FileError) in try file.synchronize() } }
        return state
    }

    /// A reader of the segment that a state describes. A file that isn't there is damage, unless it has been replaced
    /// since: `isFileMissing` tells.
    func segmentReader(_ state: SessionState, session: String) throws(MemoryError) -> SegmentReader {
        let path = StorePaths.segment(state.number, generation: state.generation)
        let file: any File
        do throws(FileError) {
            file = try openFile(path, .read)
        } catch  where error.isNotFound {
            throw MemoryError(
                .damaged, "The segment is missing", at: .init(session: session, file: path),
                systemErrorNumber: error.number)
        } catch {
            throw MemoryError(error, "Opening a segment", session: session)
        }
        let segment = FileHeader.segmentIdentity(
            store: identity.id, session: state.number, generation: state.generation)
        return SegmentReader(
            file: file, seed: segment.checksumSeed, length: state.segmentLength, session: session)
    }
}

extension EngineState {
    /// Puts a rewritten segment in force and returns the path of the file that is no longer needed.
    func replaceSegment(_ slot: Int32, _ old: SessionState, with new: SessionState) -> String {
        let oldPath = StorePaths.segment(old.number, generation: old.generation)
        let record = table[slot]
        guard record.pointee.number == new.number else {
            // Ended meanwhile: the checkpoint that records it removes the new file.
            if let index = ended.firstIndex(where: { $0.number == new.number }) {
                ended[index].generation = new.generation
                ended[index].segmentLength = new.segmentLength
            }
            return oldPath
        }
        segmentBytes = segmentBytes - min(segmentBytes, old.segmentLength) + new.segmentLength
        dropDescriptor(slot)
        record.pointee.generation = new.generation
        record.pointee.segmentLength = new.segmentLength
        record.pointee.flags |= SessionState.sealed
        if let session = existingHot(slot) {
            session.flushed = new
        } else {
            liveBytes = liveBytes - min(liveBytes, record.pointee.liveBytes) + new.liveBytes
            record.pointee.liveBytes = new.liveBytes
        }
        return oldPath
    }
}
