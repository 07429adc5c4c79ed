internal import AgentMemory
internal import LogFiles
internal import LogFormat

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
