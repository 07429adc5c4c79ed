internal import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

/// Opening a store: find out what the disk holds, replay what no segment has, and get ready to write.
extension Engine {
    /// Opens, recovering whatever a crash has left. May wait for the disk.
    static func open(_ files: any FileSystem, _ options: StoreOptions) throws(MemoryError) -> Engine {
        let resolved = try ResolvedOptions(options)
        let maximumFiles = options.maximumOpenFiles ?? DescriptorLimit.recommended()
        if resolved.access == .readOnly {
            return try openReader(files, resolved, options.clock, maximumFiles)
        }
        let lock = try takeLock(files, mayCreate: resolved.access == .createIfMissing)
        let identity: StoreIdentity
        do throws(MemoryError) {
            identity = try ManifestReader.identity(in: files)
        } catch  where error.code == .notAStore && resolved.access == .createIfMissing {
            identity = try StoreCreation.create(in: files, clock: options.clock)
        }
        guard identity.readOnlyCompatible & ~StoreIdentity.knownReadOnlyCompatible == 0 else {
            throw MemoryError(
                .unsupportedFormat, "The store uses features that this version can only read",
                at: .init(file: StorePaths.store))
        }
        let found = try Findings.read(files, identity, resolved, maximumFiles, isLive: false)
        // A damaged store takes no writes, and opens without an anchor, too.
        var anchor: AnchorFile?
        if !found.isDamaged {
            try withFileErrors("Opening the manifest and the anchor") { () throws(FileError) in
                anchor = AnchorFile(
                    file: try files.open(StorePaths.anchor, .createIfMissing), store: identity.id, last: found.anchor)
                found.manifest.file = try files.open(StorePaths.manifest(found.manifest.number), .readWrite)
            }
        }
        let engine = found.engine(files, resolved, identity, options.clock, anchor: anchor, lock: lock)
        if found.isDamaged { return engine }
        try engine.poisoning { () throws(MemoryError) in
            try engine.settle(found)
            do throws(MemoryError) {
                if found.anchor == nil { try engine.writeAnchor() }
            } catch  where error.code == .noSpace {
                engine.noteFailure(error)
            }
        }
        try engine.startThreads()
        return engine
    }

    /// Waits for the writer's directory lock, or says who has it.
    static func takeLock(_ files: any FileSystem, mayCreate: Bool) throws(MemoryError) -> any File {
        if mayCreate {
            let names = try withFileErrors("Looking at the directory") { () throws(FileError) in try files.list("") }
            if !names.contains(StorePaths.store) { try StoreCreation.checkLeftovers(names, in: files) }
        }
        let file: any File
        do throws(FileError) {
            file = try files.open(StorePaths.lock, mayCreate ? .createIfMissing : .readWrite)
        } catch {
            throw error.isNotFound
                ? MemoryError(.notAStore, "The directory holds no store", at: .init(file: StorePaths.lock))
                : MemoryError(error, "Opening the lock")
        }
        return try lock(file)
    }

    /// Tries a few times, because a reader that looks for a writer has the lock for a moment.
    private static func takesLock(_ file: any File) throws(FileError) -> Bool {
        for attempt in 0..<4 {
            if attempt > 0 { ProcessIdentity.sleep_ms(2) }
            if try file.tryLock(.exclusive) { return true }
        }
        return false
    }

    private static func lock(_ file: any File) throws(MemoryError) -> any File {
        do throws(FileError) {
            guard try takesLock(file) else {
                let owner = String(decoding: (try? file.bytes(from: 0, count: 32)) ?? [], as: UTF8.self)
                    .prefix { $0.isNumber }
                throw FileError(.lock, String(owner), number: 0)
            }
            let pid = Array("\(ProcessIdentity.pid)\n".utf8)
            try file.truncate(to: 0)
            try file.writeFully(pid, at: 0)
            return file
        } catch  where error.operation == .lock && error.number == 0 {
            throw MemoryError(
                .locked,
                error.path.isEmpty
                    ? "Another process has the store open for writing"
                    : "Process \(error.path) has the store open for writing",
                at: .init(file: StorePaths.lock), retry: .later)
        } catch {
            throw MemoryError(error, "Locking the store")
        }
    }

