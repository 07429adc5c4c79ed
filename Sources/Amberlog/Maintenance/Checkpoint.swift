internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Moves what stands in the journal into segments, so that the journal can be used again.
///
/// IMPORTANT: the order is what makes it safe. Journal durable, segments written and durable, manifest edit durable:
/// that is the commit. Only then do the journals go. Whatever a crash leaves, either the manifest doesn't know the
/// new bytes, and the journal still has them, or it does, and replay skips them by their batch number.
extension Engine {
    private struct Work: Sendable {
        var slot: Int32
        var pending: PendingSegment
    }

    private struct CheckpointPlan: Sendable {
        var through: UInt64
        var works: [Work]
        var ended: [EngineState.EndedSession]
        var closed: [JournalState]
        var counters: ManifestCounters
        /// Messages of older epochs are what this checkpoint takes over.
        var epoch: UInt64
    }

    /// Runs a checkpoint. On the maintenance thread.
    func checkpoint() throws(MemoryError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        guard synchronizeJournal() else { throw state.withLock { $0.failure } ?? .closedStore }
        var plan = state.withLock { self.planCheckpoint($0) }
        if plan.works.isEmpty, plan.ended.isEmpty, plan.closed.isEmpty { return }
        var flushed: [(slot: Int32, state: SessionState)] = []
        do throws(MemoryError) {
            do throws(MemoryError) {
                flushed = try writeSegments(plan.works)
            } catch  where error.code == .noSpace && plan.ended.contains(where: \.hasRemovableSegment) {
                // What has been forgotten goes first, and may give the room that the rest needs.
                try publishEnds(&plan)
                flushed = try writeSegments(plan.works)
            }
            try catalog.withLock { (catalog) throws(MemoryError) in
                try publish(plan, flushed, catalog)
            }
        } catch {
            // Nothing was published: what was dirty still is.
            state.withLock { $0.undo(plan.works.map(\.slot), plan.works.map(\.pending.state.number), plan.ended) }
            throw error
        }
        state.withLock { self.finish(plan, flushed, $0) }
        try reclaim(plan)
        // After the journals are free: saves may wait for those, nobody waits for this. Nothing depends on it, either:
        // what isn't in a run is indexed again from the segments.
        do throws(MemoryError) {
            try flushIndex(through: plan.through, epoch: plan.epoch)
        } catch {
            noteFailure(error)
        }
        try replaceManifestIfDue()
        try writeAnchor()
    }

    /// Puts only the ends of sessions into the manifest, and removes their segments.
    ///
    /// Safe ahead of the rest, because the journal still has those ends, and replay skips sessions that end in it.
    private func publishEnds(_ plan: inout CheckpointPlan) throws(MemoryError) {
        let ended = plan.ended.filter(\.hasRemovableSegment)
        // Some may have ended between the synchronization of the journal and the plan.
        guard synchronizeJournal() else { throw state.withLock { $0.failure } ?? .closedStore }
        try catalog.withLock { (catalog) throws(MemoryError) in
            try catalog.append(ended.map { ManifestItem.sessionEnded($0.number) })
        }
        plan.ended.removeAll { $0.hasRemovableSegment }
        state.withLock { state in
            for session in ended { state.segmentBytes -= min(state.segmentBytes, session.segmentLength) }
        }
        try reclaim(ended.map { StorePaths.segment($0.number, generation: $0.generation) }, journals: [])
    }

    private func planCheckpoint(_ state: EngineState) -> CheckpointPlan {
        var works: [Work] = []
        works.reserveCapacity(state.dirty.count)
        for slot in state.dirty {
            guard let session = state.existingHot(slot) else { continue }
            session.isDirty = false
            var snapshot = state.table.state(slot)
            snapshot.lastBatch = session.lastBatch
            works.append(
                Work(
                    slot: slot,
                    pending: PendingSegment(
                        state: snapshot, carriedFlags: session.flushed?.flags ?? 0,
                        id: session.flushed == nil ? state.table[slot].pointee.idText : nil,
                        runs: session.runs, metadata: session.metadata, origin: session.origin,
                        newIDs: session.newIDs)))
        }
        state.dirty = []
        state.backlog.beginEpoch()
        let ended = state.ended
        state.ended = []
        return CheckpointPlan(
            through: state.committedThrough, works: works, ended: ended, closed: state.closedJournals,
            counters: ManifestCounters(
                nextSession: state.nextSession, nextFile: state.nextFile, clock_µs: state.latestClock_µs,
                checkpointed: state.committedThrough),
            epoch: state.backlog.epoch)
    }

