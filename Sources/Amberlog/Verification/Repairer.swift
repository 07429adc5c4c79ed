internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Makes a damaged store whole again, with all that its bytes still say.
///
/// Everything is written beside what is there, and one manifest puts it in force; what was damaged is copied to
/// `quarantine/` before. So a crash at any point leaves either the damaged store or the repaired one, and repairing
/// again does the rest.
final class Repairer {
    private let files: any FileSystem
    private let options: ResolvedOptions
    private let clock: any WallClock
    private var report: RepairReport
    private var quarantine: Quarantine?

    private init(
        _ files: any FileSystem, _ options: ResolvedOptions, _ clock: any WallClock, _ before: VerificationReport
    ) {
        self.files = files
        self.options = options
        self.clock = clock
        report = RepairReport(before: before)
    }

    static func repair(_ files: any FileSystem, clock: any WallClock) throws(MemoryError) -> RepairReport {
        let names = try withFileErrors("Looking at the directory") { () throws(FileError) in try files.list("") }
        let isStore = names.contains { name in
            name == StorePaths.store || name == StorePaths.current || StorePaths.manifestNumber(name) != nil
                || name == StorePaths.sessions
        }
        guard isStore else {
            throw MemoryError(.notAStore, "The directory holds no store", at: .init(file: StorePaths.store))
        }
        let lock = try Engine.lockForRepair(files)
        let before = try Verifier.verify(files, depth: .standard, clock: clock, isWriter: true)
        var options = StoreOptions()
        options.scheduling = .inline
        options.compactAfter = nil
        let repairer = Repairer(files, try ResolvedOptions(options), clock, before)
        if before.isWhole {
            try? lock.unlock()
            return repairer.report
        }
        do throws(MemoryError) {
            try repairer.run(lock)
        } catch {
            try? lock.unlock()
            throw error
        }
        return repairer.report
    }

    private func run(_ lock: any File) throws(MemoryError) {
        try keepDamaged()
        let identity = try findIdentity()
        var manifest = try findManifest(identity)
        try salvageSegments(&manifest, identity)
        try dropRuns(&manifest)
        let anchor = try? ManifestReader.anchor(store: identity.id, in: files)
        let found = try Findings.replaying(manifest, anchor, files, identity, options, 64, isLive: false)
        account(for: found)
        // Once the store is whole again, nothing else says what is gone.
        try quarantine?.write(report)
        try publish(found, identity, anchor, lock)
        try quarantine?.write(report)
    }

    private func act(_ what: String) { report.actions.append(what) }

    private func lose(_ session: String?, _ sequences: Range<UInt64>?, _ what: String) {
        report.losses.append(.init(session: session, sequences: sequences, what: what))
    }

    /// Copies every file that something is wrong with.
    private func keepDamaged() throws(MemoryError) {
        let damaged = Set(report.before.damages.compactMap(\.file)).sorted()
        let quarantine = try Quarantine(files)
        self.quarantine = quarantine
        report.quarantine = quarantine.directory
        for path in damaged { try quarantine.keep(path) }
        act("Kept \(damaged.count) damaged files as they were, in \(quarantine.directory)")
    }

    // MARK: Whose files these are

    private func findIdentity() throws(MemoryError) -> StoreIdentity {
        do throws(MemoryError) {
            return try ManifestReader.identity(in: files)
        } catch  where error.code == .damaged || error.code == .notAStore {
            var votes: [Identity: Int] = [:]
            for path in try listing() {
                let head = try withFileErrors("Reading \(path)") { () throws(FileError) in
                    try files.open(path, .read).bytes(from: 0, count: 8192)
                }
                if let header = head.withUnsafeBytes({ try? FileHeader.decode($0).header }) {
                    votes[header.store, default: 0] += 1
                }
            }
            guard let id = votes.max(by: { ($0.value, $0.key.high) < ($1.value, $1.key.high) })?.key else {
                throw MemoryError(
                    .damaged, "No file says which store this is, so nothing can be read",
                    at: .init(file: StorePaths.store))
            }
            let identity = StoreIdentity(id: id, created_µs: clock.now_µs())
            var writer = ByteWriter()
            identity.encode(into: &writer)
            do throws(FileError) {
                try StoreCreation.replace(StorePaths.store, with: writer, in: files)
            } catch {
                throw MemoryError(error, "Writing the store's identity")
            }
            act("Wrote STORE again: \(votes[id] ?? 0) files say which store this is")
            return identity
        }
    }

