internal import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

/// Index runs in files: made of runs in memory after a checkpoint, merged in tiers. All on the maintenance thread.
extension Engine {
    /// So many runs of a tier are merged into one of the next.
    private static let tierRuns = 4
    /// So many are merged before the next sweep is due.
    private static let unmergedRunsMax = 16
    /// Runs in memory that can't be written (no room) are given up at this size, and indexed again later.
    private static let memoryBytesMax = 96 << 20

    /// Writes what a checkpoint has taken over into a run.
    ///
    /// - Parameter through: Every batch up to it is durable and in segments.
    func flushIndex(through: UInt64, epoch: UInt64) throws(MemoryError) {
        guard options.isSearchEnabled else { return }
        try indexBacklog(finishingBefore: epoch)
        let runs = search.contents.withLock { contents in contents.memory.filter { $0.epoch < epoch } }
        do throws(MemoryError) {
            let isCatchingUp = search.contents.withLock { $0.isCatchingUp }
            let indexed = isCatchingUp ? nil : through
            if runs.isEmpty {
                try recordIndexed(indexed)
                return
            }
            _ = try replaceRuns([], adding: runs.map(\.reader), indexed: indexed) { true }
            // Many checkpoints in a short time make many runs, and each costs every search, and a descriptor.
            if catalog.withLock({ $0.runs.count >= Self.unmergedRunsMax }) {
                requestMaintenance { $0.isSweepWanted = true }
            }
        } catch {
            giveUpMemoryRuns()
            throw error
        }
    }

    private func giveUpMemoryRuns() {
        search.contents.withLock { contents in
            let bytes = contents.memory.reduce(0) { $0 + $1.reader.residentBytes }
            if bytes < Self.memoryBytesMax { return }
            contents.memory = []
            contents.noteGap()
        }
    }

    /// A checkpoint without messages still moves the mark on. Were that not written down, the next opening would look
    /// for messages that no run has.
    private func recordIndexed(_ indexed: UInt64?) throws(MemoryError) {
        guard let indexed, catalog.withLock({ $0.indexed < indexed }) else { return }
        try publish(nil, instead: [], indexed: indexed)
    }

    /// Puts one run in force in place of some others.
    ///
    /// - Parameters:
    ///   - old: Runs in files, all made with the same options.
    ///   - memory: Runs in memory, made with those that the store is open with.
    ///   - indexed: The new mark: every message of a batch up to it is in a run then.
    ///   - keepsOld: The caller sees to the files of the old runs.
    ///   - goesOn: `false` gives up.
    /// - Returns: Whether it was done.
    func replaceRuns(
        _ old: [SearchIndex.DiskRun], adding memory: [RunReader], indexed: UInt64?,
        keepsOld: Bool = false, goesOn: () -> Bool
    ) throws(MemoryError) -> Bool {
        let number = state.withLock { state -> UInt64 in
            state.nextFile += 1
            return state.nextFile - 1
        }
        let identity = Identity.random()
        let path = StorePaths.indexRun(number)
        var fresh: SearchIndex.DiskRun?
        do throws(MemoryError) {
            let file = try withFileErrors("Making an index run") { () throws(FileError) -> any File in
                do throws(FileError) {
                    return try openFile(path, .create)
                } catch  where error.isNotFound {
                    try files.createDirectory(StorePaths.index)
                    try files.synchronizeDirectory("")
                    return try openFile(path, .create)
                }
            }
            let output = try RunOutput(file: file, store: self.identity.id, identity: identity, number: number)
            let runs = old.map(\.reader) + memory
            guard
                let pages = try RunMerger.merge(
                    runs, into: output, tokenOptions: runs.first?.summary.tokenOptions ?? tokenOptions,
                    isLive: liveSequences, goesOn: goesOn)
            else {
                try? files.remove(path)
                return false
            }
            if pages > 0 {
                try withFileErrors("Synchronizing an index run") { () throws(FileError) in
                    try file.synchronize()
                    try files.synchronizeDirectory(StorePaths.index)
                }
                let reading = try withFileErrors("Opening an index run") { () throws(FileError) in
                    try openFile(path, .read)
                }
                let reader = try RunReader.open(reading, identity: identity, pages: pages, cacheKey: number)
                fresh = SearchIndex.DiskRun(
                    state: IndexRunState(
                        number: number, file: identity, pages: UInt64(pages), documents: UInt64(reader.documents)),
                    reader: reader)
            } else {
                try? files.remove(path)
            }
        } catch {
            try? files.remove(path)
            throw error
        }
        // The merge left out what had been removed. Were a removal lost together with the journal's end, its messages
        // would be back, and in no run.
        guard synchronizeJournal() else { throw state.withLock { $0.failure } ?? .closedStore }
        try search.listing.withLock { (_) throws(MemoryError) in
            // When this fails, the manifest may name the file all the same: it stays until the next opening looks.
            try publish(fresh?.state, instead: old.map(\.state.number), indexed: indexed)
            replaceInMemory(old, adding: memory, by: fresh)
        }
        for run in old { search.cache.remove(run: run.state.number) }
        if !keepsOld { try reclaim(old.map { StorePaths.indexRun($0.state.number) }, journals: []) }
        return true
    }