    /// Puts right what recovery found: torn tails are kept aside and cut off, journals are closed, a torn manifest is
    /// replaced, erasures that were interrupted are finished.
    ///
    /// Every step can be repeated: a crash in the middle leaves something that the next opening settles again.
    private func settle(_ found: Findings) throws(MemoryError) {
        try skipUsedNumbers()
        try adoptReaders()
        // What the process before has written, and not made durable when it was killed, is built on from here on: the
        // last edit, and which manifest is in force. And the anchor may have just been made.
        try withFileErrors("Synchronizing what was found") { () throws(FileError) in
            try found.manifest.file.synchronize()
            try files.synchronizeDirectory("")
        }
        let wasPoisoned = try wasPoisoned()
        for journal in found.journals {
            // What a crash of the process left in the page cache only.
            if journal.hasContents {
                try withFileErrors("Synchronizing a recovered journal") { () throws(FileError) in
                    try journal.file.synchronize()
                }
            }
            if case .torn(let offset) = journal.contents.tail {
                do throws(MemoryError) {
                    try TornTail.cut(journal.file, number: journal.state.number, from: offset, in: files)
                } catch  where error.code == .noSpace {
                    // It stays where it is: the edit below says that the journal ends before it.
                    noteFailure(error)
                }
            }
        }
        let erasing = found.erased.union(found.manifest.erasing)
        try catalog.withLock { (catalog) throws(MemoryError) in
            var items: [ManifestItem] = []
            for journal in found.journals {
                var state = journal.state
                if journal.hasContents {
                    if state.endOffset == 0, !wasPoisoned {
                        state.endOffset = journal.contents.endOffset
                        state.lastBatch = journal.lastBatch
                        items.append(.journal(state))
                    }
                    catalog.journals[state.number] = state
                } else {
                    items.append(.journalRetired(state.number))
                    catalog.journals[state.number] = nil
                }
            }
            if found.manifest.isTorn {
                try TornTail.keep(
                    found.manifest.file, name: "manifest-\(found.manifest.number)", from: found.manifest.length,
                    in: files)
            } else if !items.isEmpty, !wasPoisoned {
                try catalog.append(items)
                // Empty ones are there to be used again, also when the disk has no room for new ones.
                catalog.recyclable += found.journals.filter { !$0.hasContents }.map(\.state)
            }
            catalog.beginErasing(erasing, nextFile: state.withLock { $0.nextFile })
        }
        if found.manifest.isTorn || wasPoisoned {
            try replaceManifest()
            try catalog.withLock { (catalog) throws(MemoryError) in try catalog.collectGraves() }
        }
        if wasPoisoned { try moveToFreshFiles() }
        do throws(MemoryError) {
            if !erasing.isEmpty { _ = try finishErasures() }
        } catch  where error.code == .readersActive {
            // No reason not to open: the next erase goes on with it, or the next opening.
            noteFailure(error)
        }
        if options.scheduling == .inline { try collectOrphans() }
    }

    /// Files that a crash kept from being published have numbers that nothing records: none is given again.
    func skipUsedNumbers() throws(MemoryError) {
        let used = try withFileErrors("Listing files") { () throws(FileError) in
            try files.list("").compactMap(StorePaths.manifestNumber)
                + files.list(StorePaths.journals).compactMap(StorePaths.journalNumber)
                + indexRunNumbers()
        }
        state.withLock { $0.nextFile = max($0.nextFile, (used.max() ?? 0) + 1) }
    }

