internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What a backup or a restore copied.
public struct BackupReport: Sendable, Hashable {
    /// Sessions, expired ones that were not swept yet included.
    public var sessions = 0
    /// Live messages.
    public var messages: UInt64 = 0
    /// The segments' lengths together.
    public var bytes: UInt64 = 0
}

/// A consistent copy of a store that goes on being used.
extension Engine {
    /// Copies the store as of now into an empty directory and reads the copy back, verifying every frame.
    ///
    /// On the maintenance thread of a writer, or anywhere for a reader.
    func backUp(to target: any FileSystem) throws(MemoryError) -> BackupReport {
        guard try withFileErrors("Looking at the target", { () throws(FileError) in try target.list("") }).isEmpty
        else {
            throw MemoryError(.invalidArgument, "The target directory is not empty")
        }
        if !isReadOnly { try checkpoint() }
        // Pinned like a reader: nothing that this state refers to is removed while it is copied.
        let pin = try pinForBackup()
        defer { withExtendedLifetime(pin) {} }
        let works = state.withLock { state in self.backupWorks(state) }
        var report = BackupReport()
        try withFileErrors("Preparing the target") { () throws(FileError) in
            for directory in [StorePaths.journals, StorePaths.sessions] { try target.createDirectory(directory) }
        }
        var directories: Set<String> = []
        var results: [SessionState] = []
        for work in works {
            if !isReadOnly { doUrgentMaintenance() }
            results.append(try copy(work, to: target, &directories, &report))
        }
        try writeCatalog(works, results, to: target, directories)
        try verifyCopy(target, report)
        return report
    }

    private func pinForBackup() throws(MemoryError) -> (any File)? {
        if isReadOnly { return nil }
        let number = catalog.withLock { $0.number }
        return try withFileErrors("Locking the manifest") { () throws(FileError) in
            let file = try openFile(StorePaths.manifest(number), .read)
            guard try file.tryLock(.shared) else { throw FileError(.lock, file.path, number: 0) }
            return file
        }
    }

    private func backupWorks(_ state: EngineState) -> [BackupWork] {
        var works: [BackupWork] = []
        for slot in 0..<state.table.slotCount {
            let record = state.table[slot].pointee
            guard record.number != 0, record.status & SessionRecord.isVisible != 0 else { continue }
            let session = state.existingHot(slot)
            works.append(
                BackupWork(
                    id: record.idText, state: state.table.state(slot),
                    lastBatch: session?.lastBatch ?? record.lastBatch, runs: session?.runs ?? [],
                    metadata: session?.metadata, origin: session?.origin, newIDs: session?.newIDs ?? []))
        }
        return works
    }

    private func copy(
        _ work: BackupWork, to target: any FileSystem, _ directories: inout Set<String>, _ report: inout BackupReport
    ) throws(MemoryError) -> SessionState {
        var state = work.state
        let path = StorePaths.segment(state.number, generation: max(1, state.generation))
        directories.insert(StorePaths.segmentDirectory(state.number))
        let file = try withFileErrors("Writing the copy", session: work.id) { () throws(FileError) in
            try target.createDirectory(StorePaths.segmentDirectory(state.number))
            return try sheddingDescriptors { () throws(FileError) in try target.open(path, .create) }
        }
        if state.generation > 0 {
            let source = try segmentReader(state, session: work.id).file
            try withFileErrors("Copying a segment", session: work.id) { () throws(FileError) in
                var offset: UInt64 = 0
                while offset < state.segmentLength {
                    let piece = try source.bytes(from: offset, count: Int(min(1 << 20, state.segmentLength - offset)))
                    if piece.isEmpty { break }
                    try file.writeFully(piece, at: offset)
                    offset += UInt64(piece.count)
                }
            }
        }
        if state.generation == 0 || !work.runs.isEmpty || work.metadata != nil || work.lastBatch > state.lastBatch {
            state.lastBatch = work.lastBatch
            let pending = PendingSegment(
                state: state, carriedFlags: state.flags, id: work.id, runs: work.runs, metadata: work.metadata,
                origin: work.origin, newIDs: work.newIDs)
            let before = try pending.carried(from: file, store: identity.id)
            state = try pending.append(to: file, store: identity.id, carrying: before, reusing: ByteWriter()).state
        }
        try withFileErrors("Synchronizing the copy", session: work.id) { () throws(FileError) in
            try file.synchronize()
        }
        report.sessions += 1
        report.messages += state.liveCount
        report.bytes += state.segmentLength
        return state
    }

    /// Makes the copies a store. STORE comes last, as in the creation of an empty one.
    private func writeCatalog(
        _ works: [BackupWork], _ results: [SessionState], to target: any FileSystem, _ directories: Set<String>
    ) throws(MemoryError) {
        let counters = state.withLock { state in
            var counters = state.counters
            counters.checkpointed = state.committedThrough
            return counters
        }
        try withFileErrors("Synchronizing the copy") { () throws(FileError) in
            for directory in directories { try target.synchronizeDirectory(directory) }
            try target.synchronizeDirectory(StorePaths.sessions)
        }
        let copy = Catalog(
            files: target, store: identity.id, number: 0, file: nil, seed: 0, length: 0, nextEdit: 1)
        var items: [ManifestItem] = []
        for (work, result) in zip(works, results) { items.append(.session(result, id: work.id)) }
        items.append(.counters(counters))
        try sheddingDescriptors { () throws(MemoryError) in _ = try copy.replace(with: items, number: 1) }
        try withFileErrors("Naming the copy a store") { () throws(FileError) in
            try sheddingDescriptors { () throws(FileError) in
                let anchor = AnchorFile(
                    file: try target.open(StorePaths.anchor, .createIfMissing), store: identity.id, last: nil)
                try anchor.write(
                    durableThrough: counters.checkpointed, manifestNumber: copy.number, manifestLength: copy.length)
                try target.synchronizeDirectory("")
                var store = ByteWriter()
                identity.encode(into: &store)
                try StoreCreation.replace(StorePaths.store, with: store, in: target)
            }
        }
    }

    private func verifyCopy(_ target: any FileSystem, _ report: BackupReport) throws(MemoryError) {
        var options = StoreOptions()
        options.access = .readOnly
        let copy = try Engine.open(target, options)
        let sessions = copy.state.withLock { state in copy.backupWorks(state) }
        var messages: UInt64 = 0
        for session in sessions where session.state.generation > 0 {
            var count: UInt64 = 0
            try copy.segmentReader(session.state, session: session.id).scan { (block) throws(MemoryError) in
                for index in 0..<UInt64(block.count) {
                    let sequence = block.firstSequence + index
                    if sequence >= session.state.firstLive,
                        !session.state.removed.contains(where: { $0.contains(sequence) })
                    {
                        count += 1
                    }
                }
            }
            guard count == session.state.liveCount else {
                throw .damaged(
                    "The copy holds \(count) of \(session.state.liveCount) messages", file: "sessions", offset: nil,
                    session: session.id)
            }
            messages += count
        }
        guard sessions.count == report.sessions, messages == report.messages else {
            throw .damaged("The copy is not complete", file: "sessions", offset: nil)
        }
    }
}

/// A session to copy: its segment, and what has come since.
struct BackupWork: Sendable {
    var id: String
    var state: SessionState
    var lastBatch: UInt64
    var runs: [PendingRun]
    var metadata: [UInt8]?
    var origin: [UInt8]?
    var newIDs: [SegmentIDs.Entry]
}