    /// Every manifest, journal, segment and run, by path.
    private func listing() throws(MemoryError) -> [String] {
        var paths = try files.names(in: "").filter { StorePaths.manifestNumber($0) != nil }
        paths += try files.names(in: StorePaths.journals).filter { StorePaths.journalNumber($0) != nil }.map {
            "\(StorePaths.journals)/\($0)"
        }
        paths += try files.names(in: StorePaths.index).filter { StorePaths.indexRunNumber($0) != nil }
            .map { "\(StorePaths.index)/\($0)" }
        return paths + (try segments())
    }

    private func segments() throws(MemoryError) -> [String] {
        var paths: [String] = []
        for directory in try files.names(in: StorePaths.sessions) {
            paths += try files.names(in: "\(StorePaths.sessions)/\(directory)").filter {
                StorePaths.segmentNumbers($0) != nil
            }
            .map { "\(StorePaths.sessions)/\(directory)/\($0)" }
        }
        return paths
    }

    // MARK: What exists

    private func findManifest(_ identity: StoreIdentity) throws(MemoryError) -> ManifestContents {
        let numbers = try files.names(in: "").compactMap(StorePaths.manifestNumber).sorted()
        let current = try? ManifestReader.current(store: identity.id, in: files)
        // Without CURRENT, the newest that was written to its end is the one that it named, or was about to.
        for number in current.map({ [$0] }) ?? numbers.reversed() {
            if report.before.damages.contains(where: { $0.file == StorePaths.manifest(number) }) { break }
            do throws(MemoryError) {
                let file = try withFileErrors("Opening a manifest") { () throws(FileError) in
                    try files.open(StorePaths.manifest(number), .read)
                }
                let anchor = try? ManifestReader.anchor(store: identity.id, in: files)
                let contents = try ManifestReader.read(number, file, store: identity.id, anchor: anchor)
                if current == nil {
                    if !contents.hasCounters { continue }
                    act("CURRENT names MANIFEST-\(number) again, the newest that is complete")
                }
                return contents
            } catch  where error.code == .damaged || error.isFileMissing {
                try quarantine?.keep(StorePaths.manifest(number))
                // An older one than a damaged one would bring back what has changed since.
                break
            }
        }
        return try rebuildManifest(identity, newest: numbers.last ?? 0)
    }

    private func rebuildManifest(_ identity: StoreIdentity, newest: UInt64) throws(MemoryError) -> ManifestContents {
        let census = try SegmentCensus(files, store: identity.id, listing: try segments())
        let table = SessionTable()
        var slots: [UInt64: Int32] = [:]
        for entry in census.entries {
            var id = entry.id
            let slot = id.withUTF8 { table.insert(id: UnsafeRawBufferPointer($0), state: entry.state) }
            table[slot].pointee.status |= SessionRecord.isVisible
            slots[entry.state.number] = slot
        }
        for path in census.superseded { try quarantine?.keep(path) }
        var journals: [UInt64: JournalState] = [:]
        var first = UInt64.max
        for name in try files.names(in: StorePaths.journals) {
            guard let number = StorePaths.journalNumber(name), let journal = try journal(number, identity) else {
                continue
            }
            journals[number] = journal
            first = min(first, journal.firstBatch)
        }
        let file = try withFileErrors("Opening STORE") { () throws(FileError) in
            try files.open(StorePaths.store, .read)
        }
        act(
            "Made the manifest again from \(census.entries.count) sessions' segments and \(journals.count) journals")
        lose(
            nil, nil,
            "Nothing says which sessions had been cleared since their last checkpoint, or which trims and "
                + "removals the journals no longer have: some of that may be back")
        return ManifestContents(
            number: newest, file: file, seed: 0, length: UInt64(Limits.blockBytes), nextEdit: 1, size: 0, isTorn: true,
            table: table, slots: slots, journals: journals,
            counters: ManifestCounters(
                nextSession: census.nextSession, nextFile: newest + 1, clock_µs: 0,
                checkpointed: first == .max ? 0 : first - 1),
            erasing: [])
    }