    private func startThreads() throws(MemoryError) {
        guard options.scheduling == .threads else {
            catchUpInline()
            return
        }
        let engine = self
        do throws(FileError) {
            let commit = try WorkerThread(name: "amberlog-commit") { engine.commitLoop() }
            threads.withLock { $0.append(commit) }
            let maintain = try WorkerThread(name: "amberlog-maint") { engine.maintenanceLoop() }
            threads.withLock { $0.append(maintain) }
            if options.isSearchEnabled {
                let index = try WorkerThread(name: "amberlog-index", isBackground: true) { engine.indexLoop() }
                threads.withLock { $0.insert(index, at: 0) }
            }
        } catch {
            throw MemoryError(error, "Starting a thread")
        }
        requestMaintenance { state in
            state.isJournalWanted = true
            state.requests.append { try? engine.collectOrphans() }
        }
        if needsCatchUp { requestCatchUp() }
    }
}

/// What the disk holds.
final class Findings {
    struct Journal {
        var state: JournalState
        var file: any File
        var contents: JournalContents
        var lastBatch: UInt64

        var hasContents: Bool { !contents.batches.isEmpty }
    }

    var manifest: ManifestContents
    let anchor: Anchor?
    let state: EngineState
    private(set) var journals: [Journal] = []
    private(set) var erased: Set<UInt64> = []

    var isDamaged: Bool { !state.damages.isEmpty }

    private init(_ manifest: ManifestContents, _ anchor: Anchor?, _ state: EngineState) {
        self.manifest = manifest
        self.anchor = anchor
        self.state = state
    }

    /// Reads manifest and journals and replays them. Changes no byte.
    ///
    /// - Parameter isLive: A writer may be at work: its newest batches count only as far as they are known to be
    ///   durable.
    static func read(
        _ files: any FileSystem, _ identity: StoreIdentity, _ options: ResolvedOptions, _ maximumFiles: Int,
        isLive: Bool, pinned: (number: UInt64, file: any File)? = nil
    ) throws(MemoryError) -> Findings {
        let anchor = try ManifestReader.anchor(store: identity.id, in: files)
        let number: UInt64
        let file: any File
        if let pinned {
            (number, file) = pinned
        } else {
            number = try ManifestReader.current(store: identity.id, in: files)
            do throws(FileError) {
                file = try files.open(StorePaths.manifest(number), .read)
            } catch {
                throw error.isNotFound
                    ? .damaged("The manifest is missing", file: StorePaths.manifest(number), offset: nil)
                    : MemoryError(error, "Opening the manifest")
            }
        }
        let manifest = try ManifestReader.read(number, file, store: identity.id, anchor: anchor)
        guard manifest.hasCounters else {
            throw .damaged(
                "The manifest ends before its first edit is complete", file: StorePaths.manifest(number),
                offset: manifest.length)
        }
        return try replaying(manifest, anchor, files, identity, options, maximumFiles, isLive: isLive)
    }

    /// So that sums of what a manifest says never overflow, whoever wrote it.
    private static let totalMax: UInt64 = 1 << 60

    /// Replays the journals on top of a manifest. Changes no byte.
    static func replaying(
        _ manifest: ManifestContents, _ anchor: Anchor?, _ files: any FileSystem, _ identity: StoreIdentity,
        _ options: ResolvedOptions, _ maximumFiles: Int, isLive: Bool
    ) throws(MemoryError) -> Findings {
        // Replay adds to the backlog, so it has to know.
        let state = EngineState(
            table: manifest.table, maximumOpenFiles: maximumFiles, cacheBytes: options.cacheBytes,
            journalBytes: options.initialJournalBytes)
        state.backlog.isEnabled = options.isSearchEnabled
        for slot in manifest.slots.values {
            let record = manifest.table[slot].pointee
            state.liveMessages = min(state.liveMessages + record.liveCount, Self.totalMax)
            state.liveBytes = min(state.liveBytes + record.liveBytes, Self.totalMax)
            state.segmentBytes = min(state.segmentBytes + record.segmentLength, Self.totalMax)
        }
        state.nextSession = manifest.counters.nextSession
        state.nextFile = max(
            manifest.counters.nextFile, (manifest.journals.keys.max() ?? 0) + 1, (manifest.runs.keys.max() ?? 0) + 1,
            manifest.number + 1)
        state.latestClock_µs = manifest.counters.clock_µs
        let findings = Findings(manifest, anchor, state)
        try findings.replay(files, identity, slots: manifest.slots, isLive: isLive)
        findings.manifest.slots = [:]
        return findings
    }

