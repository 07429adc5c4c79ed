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
            if !names.contains(StorePaths.store) {
                do throws(MemoryError) {
                    try StoreCreation.checkLeftovers(names, in: files)
                } catch {
                    // What is there may have been made since by somebody who makes the store just now.
                    let now = try withFileErrors("Looking at the directory") { () throws(FileError) in
                        try files.list("")
                    }
                    if !now.contains(StorePaths.store) { throw error }
                }
            }
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
            // Those that run would keep the lock for as long as the process lives.
            abandon()
            throw MemoryError(error, "Starting a thread")
        }
        requestMaintenance { state in
            state.isJournalWanted = true
            state.requests.append { try? engine.collectOrphans() }
        }
        if needsCatchUp { requestCatchUp() }
    }
}