    // MARK: Segments

    private func writeSegments(_ works: [Work]) throws(MemoryError) -> [(slot: Int32, state: SessionState)] {
        if works.isEmpty { return [] }
        let sync = try withFileErrors("Synchronizing the volume") { () throws(FileError) in
            try files.beginVolumeSync()
        }
        var flushed: [(slot: Int32, state: SessionState)] = []
        flushed.reserveCapacity(works.count)
        var memory = ByteWriter(capacity: 64 << 10)
        var directories: Set<String> = []
        for work in works {
            let state = work.pending.state
            let path = StorePaths.segment(state.number, generation: max(1, state.generation))
            let file = try openSegment(path, of: work, &directories)
            let before = try carried(work, from: file)
            let appended = try work.pending.append(to: file, store: identity.id, carrying: before, reusing: memory)
            flushed.append((work.slot, appended.state))
            memory = appended.memory
            if sync == nil {
                try withFileErrors("Synchronizing a segment") { () throws(FileError) in try file.synchronize() }
            }
        }
        try withFileErrors("Synchronizing segments") { () throws(FileError) in
            if let sync {
                try sync.finish()
            } else {
                for directory in directories { try files.synchronizeDirectory(directory) }
                try files.synchronizeDirectory(StorePaths.sessions)
            }
        }
        return flushed
    }

    /// Opens the segment of a session. Where it has gone missing, its header is written again, and the messages that
    /// were in it stay missed: nothing stands in their place.
    private func openSegment(
        _ path: String, of work: Work, _ directories: inout Set<String>
    ) throws(MemoryError) -> any File {
        let session = work.pending.state
        do throws(MemoryError) {
            return try openForAppending(path, from: session.segmentLength, &directories, session: session.number)
        } catch  where error.isFileMissing {
            noteFailure(error)
            let file = try openForAppending(path, from: 0, &directories, session: session.number)
            // The one that is gone may still be held open for reading.
            let id = state.withLock { state in
                guard state.table[work.slot].pointee.number == session.number else { return "" }
                state.dropDescriptor(work.slot)
                return state.table[work.slot].pointee.idText
            }
            let identity = FileHeader.segmentIdentity(
                store: identity.id, session: session.number, generation: session.generation)
            var writer = SegmentWriter(reusing: ByteWriter(capacity: 4096), seed: identity.checksumSeed, base: 0)
            writer.appendHeader(
                FileHeader(
                    kind: .segment, store: self.identity.id, file: identity, number: session.number,
                    generation: session.generation,
                    session: .init(id: id, created_µs: session.created_µs, timeToLive_µs: session.timeToLive_µs)))
            let header = writer.take()
            try withFileErrors("Writing a segment") { () throws(FileError) in
                try file.writeFully(header.bytes, at: 0)
            }
            return file
        }
    }

    /// What a segment's last commit frame says of its session. One damaged frame must not keep all the other sessions,
    /// and with them the journals, waiting: it is done without, and what it had is missed from then on.
    private func carried(_ work: Work, from file: any File) throws(MemoryError) -> SegmentCommit? {
        do throws(MemoryError) {
            return try work.pending.carried(from: file, store: identity.id)
        } catch {
            let failures = state.withLock { state in
                let session = state.existingHot(work.slot)
                session?.failedReads += 1
                return session?.failedReads ?? 0
            }
            // A read that failed may succeed the next time.
            guard error.code == .damaged || failures >= Self.failedReadsMax else { throw error }
            noteFailure(error)
            return nil
        }
    }

    private static let failedReadsMax = 3