    /// A journal that holds batches of this store.
    private func journal(_ number: UInt64, _ identity: StoreIdentity) throws(MemoryError) -> JournalState? {
        try withFileErrors("Reading a journal") { () throws(FileError) in
            let file = try files.open(StorePaths.journal(number), .read)
            let size = try file.size()
            let bytes = try file.bytes(from: 0, count: Int(min(size, UInt64(Limits.journalBytesMax))))
            return bytes.withUnsafeBytes { bytes -> JournalState? in
                guard let header = try? FileHeader.decode(bytes).header, header.kind == .journal,
                    header.store == identity.id, header.number == number
                else { return nil }
                let scanner = LogScanner(
                    bytes, seed: header.file.checksumSeed, kind: .batch, from: Limits.blockBytes, number: 1)
                guard let first = scanner.laterFrame() else { return nil }
                return JournalState(
                    number: number, file: header.file, size: size, firstBatch: first.frame.sequence)
            }
        }
    }

    // MARK: Segments and runs

    private func salvageSegments(
        _ manifest: inout ManifestContents, _ identity: StoreIdentity
    ) throws(MemoryError) {
        let salvage = SegmentSalvage(files: files, store: identity.id)
        for (number, slot) in manifest.slots.sorted(by: { $0.key < $1.key }) {
            let state = manifest.table.state(slot)
            guard state.generation > 0, try !isWhole(state, id: manifest.table[slot].pointee.idText, identity) else {
                continue
            }
            let id = manifest.table[slot].pointee.idText
            try quarantine?.keep(StorePaths.segment(number, generation: state.generation))
            let used = try files.names(in: StorePaths.segmentDirectory(number)).compactMap(StorePaths.segmentNumbers)
                .filter { $0.session == number }.map(\.generation)
            let result = try salvage.rewrite(state, id: id, generation: max(used.max() ?? 0, state.generation) + 1)
            manifest.table.set(result.state, at: slot)
            let lost = result.lost.reduce(0) { $0 + $1.count }
            act("Wrote the segment of session \(id) again, with \(result.state.liveCount) messages; \(lost) are gone")
            for range in result.lost { lose(id, range, "the segment's bytes were damaged") }
            if result.lostMetadata {
                lose(id, nil, "its metadata may be older than it was: the last commit frame is gone")
            }
        }
    }

    private func isWhole(_ state: SessionState, id: String, _ identity: StoreIdentity) throws(MemoryError) -> Bool {
        let segment = FileHeader.segmentIdentity(
            store: identity.id, session: state.number, generation: state.generation)
        let path = StorePaths.segment(state.number, generation: state.generation)
        do throws(FileError) {
            let check = try SegmentCheck(
                try files.open(path, .read), seed: segment.checksumSeed, length: state.segmentLength)
            return check.damages.isEmpty && check.commitEnd == state.segmentLength && check.header?.file == segment
                && check.header?.session?.id == id && check.commit?.nextSequence == state.nextSequence
                && check.commit?.liveCount == state.liveCount
                && state.liveRanges.subtracting(check.sequences).isEmpty
        } catch  where error.isNotFound {
            return false
        } catch {
            throw MemoryError(error, "Reading a segment", session: id)
        }
    }

    /// Leaves out the runs that are damaged. Their messages are indexed again.
    private func dropRuns(_ manifest: inout ManifestContents) throws(MemoryError) {
        let damaged = Set(report.before.damages.filter { $0.kind == .index }.compactMap(\.file))
        for number in manifest.runs.keys.sorted() where damaged.contains(StorePaths.indexRun(number)) {
            manifest.runs[number] = nil
            act("Left out the damaged index run \(number); its messages are indexed again")
        }
        // Whatever was lost, what is there shall be found.
        manifest.counters.indexed = 0
    }

    // MARK: Putting it in force