    private func replaceInMemory(
        _ old: [SearchIndex.DiskRun], adding memory: [RunReader], by fresh: SearchIndex.DiskRun?
    ) {
        search.finishing.withLock { _ in
            search.contents.withLock { contents in
                contents.memory.removeAll { run in memory.contains { $0 === run.reader } }
                if var disk = contents.disk {
                    // A merged run takes the place of the first of those it came from: runs stay in the order of time.
                    let place = disk.firstIndex { run in old.contains { $0.state.number == run.state.number } }
                    disk.removeAll { run in old.contains { $0.state.number == run.state.number } }
                    if let fresh { disk.insert(fresh, at: min(place ?? disk.count, disk.count)) }
                    contents.disk = disk
                }
                contents.version += 1
            }
        }
    }

    private func publish(_ fresh: IndexRunState?, instead old: [UInt64], indexed: UInt64?) throws(MemoryError) {
        let counters = state.withLock { $0.counters }
        try catalog.withLock { (catalog) throws(MemoryError) in
            var items: [ManifestItem] = old.map { .indexRunRemoved($0) }
            if let fresh { items.append(.indexRun(fresh)) }
            let before = catalog.indexed
            if let indexed { catalog.indexed = max(before, indexed) }
            items.append(.counters(catalog.completing(counters)))
            do throws(MemoryError) {
                try catalog.append(items)
            } catch {
                catalog.indexed = before
                throw error
            }
            for number in old { catalog.runs[number] = nil }
            if let fresh { catalog.runs[fresh.number] = fresh }
        }
    }

    // MARK: Merging

    /// Opens the runs that the manifest lists, once. May wait for the disk.
    func openRuns() throws(MemoryError) -> [SearchIndex.DiskRun] {
        if let known = search.contents.withLock({ $0.disk }) { return known }
        return try search.listing.withLock { (_) throws(MemoryError) in
            // Another one may have been faster.
            if let known = search.contents.withLock({ $0.disk }) { return known }
            var runs: [SearchIndex.DiskRun] = []
            for state in catalog.withLock({ $0.runs.values.sorted { $0.number < $1.number } }) {
                do throws(MemoryError) {
                    runs.append(try openRun(state))
                } catch  where error.isTooManyFiles {
                    // Nothing is wrong with the run.
                    throw error
                } catch {
                    noteDamagedRun(state.number, error)
                }
            }
            return search.contents.withLock { contents in
                contents.disk = runs
                contents.version += 1
                return runs
            }
        }
    }

    func openRun(_ state: IndexRunState) throws(MemoryError) -> SearchIndex.DiskRun {
        let file = try withFileErrors("Opening an index run") { () throws(FileError) in
            try openFile(StorePaths.indexRun(state.number), .read)
        }
        let reader = try RunReader.open(file, identity: state.file, pages: Int(state.pages), cacheKey: state.number)
        return SearchIndex.DiskRun(state: state, reader: reader)
    }

    /// Takes a run out of force. Its file stays.
    func removeRun(_ number: UInt64) throws(MemoryError) {
        if catalog.withLock({ $0.runs[number] == nil }) { return }
        try search.listing.withLock { (_) throws(MemoryError) in
            try unlistRuns([number])
            search.contents.withLock { contents in
                contents.disk?.removeAll { $0.state.number == number }
                contents.version += 1
            }
        }
    }