    /// Opens a segment for writing; a new one with the directory that it needs.
    ///
    /// - Parameter length: So many bytes of it count. What is behind, a checkpoint that failed has left: it must not pass
    ///   for the newest where the manifest is lost.
    func openForAppending(
        _ path: String, from length: UInt64, _ directories: inout Set<String>, session: UInt64
    ) throws(MemoryError) -> any File {
        try withFileErrors("Opening a segment") { () throws(FileError) in
            let file: any File
            if length > 0 {
                file = try openFile(path, .readWrite)
            } else {
                directories.insert(StorePaths.segmentDirectory(session))
                file = try openOrMake(path, in: StorePaths.segmentDirectory(session))
            }
            if try file.size() > length { try file.truncate(to: length) }
            return file
        }
    }

    private func openOrMake(_ path: String, in directory: String) throws(FileError) -> any File {
        do throws(FileError) {
            return try openFile(path, .createIfMissing)
        } catch  where error.isNotFound {
            try files.createDirectory(directory)
            return try openFile(path, .createIfMissing)
        }
    }

    // MARK: Publishing

    private func publish(
        _ plan: CheckpointPlan, _ flushed: [(slot: Int32, state: SessionState)], _ catalog: Catalog
    ) throws(MemoryError) {
        var items: [ManifestItem] = []
        items.reserveCapacity(flushed.count + plan.ended.count + plan.closed.count + 1)
        for (work, result) in zip(plan.works, flushed) { items.append(.session(result.state, id: work.pending.id)) }
        for session in plan.ended where session.isKnownToManifest { items.append(.sessionEnded(session.number)) }
        let erased = plan.ended.filter { $0.ending == .erased }.map(\.number)
        // Those of which only a journal has told as well: it is about to go.
        for number in catalog.erasing.union(erased).sorted() { items.append(.eraseBegun(number)) }
        var counters = plan.counters
        // Without new messages there is nothing to index: the mark moves on with the checkpoint.
        let isIndexed = catalog.indexed == catalog.checkpointed && plan.works.allSatisfy(\.pending.runs.isEmpty)
        counters.indexed = isIndexed ? plan.through : catalog.indexed
        items.append(.counters(counters))
        // Last: an edit that is split over frames must not retire a journal before its contents are in force.
        for journal in plan.closed { items.append(.journalRetired(journal.number)) }
        try catalog.append(items)
        for journal in plan.closed { catalog.journals[journal.number] = nil }
        catalog.beginErasing(erased, nextFile: plan.counters.nextFile)
        catalog.checkpointed = plan.through
        catalog.indexed = counters.indexed
    }

    private func finish(
        _ plan: CheckpointPlan, _ flushed: [(slot: Int32, state: SessionState)], _ state: EngineState
    ) {
        for (work, result) in zip(plan.works, flushed) {
            let record = state.table[work.slot]
            guard record.pointee.number == result.state.number else {
                // Ended meanwhile: its end must reach the manifest, and its file has to go.
                if let index = state.ended.firstIndex(where: { $0.number == result.state.number }) {
                    state.ended[index].isKnownToManifest = true
                    state.ended[index].generation = result.state.generation
                    state.ended[index].segmentLength = result.state.segmentLength
                }
                continue
            }
            state.segmentBytes += result.state.segmentLength - record.pointee.segmentLength
            record.pointee.generation = result.state.generation
            record.pointee.segmentLength = result.state.segmentLength
            record.pointee.lastBatch = result.state.lastBatch
            record.pointee.flags &= ~SessionState.sealed
            guard let session = state.existingHot(work.slot) else { continue }
            session.flushed = result.state
            session.failedReads = 0
            let through = result.state.lastBatch
            var kept = 0
            while kept < session.runs.count, session.runs[kept].batch <= through {
                state.pendingBytes -= session.runs[kept].records.count
                kept += 1
            }
            session.runs.removeFirst(kept)
            if let last = work.pending.newIDs.last { session.newIDs.removeAll { $0.sequence <= last.sequence } }
            if session.lastBatch == through {
                session.metadata = nil
                session.origin = nil
            }
            state.coolDown(work.slot)
        }
        state.closedJournals.removeAll { journal in plan.closed.contains { $0.number == journal.number } }
        for session in plan.ended { state.segmentBytes -= min(state.segmentBytes, session.segmentLength) }
        // Sessions that were only looked at, by saves that were refused.
        for session in state.hot { if let session { state.coolDown(session.slot) } }
    }