    /// What the journals lost becomes a gap that is recorded.
    private func account(for found: Findings) {
        for damage in found.state.damages {
            if let sessions = damage.sessions, found.state.missing.isEmpty == false {
                // Told below, with the messages.
                if sessions.count == 1 { continue }
            }
            lose(
                damage.sessions?.first, nil,
                damage.sessions == nil ? "\(damage.what); numbers of messages in them may be given again" : damage.what)
        }
        found.state.damages = []
        for (number, ranges) in found.state.missing.sorted(by: { $0.key < $1.key }) {
            guard let slot = found.state.table.slot(ofNumber: number) else { continue }
            let lost = ranges.merged()
            for range in lost {
                lose(found.state.table[slot].pointee.idText, range, "the journal's bytes were damaged")
            }
            found.state.setAside(lost, slot)
        }
        found.state.missing = [:]
    }

    private func publish(
        _ found: Findings, _ identity: StoreIdentity, _ anchor: Anchor?, _ lock: any File
    ) throws(MemoryError) {
        let anchorFile = try withFileErrors("Opening the anchor") { () throws(FileError) in
            AnchorFile(file: try files.open(StorePaths.anchor, .createIfMissing), store: identity.id, last: anchor)
        }
        try withFileErrors("Preparing the store") { () throws(FileError) in
            for directory in [StorePaths.journals, StorePaths.sessions] { try files.createDirectory(directory) }
        }
        // Those that can't be read at all are not listed any more.
        let readable = Set(found.journals.map(\.state.number))
        for number in found.manifest.journals.keys where !readable.contains(number) {
            found.manifest.journals[number] = nil
            act("Left out journal \(number), which can't be read")
        }
        let engine = found.engine(files, options, identity, clock, anchor: anchorFile, lock: lock)
        try engine.skipUsedNumbers()
        let nextFile = engine.state.withLock { $0.nextFile }
        engine.catalog.withLock { $0.beginErasing(found.manifest.erasing, nextFile: nextFile) }
        // The checkpoint must not move the mark of what is indexed past what may be missing.
        engine.noteIndexGap()
        do throws(MemoryError) {
            // What they read stays until they have let go.
            try engine.adoptReaders()
            try engine.replaceManifest()
            try engine.checkpoint()
            act("Put a new manifest in force")
            try engine.catchUpIndex()
            try engine.collectOrphans()
            if !found.erased.union(found.manifest.erasing).isEmpty {
                try finishErasures(engine)
            }
            try engine.close()
        } catch {
            engine.abandon()
            throw error
        }
    }

    private func finishErasures(_ engine: Engine) throws(MemoryError) {
        do throws(MemoryError) {
            // What was to be erased is in the quarantine, too.
            _ = try engine.finishErasures()
            act("Finished an erasure; nothing stays in the quarantine")
            report.quarantine = nil
            quarantine = nil
        } catch  where error.code == .readersActive {
            act("An erasure waits for a reader of an older state; the next opening goes on with it")
        }
    }
}

extension Engine {
    /// The writer's lock; made when it is missing.
    static func lockForRepair(_ files: any FileSystem) throws(MemoryError) -> any File {
        do throws(FileError) {
            _ = try files.open(StorePaths.lock, .createIfMissing)
        } catch {
            throw MemoryError(error, "Opening the lock")
        }
        return try takeLock(files, mayCreate: false)
    }
}

extension EngineState {
    /// Records that messages are gone, wherever in the session they stood.
    fileprivate func setAside(_ lost: [Range<UInt64>], _ slot: Int32) {
        let session = hotSession(slot)
        let record = table[slot]
        let before = table.removedRanges(slot)
        let live = lost.map {
            $0.clamped(to: record.pointee.firstLive..<max(record.pointee.firstLive, record.pointee.nextSequence))
        }
        .subtracting(before)
        let count = live.reduce(UInt64(0)) { $0 + UInt64($1.count) }
        record.pointee.liveCount -= min(count, record.pointee.liveCount)
        liveMessages -= min(count, liveMessages)
        table.setRemoved((before + live).merged(), at: slot)
        markDirty(session)
    }
}