    /// Searches do without the run from now on; its messages are indexed again in the background.
    func noteDamagedRun(_ number: UInt64, _ error: MemoryError) {
        let isNew = search.contents.withLock { contents -> Bool in
            contents.disk?.removeAll { $0.state.number == number }
            guard contents.damaged.updateValue(error, forKey: number) == nil else { return false }
            // Only once: a search that began before the run was replaced finds the same damage again.
            contents.noteGap()
            return true
        }
        guard isNew, !isReadOnly else { return }
        state.withLock { $0.lastMaintenanceFailure = error }
        requestCatchUp()
    }

    /// If an error says that a run is damaged, notes that.
    ///
    /// - Returns: Whether it does.
    func noteDamage(_ error: MemoryError) -> Bool {
        guard error.code == .damaged, let file = error.place.file, let slash = file.lastIndex(of: "/"),
            let number = StorePaths.indexRunNumber(String(file[file.index(after: slash)...]))
        else { return false }
        noteDamagedRun(number, error)
        return true
    }

    /// Merges neighbouring runs of a tier, if there are enough of them.
    func mergeRuns() throws(MemoryError) {
        guard options.isSearchEnabled else { return }
        while true {
            let runs = try openRuns()
            guard let group = Self.mergeGroup(runs) else { return }
            if maintenance.withLock({ $0.isClosing }) { return }
            do throws(MemoryError) {
                if try !replaceRuns(group, adding: [], indexed: nil, goesOn: { self.restBetweenSteps() }) { return }
            } catch {
                guard noteDamage(error) else { throw error }
            }
        }
    }

    /// Saves come first, and half of a core is enough: as long as a step took, it rests.
    private func restBetweenSteps() -> Bool {
        if maintenance.withLock({ $0.isClosing }) { return false }
        if options.scheduling == .inline { return true }
        doUrgentMaintenance()
        ProcessIdentity.sleep_ms(Self.rest_ms)
        return true
    }

    private static let rest_ms = 10

    /// The newest neighbours of one tier that were made with the same options, when there are enough.
    static func mergeGroup(_ runs: [SearchIndex.DiskRun]) -> [SearchIndex.DiskRun]? {
        var end = runs.count
        while end >= tierRuns {
            let tier = tier(runs[end - 1])
            var start = end
            let options = runs[end - 1].reader.summary.tokenOptions
            while start > 0, self.tier(runs[start - 1]) <= tier,
                runs[start - 1].reader.summary.tokenOptions == options
            {
                start -= 1
            }
            if end - start >= tierRuns { return Array(runs[start..<end]) }
            end = start
        }
        return nil
    }

    /// Runs of a tier are up to four times as large as those of the tier before.
    private static func tier(_ run: SearchIndex.DiskRun) -> Int {
        (Int.bitWidth - Int(run.state.documents >> 12).leadingZeroBitCount + 1) / 2
    }

    /// Merges everything into one run for each way that messages were indexed. On the maintenance thread.
    func mergeAllRuns() throws(MemoryError) {
        guard options.isSearchEnabled else { return }
        let runs = try openRuns()
        let hasDeadMessages = hasDeadMessages(runs)
        let groups = Dictionary(grouping: runs) { $0.reader.summary.tokenOptions }
        do throws(MemoryError) {
            for (_, group) in groups.sorted(by: { $0.key < $1.key }) where group.count > 1 || hasDeadMessages {
                _ = try replaceRuns(group, adding: [], indexed: nil) {
                    self.doUrgentMaintenance()
                    return true
                }
            }
        } catch {
            // What a damaged run holds is indexed again from the segments.
            guard noteDamage(error) else { throw error }
            try catchUpIndex()
        }
    }

    private func hasDeadMessages(_ runs: [SearchIndex.DiskRun]) -> Bool {
        let indexed = runs.reduce(0) { $0 + $1.state.documents }
        return indexed > state.withLock { $0.liveMessages }
    }

    /// The numbers of the run files that are there.
    func indexRunNumbers() throws(FileError) -> [UInt64] {
        do throws(FileError) {
            return try files.list(StorePaths.index).compactMap(StorePaths.indexRunNumber)
        } catch  where error.isNotFound {
            return []
        }
    }
}