    /// Gives back the files that nothing refers to any more.
    private func reclaim(_ plan: CheckpointPlan) throws(MemoryError) {
        let paths = plan.ended.filter(\.hasRemovableSegment).map {
            StorePaths.segment($0.number, generation: $0.generation)
        }
        try reclaim(paths, journals: plan.closed)
    }

    /// Removes segments and recycles journals, or leaves both to the readers that may still look at them.
    func reclaim(_ paths: [String], journals: [JournalState]) throws(MemoryError) {
        if paths.isEmpty && journals.isEmpty { return }
        let isPinned = try catalog.withLock { (catalog) throws(MemoryError) in
            try catalog.collectGraves()
            return try catalog.isPinned || catalog.hasReaders
        }
        guard isPinned else {
            let wanted = state.withLock { $0.journalBytes }
            return try catalog.withLock { (catalog) throws(MemoryError) in
                for path in paths { try catalog.removeFile(path) }
                for journal in journals {
                    let path = StorePaths.journal(journal.number)
                    if journal.size == wanted, catalog.recyclable.count < Self.recyclableMax,
                        !catalog.hasToBeOverwritten(path)
                    {
                        catalog.recyclable.append(journal)
                    } else {
                        try catalog.removeFile(path)
                    }
                }
            }
        }
        let barrier = try replaceManifest()
        catalog.withLock { catalog in
            catalog.bury(paths + journals.map { StorePaths.journal($0.number) }, barrier: barrier)
        }
    }

    private static let recyclableMax = 2

    // MARK: The manifest

    func replaceManifestIfDue() throws(MemoryError) {
        guard catalog.withLock({ $0.isSnapshotDue }) else { return }
        try replaceManifest()
        try catalog.withLock { (catalog) throws(MemoryError) in try catalog.collectGraves() }
    }

    /// Rewrites the manifest as a snapshot and returns the number of the old one.
    @discardableResult
    func replaceManifest() throws(MemoryError) -> UInt64 {
        let (sessions, counters, number) = state.withLock { state in
            state.nextFile += 1
            return (state.catalogSnapshot(), state.counters, state.nextFile - 1)
        }
        // The snapshot leaves out sessions of which only the journal says that they have ended.
        guard synchronizeJournal() else { throw state.withLock { $0.failure } ?? .closedStore }
        return try catalog.withLock { (catalog) throws(MemoryError) in
            let items = sessions + catalog.snapshotItems(counters: catalog.completing(counters))
            return try sheddingDescriptors { () throws(MemoryError) in
                try catalog.replace(with: items, number: number)
            }
        }
    }
}

extension EngineState {
    var counters: ManifestCounters {
        ManifestCounters(
            nextSession: nextSession, nextFile: nextFile, clock_µs: latestClock_µs, checkpointed: 0)
    }

    /// Every session as the manifest knows it: what stands in segments, not what has come since.
    ///
    /// Sessions that ended since the last checkpoint are left out. That is safe, because the journal has their end,
    /// and replay skips sessions that end in it.
    func catalogSnapshot() -> [ManifestItem] {
        var items: [ManifestItem] = []
        items.reserveCapacity(table.count)
        for slot in 0..<table.slotCount where table[slot].pointee.number != 0 {
            if let session = existingHot(slot) {
                if let flushed = session.flushed { items.append(.session(flushed, id: table[slot].pointee.idText)) }
            } else {
                items.append(.session(table.state(slot), id: table[slot].pointee.idText))
            }
        }
        return items
    }

    /// Marks sessions dirty again after a checkpoint that failed.
    func undo(_ slots: [Int32], _ numbers: [UInt64], _ ended: [EndedSession]) {
        for (slot, number) in zip(slots, numbers) where table[slot].pointee.number == number {
            if let session = existingHot(slot) { markDirty(session) }
        }
        self.ended = ended + self.ended
    }
}
