internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Looks at every file of a store and says what is wrong. Changes no byte.
///
/// Where the manifest can be read, the store is opened as a reader opens it, at one point in time that a writer leaves
/// alone, and everything that it refers to is checked. Where it can't, each file is checked on its own.
final class Verifier {
    typealias Progress = @Sendable (_ bytes: UInt64) -> Void

    let files: any FileSystem
    let depth: VerificationDepth
    private let progress: Progress?
    var report: VerificationReport
    /// Traces of edits that the manifest has lost. They count only where nobody writes.
    var traces: [String] = []

    /// This process has the writer's lock, and repairs.
    private let isWriter: Bool

    private init(
        _ files: any FileSystem, _ depth: VerificationDepth, _ progress: Progress?, isWriter: Bool
    ) {
        self.isWriter = isWriter
        self.files = files
        self.depth = depth
        self.progress = progress
        report = VerificationReport(depth: depth)
    }

    static func verify(
        _ files: any FileSystem, depth: VerificationDepth, clock: any WallClock = SystemClock(),
        progress: Progress? = nil, isWriter: Bool = false
    ) throws(MemoryError) -> VerificationReport {
        let verifier = Verifier(files, depth, progress, isWriter: isWriter)
        try verifier.run(clock)
        return verifier.report
    }

    private func run(_ clock: any WallClock) throws(MemoryError) {
        var options = StoreOptions()
        options.access = .readOnly
        options.searchEnabled = false
        options.cacheBytes = 0
        let engine: Engine
        do throws(MemoryError) {
            engine = try Engine.openReader(
                files, try ResolvedOptions(options), clock, 64, isWriter: isWriter)
        } catch  where error.code == .damaged || (error.code == .notAStore && hasFiles()) {
            add(error, isStoreFile: true)
            try checkWithoutManifest()
            return
        }
        defer { try? engine.close() }
        try checkHeads(engine)
        let sessions = checkCatalog(engine)
        for session in sessions { try check(session, engine) }
        try checkRuns(engine)
        if depth == .deep { try checkIndex(engine, sessions) }
        let isQuiet = isWriter ? true : try !engine.hasOtherWriter()
        if isQuiet {
            try noteLostEdits(engine)
            try noteLeftovers(engine, sessions)
        }
    }

    // MARK: Findings

    func add(_ finding: VerificationFinding) { report.findings.append(finding) }

    func count(file bytes: UInt64) {
        report.files += 1
        report.bytes += bytes
        progress?(report.bytes)
    }

    private func add(_ error: MemoryError, isStoreFile: Bool = false) {
        let file = error.place.file
        let kind: VerificationFinding.Kind =
            switch file {
            case StorePaths.store: .store
            case StorePaths.current: .current
            case StorePaths.anchor: .anchor
            case .some(let file) where file.hasPrefix(StorePaths.journals): .journal
            case .some(let file) where file.hasPrefix(StorePaths.index): .index
            case .some(let file) where file.hasPrefix(StorePaths.sessions): .segment
            default: .manifest
            }
        var what = error.message
        if error.code == .notAStore { what = "STORE, which tells whose files these are, is missing" }
        if isStoreFile { what += "; no session can be read until the store is repaired" }
        add(
            VerificationFinding(
                .damage, kind, file: file ?? StorePaths.store, offset: error.place.offset,
                session: error.place.session, what))
    }

    /// Whether the directory holds files of a store.
    private func hasFiles() -> Bool {
        let names = (try? files.list("")) ?? []
        return names.contains {
            StorePaths.manifestNumber($0) != nil || $0 == StorePaths.current || $0 == StorePaths.sessions
        }
    }

    // MARK: What the store hangs on