    private func replay(
        _ files: any FileSystem, _ identity: StoreIdentity, slots: [UInt64: Int32], isLive: Bool
    ) throws(MemoryError) {
        let listed = manifest.journals.values.sorted { $0.number < $1.number }
        var loaded: [(state: JournalState, file: any File, bytes: [UInt8], seed: UInt32, first: UInt64)] = []
        for journal in listed {
            guard let opened = try open(journal, files, identity) else { continue }
            loaded.append((journal, opened.file, opened.bytes, journal.file.checksumSeed, opened.first))
        }
        let checkpointed = manifest.counters.checkpointed
        // A journal is written to only after its predecessor is durable, so each one vouches for the one before it, up to
        // where it takes over itself.
        var known = Array(repeating: anchor?.durableThrough ?? 0, count: loaded.count)
        for index in loaded.indices.reversed().dropFirst() {
            let next = loaded[index + 1]
            known[index] = next.first > 0 ? next.first - 1 : max(known[index], known[index + 1])
        }
        var replay = Replay(state, slots: slots, checkpointed: checkpointed, idKey: identity.id)
        var expected: UInt64 = 0
        for (index, journal) in loaded.enumerated() {
            var first = expected
            if first == 0 {
                first = journal.state.firstBatch > 0 ? journal.state.firstBatch : journal.first
                if first > checkpointed + 1 {
                    report(journal.state, at: UInt64(Limits.blockBytes), "Batches before \(first) are missing")
                }
                if first == 0 { first = checkpointed + 1 }
            }
            let end = journal.state.endOffset > 0 ? Int(journal.state.endOffset) : journal.bytes.count
            let vouched = journal.state.endOffset > 0 ? max(known[index], journal.state.lastBatch) : known[index]
            var contents = journal.bytes.withUnsafeBytes { bytes in
                JournalReader.read(
                    UnsafeRawBufferPointer(rebasing: bytes[..<min(end, bytes.count)]), seed: journal.seed,
                    firstBatch: first, durableThrough: vouched)
            }
            if isLive { contents.keep(through: max(contents.durableThrough, vouched, checkpointed)) }
            for damage in contents.damages where damage.through > checkpointed { report(damage, journal.state) }
            replay.scanEnds(contents)
            let last = max(contents.lastNumber, contents.damages.map(\.through).max() ?? 0)
            journals.append(
                Journal(state: journal.state, file: journal.file, contents: contents, lastBatch: last))
            expected = last > 0 ? last + 1 : first
        }
        for (journal, source) in zip(journals, loaded) {
            source.bytes.withUnsafeBytes { bytes in
                for batch in journal.contents.batches {
                    replay.apply(batch, bytes, file: StorePaths.journal(journal.state.number))
                }
            }
        }
        erased = replay.erased
        let last = max(replay.lastBatch, checkpointed, anchor?.durableThrough ?? 0, expected > 0 ? expected - 1 : 0)
        state.nextBatch = last + 1
        state.committedThrough = last
        state.durableThrough = last
        state.anchoredThrough = anchor?.durableThrough ?? 0
        for journal in journals where journal.hasContents {
            var closed = journal.state
            closed.endOffset = journal.contents.endOffset
            closed.lastBatch = journal.lastBatch
            state.closedJournals.append(closed)
        }
        // A live writer may have named another journal by now.
        guard !isLive else { return }
        var trace = try LostEdits.journal(
            in: files, besides: manifest.journals.keys, store: identity.id, after: last)
        // The anchor vouches for the manifest. Where there is none, every segment is looked at.
        if trace == nil, anchor == nil {
            trace = try LostEdits.segments(
                in: files, of: state, store: identity.id, after: state.damages.isEmpty ? last : checkpointed)
        }
        if let trace {
            state.damages.append(
                LostEdits.damage(manifest: manifest.number, length: manifest.length, by: trace))
        }
    }

