internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What an erase did.
public struct EraseReport: Sendable, Hashable {
    /// The sessions whose bytes are gone.
    public var sessions = 0
    /// Files that were overwritten with zeros and removed.
    public var files = 0
    /// Their bytes.
    public var bytes: UInt64 = 0
}

/// Takes the bytes of ended sessions out of every file of the store.
///
/// A state machine that recovery finishes: the end of the session is a journal record that says "erased", the
/// checkpoint that takes it over writes "erase begun" into the manifest, and "erase finished" is written when no file
/// holds anything any more. It knows the session by its number only, so that the machine itself doesn't remember what
/// it is to forget.
extension Engine {
    /// Finishes every erasure that has begun. On the maintenance thread, or while opening.
    ///
    /// - Throws: `readersActive` when a reader still has an older state locked. What has begun stays begun.
    func finishErasures() throws(MemoryError) -> EraseReport {
        var report = EraseReport()
        try retireJournalsInUse()
        // Segments of erased sessions are not removed by the checkpoint, so that they are overwritten first.
        try checkpoint()
        let erasing = catalog.withLock { $0.erasing }
        if erasing.isEmpty { return report }
        try checkReaders(ofCurrent: true)
        let segments = try segments(of: erasing)
        for path in segments { try wipe(path, &report) }
        try wipeJournals(&report)
        for directory in [StorePaths.tails, StorePaths.quarantine] {
            for name in try files.names(in: directory) { try wipe("\(directory)/\(name)", &report) }
        }
        let runs = try leaveOutOfIndex()
        // The old manifests hold session ids and metadata.
        try replaceManifest()
        // Who has opened the store since may look at the runs that the old manifest names.
        try checkReaders(ofCurrent: false)
        for path in runs { try wipe(path, &report) }
        let current = catalog.withLock { $0.number }
        for name in try files.names(in: "") {
            if let number = StorePaths.manifestNumber(name), number != current { try wipe(name, &report) }
        }
        try catalog.withLock { (catalog) throws(MemoryError) in
            try catalog.collectGraves()
            try catalog.append(erasing.sorted().map { ManifestItem.eraseFinished($0) })
            catalog.finishErasing(erasing)
        }
        for name in try files.names(in: "") where name.hasSuffix(StorePaths.temporarySuffix) { try wipe(name, &report) }
        try writeAnchor()
        report.sessions = erasing.count
        return report
    }

    private func checkReaders(ofCurrent includesCurrent: Bool) throws(MemoryError) {
        try catalog.withLock { (catalog) throws(MemoryError) in
            try catalog.collectGraves()
            let isPinned = includesCurrent ? try catalog.isPinned : false
            if isPinned || catalog.hasReaders {
                throw MemoryError(
                    .readersActive,
                    "A reader has an older state of the store open; the erase goes on when it is closed",
                    retry: .later)
            }
        }
    }

    /// Ends the active journal and the spare, so that the checkpoint that follows retires every file that may hold what
    /// is to go: a recycled journal carries its earlier life behind its newest batch. Saves go on in a fresh one.
    private func retireJournalsInUse() throws(MemoryError) {
        // A batch belongs to the journal that it goes to, and what goes to the next one must not be durable before what
        // this one holds: until it is, nothing is written.
        while !state.withLock({ $0.beginCommitting() }) {
            // Whoever commits may wait for a journal that only this thread gives back.
            doUrgentMaintenance()
            ProcessIdentity.sleep_ms(1)
        }
        let isDurable = synchronizeJournal()
        let failure = state.withLock { state -> MemoryError? in
            state.isCommitting = false
            guard isDurable else { return state.failure ?? .closedStore }
            for journal in [state.journal, state.spare] { if let journal { state.close(journal) } }
            state.journal = nil
            state.spare = nil
            return nil
        }
        state.signal()
        if let failure { throw failure }
        if options.scheduling == .threads { prepareJournal() }
    }

    /// Rewrites the runs that have anything of sessions that are gone.
    ///
    /// - Returns: The files that are in no manifest from then on and have to be overwritten.
    private func leaveOutOfIndex() throws(MemoryError) -> [String] {
        let listed = catalog.withLock { $0.runs.values.sorted { $0.number < $1.number } }
        for state in listed {
            let run: SearchIndex.DiskRun
            do throws(MemoryError) {
                run = try openRun(state)
            } catch {
                // What can't be read is made again, and holds the words all the same until it is overwritten.
                noteDamagedRun(state.number, error)
                try removeRun(state.number)
                continue
            }
            do throws(MemoryError) {
                if try hasEnded(run) { _ = try replaceRuns([run], adding: [], indexed: nil, keepsOld: true) { true } }
            } catch {
                guard noteDamage(error) else { throw error }
                try removeRun(state.number)
            }
        }
        // And those that a crash left unpublished.
        let known = catalog.withLock { Set($0.runs.keys) }
        return try files.names(in: StorePaths.index).filter { name in
            StorePaths.indexRunNumber(name).map { !known.contains($0) } ?? false
        }.map { "\(StorePaths.index)/\($0)" }
    }

    /// Whether a run has messages of a session that is gone.
    private func hasEnded(_ run: SearchIndex.DiskRun) throws(MemoryError) -> Bool {
        var hasEnded = false
        try run.reader.directory.forEach(run.reader.stream()) { (entry) throws(MemoryError) in
            if !hasEnded { hasEnded = self.state.withLock { $0.table.slot(ofNumber: entry.session) == nil } }
        }
        return hasEnded
    }

    private func segments(of erasing: Set<UInt64>) throws(MemoryError) -> [String] {
        var paths: [String] = []
        for directory in Set(erasing.map(StorePaths.segmentDirectory)).sorted() {
            for name in try files.names(in: directory) {
                if let (session, _) = StorePaths.segmentNumbers(name), erasing.contains(session) {
                    paths.append("\(directory)/\(name)")
                }
            }
        }
        return paths
    }

    /// Every journal file but those in service, which were filled with zeros since. Saves may put more of them in service
    /// meanwhile, and fill them: whether one is, only the manifest tells, in which each is listed as soon as it is made.
    private func wipeJournals(_ report: inout EraseReport) throws(MemoryError) {
        catalog.withLock { $0.recyclable = [] }
        for name in try files.names(in: StorePaths.journals) {
            guard let number = StorePaths.journalNumber(name), catalog.withLock({ $0.journals[number] == nil }) else {
                continue
            }
            try wipe(StorePaths.journal(number), &report)
        }
    }

    /// Overwrites a file with zeros, makes that durable, and removes it.
    private func wipe(_ path: String, _ report: inout EraseReport) throws(MemoryError) {
        do throws(FileError) {
            let file = try openFile(path, .readWrite)
            let size = try file.size()
            try file.writeZeros(from: 0, count: size)
            try file.synchronize()
            try files.remove(path)
            try files.synchronizeDirectory(
                path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "")
            report.files += 1
            report.bytes += size
        } catch  where error.isNotFound {
            return
        } catch {
            throw MemoryError(error, "Overwriting a file")
        }
    }
}