    private func checkHeads(_ engine: Engine) throws(MemoryError) {
        for path in [StorePaths.store, StorePaths.current] {
            count(
                file: try withFileErrors("Reading \(path)") { () throws(FileError) in try files.open(path, .read).size()
                })
        }
        let (number, length) = engine.catalog.withLock { ($0.number, $0.length) }
        count(file: length)
        // A crash of the first opening leaves none, or one that was being written for the first time.
        let isNew = number == 1 && engine.catalog.withLock { $0.checkpointed == 0 }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try ManifestReader.bytes(StorePaths.anchor, in: files).1
        } catch  where error.isNotFound {
            add(
                VerificationFinding(
                    isNew ? .note : .damage, .anchor, file: StorePaths.anchor,
                    "The file is missing; the next opening for writing makes it again"))
            return
        } catch {
            throw MemoryError(error, "Reading the anchor")
        }
        count(file: UInt64(bytes.count))
        let store = engine.identity.id
        let whole = bytes.withUnsafeBytes { bytes in
            (0..<2).filter { Anchor.decode(bytes, slot: $0, store: store) != nil }
        }
        if whole.isEmpty {
            add(
                VerificationFinding(
                    isNew ? .note : .damage, .anchor, file: StorePaths.anchor, offset: 0,
                    "Neither of its slots is whole; the next opening for writing writes them again"))
        } else if let torn = (0..<2).first(where: { !whole.contains($0) }) {
            let offset = torn * Limits.blockBytes
            let isUnused = bytes.count <= offset || bytes[offset..<min(bytes.count, offset + 64)].allSatisfy { $0 == 0 }
            if isUnused { return }
            // As a power loss leaves it; the other slot is there for that.
            add(
                VerificationFinding(
                    .note, .anchor, file: StorePaths.anchor, offset: UInt64(offset),
                    "One of its two slots is not whole; the other one is in force"))
        }
    }

    struct Session: Sendable {
        var state: SessionState
        var id: String
    }

    /// Takes over what opening found, and returns the sessions that have segments.
    private func checkCatalog(_ engine: Engine) -> [Session] {
        let journals = engine.catalog.withLock { Array($0.journals.values) }
        for journal in journals {
            count(file: (try? files.open(StorePaths.journal(journal.number), .read).size()) ?? 0)
        }
        let (damages, sessions, messages, visible) = engine.state.withLock { state in
            var sessions: [Session] = []
            var visible = 0
            for slot in 0..<state.table.slotCount where state.table[slot].pointee.number != 0 {
                let record = state.table[slot].pointee
                if record.status & SessionRecord.isVisible != 0 { visible += 1 }
                let flushed = state.existingHot(slot).map(\.flushed) ?? state.table.state(slot)
                guard let flushed, flushed.generation > 0 else { continue }
                sessions.append(Session(state: flushed, id: record.idText))
            }
            return (state.damages, sessions, state.liveMessages, visible)
        }
        report.sessions = visible
        report.messages = messages
        for damage in damages {
            add(
                VerificationFinding(
                    .damage, damage.file.hasPrefix(StorePaths.journals) ? .journal : .manifest, file: damage.file,
                    offset: damage.offset, session: damage.sessions?.first,
                    damage.sessions == nil ? damage.what + "; which sessions it concerns can't be known" : damage.what))
        }
        return sessions.sorted { $0.state.number < $1.state.number }
    }

    // MARK: Index runs

    private func checkRuns(_ engine: Engine) throws(MemoryError) {
        let runs = engine.catalog.withLock { $0.runs.values.sorted { $0.number < $1.number } }
        for run in runs {
            let path = StorePaths.indexRun(run.number)
            do throws(MemoryError) {
                let file = try withFileErrors("Opening an index run") { () throws(FileError) in
                    try files.open(path, .read)
                }
                try checkHeader(of: file, run, engine)
                if depth != .quick {
                    let (damages, bytes) = try withFileErrors("Reading an index run") { () throws(FileError) in
                        try RunCheck.damages(file, seed: run.file.checksumSeed, pages: Int(run.pages))
                    }
                    count(file: bytes)
                    for damage in damages { addRun(path, damage.offset, damage.what) }
                    if !damages.isEmpty { continue }
                }
                let reader = try RunReader.open(
                    file, identity: run.file, pages: Int(run.pages), cacheKey: run.number)
                if reader.documents != run.documents {
                    addRun(path, nil, "It has \(reader.documents) messages, and the manifest says \(run.documents)")
                }
            } catch  where error.isFileMissing {
                addRun(path, nil, "The file is missing")
            } catch  where error.code == .damaged {
                addRun(path, error.place.offset, error.message)
            }
        }
    }

    private func addRun(_ path: String, _ offset: UInt64?, _ what: String) {
        add(
            VerificationFinding(
                .damage, .index, file: path, offset: offset,
                what + "; searches miss what only it has, until it is made again"))
    }

    private func checkHeader(
        of file: any File, _ run: IndexRunState, _ engine: Engine
    ) throws(MemoryError) {
        let head = try withFileErrors("Reading an index run") { () throws(FileError) in
            try file.bytes(from: 0, count: RunFile.headerBytes)
        }
        let header = head.withUnsafeBytes { try? FileHeader.decode($0).header }
        guard let header, header.kind == .indexRun, header.store == engine.identity.id, header.file == run.file,
            header.number == run.number
        else { throw .damaged("It is not the run that the manifest lists", file: file.path, offset: 0) }
    }

    // MARK: Leftovers

    /// What was checkpointed from this batch on is in the journals, too. Where journals are damaged, a segment may have
    /// what they have lost.
    func recoverable(_ engine: Engine) -> UInt64 {
        let (isReplayed, committed) = engine.state.withLock { ($0.damages.isEmpty, $0.committedThrough) }
        return isReplayed ? committed : engine.catalog.withLock { $0.checkpointed }
    }

    private func noteLostEdits(_ engine: Engine) throws(MemoryError) {
        let last = recoverable(engine)
        let trace = try engine.state.withLock { (state) throws(MemoryError) in
            try LostEdits.segmentOfNobody(in: files, state, store: engine.identity.id, after: last)
        }
        if let trace { traces.append(trace) }
        let (number, length) = engine.catalog.withLock { ($0.number, $0.length) }
        for trace in traces {
            let damage = LostEdits.damage(manifest: number, length: length, by: trace)
            add(VerificationFinding(.damage, .manifest, file: damage.file, offset: damage.offset, damage.what))
        }
    }

    /// Files that nothing refers to. Only where nobody writes: a file that is being made looks like one.
    private func noteLeftovers(_ engine: Engine, _ sessions: [Session]) throws(MemoryError) {
        let (number, journals, runs) = engine.catalog.withLock { catalog in
            (catalog.number, Set(catalog.journals.keys), Set(catalog.runs.keys))
        }
        func note(_ path: String, _ what: String) {
            add(VerificationFinding(.note, .leftover, file: path, what))
        }
        for name in try files.names(in: "") {
            if name == StorePaths.poisoned { note(name, "A synchronization failed; the next opening answers it") }
            if name.hasSuffix(StorePaths.temporarySuffix) { note(name, "Was being written when a process ended") }
            if let other = StorePaths.manifestNumber(name), other != number { note(name, "An older manifest") }
            if name == StorePaths.tails { note(name, "Torn tails that recovery cut off, for people to look at") }
            if name == StorePaths.quarantine { note(name, "What repairs have set aside") }
        }
        for name in try files.names(in: StorePaths.journals)
        where !journals.contains(StorePaths.journalNumber(name) ?? 0) {
            note("\(StorePaths.journals)/\(name)", "A journal that is not in use")
        }
        for name in try files.names(in: StorePaths.index) where !runs.contains(StorePaths.indexRunNumber(name) ?? 0) {
            note("\(StorePaths.index)/\(name)", "An index run that is not in force")
        }
        let known = Set(sessions.map { StorePaths.segment($0.state.number, generation: $0.state.generation) })
        for directory in try files.names(in: StorePaths.sessions) {
            for name in try files.names(in: "\(StorePaths.sessions)/\(directory)") {
                let path = "\(StorePaths.sessions)/\(directory)/\(name)"
                if !known.contains(path) { note(path, "A segment that is not in force") }
            }
        }
    }
}

extension Engine {
    /// Whether another process has the store open for writing.
    func hasOtherWriter() throws(MemoryError) -> Bool { try Self.hasWriter(files) }
}