    /// Opens a journal and checks that it is the one that the manifest lists.
    private func open(
        _ journal: JournalState, _ files: any FileSystem, _ identity: StoreIdentity
    ) throws(MemoryError) -> (file: any File, bytes: [UInt8], first: UInt64)? {
        let path = StorePaths.journal(journal.number)
        let file: any File
        let bytes: [UInt8]
        do throws(FileError) {
            file = try files.open(path, .read)
            bytes = try file.bytes(from: 0, count: Int(min(try file.size(), UInt64(Limits.journalBytesMax))))
        } catch  where error.isNotFound {
            report(journal, at: 0, "The journal is missing")
            return nil
        } catch {
            throw MemoryError(error, "Reading a journal")
        }
        if UInt64(bytes.count) < journal.size {
            report(journal, at: UInt64(bytes.count), "The journal is shorter than its \(journal.size) bytes")
        }
        let header = bytes.withUnsafeBytes { try? FileHeader.decode($0).header }
        guard let header, header.kind == .journal, header.store == identity.id, header.file == journal.file else {
            report(journal, at: 0, "The journal is not the one that the manifest lists")
            return nil
        }
        let seed = journal.file.checksumSeed
        let first = bytes.withUnsafeBytes { JournalReader.firstFrame($0, seed: seed)?.sequence ?? 0 }
        return (file, bytes, first)
    }

    private func report(_ journal: JournalState, at offset: UInt64, _ what: String) {
        state.damages.append(
            StoreDamage(file: StorePaths.journal(journal.number), offset: offset, sessions: nil, what: what))
    }

    private func report(_ damage: JournalContents.Damage, _ journal: JournalState) {
        // The sessions that are known are reported with their sequences when the batch is replayed.
        guard damage.sessions == nil else { return }
        report(
            journal, at: damage.offset,
            "Batches \(damage.batch) to \(damage.through) are damaged; which sessions they changed can't be known")
    }

    /// Hands everything over to an engine.
    func engine(
        _ files: any FileSystem, _ options: ResolvedOptions, _ identity: StoreIdentity, _ clock: any WallClock,
        anchor: AnchorFile?, lock: (any File)?
    ) -> Engine {
        let catalog = Catalog(
            files: files, store: identity.id, number: manifest.number, file: manifest.file, seed: manifest.seed,
            length: manifest.length, nextEdit: manifest.nextEdit,
            allocated: manifest.isTorn ? nil : manifest.size)
        catalog.checkpointed = manifest.counters.checkpointed
        catalog.indexed = manifest.counters.indexed
        catalog.runs = manifest.runs
        catalog.journals = manifest.journals
        // A manifest that a repair made again may know segments and yet say that no batch stands in any.
        let isBehind = catalog.indexed < catalog.checkpointed || catalog.indexed == 0 && state.segmentBytes > 0
        let lacksRuns = options.isSearchEnabled && isBehind
        // Nothing keeps a reference to these three but the engine's monitors.
        nonisolated(unsafe) let handedOver = (state, catalog, anchor)
        let engine = Engine(
            files: files, options: options, identity: identity, clock: clock, state: handedOver.0,
            catalog: handedOver.1, anchor: handedOver.2, lockFile: lock)
        // From the beginning, so that no search takes the index for complete, and no checkpoint moves the mark of what
        // is indexed past what isn't.
        if lacksRuns { engine.noteIndexGap() }
        return engine
    }
}

extension JournalContents {
    /// Forgets batches that a live writer has not confirmed yet.
    fileprivate mutating func keep(through number: UInt64) {
        while let last = batches.last, last.header.number > number {
            batches.removeLast()
            endOffset = last.offset
            lastNumber = last.header.number - 1
        }
    }
}
