internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Files that nothing refers to: what a crash left between writing a file and publishing it, or between publishing
/// its successor and removing it.
extension Engine {
    /// Removes them. On the maintenance thread, which alone makes segments and journals, so that nothing that is being
    /// made can look like an orphan.
    func collectOrphans() throws(MemoryError) {
        // A reader that has outlived a writer still needs what its manifest refers to.
        guard try collectOrphanManifests() else { return }
        try collectOrphanJournals()
        try collectOrphanRuns()
        let (slots, firstNew) = state.withLock { state -> ([UInt64: Int32], UInt64) in
            var slots: [UInt64: Int32] = [:]
            for slot in 0..<state.table.slotCount where state.table[slot].pointee.number != 0 {
                slots[state.table[slot].pointee.number] = slot
            }
            // Ended, but not yet in the manifest: the next checkpoint removes their files.
            for ended in state.ended { slots[ended.number] = -1 }
            return (slots, state.nextSession)
        }
        for directory in try files.names(in: StorePaths.sessions) {
            if maintenance.withLock({ $0.isClosing }) { return }
            doUrgentMaintenance()
            let names = try files.names(in: "\(StorePaths.sessions)/\(directory)")
            for name in names {
                if let (session, generation) = StorePaths.segmentNumbers(name) {
                    if session >= firstNew {
                        noteStray("\(StorePaths.sessions)/\(directory)/\(name)", session)
                        continue
                    }
                    if let slot = slots[session], isWanted(slot, session, generation, among: names) { continue }
                }
                try catalog.withLock { (catalog) throws(MemoryError) in
                    if try catalog.isPinned || catalog.hasReaders { return }
                    try catalog.removeFile("\(StorePaths.sessions)/\(directory)/\(name)")
                }
            }
        }
    }

    /// Segments are made on this thread, of sessions that have begun. One of a session that nobody has begun was made
    /// before the manifest lost what it knew of it: writing on would write over it.
    private func noteStray(_ path: String, _ session: UInt64) {
        let (number, length) = catalog.withLock { ($0.number, $0.length) }
        state.withLock { state in
            guard session >= state.nextSession, state.damages.isEmpty else { return }
            state.damages.append(
                LostEdits.damage(manifest: number, length: length, by: LostEdits.unknown(path)))
        }
    }

    /// Finds the readers of manifests that another process has replaced: what they need stays until they have let go.
    func adoptReaders() throws(MemoryError) {
        let names = try files.names(in: "")
        try catalog.withLock { (catalog) throws(MemoryError) in
            for name in names {
                guard let number = StorePaths.manifestNumber(name), number != catalog.number else { continue }
                try withFileErrors("Locking an old manifest") { () throws(FileError) in
                    let file = try files.open(name, .read)
                    if try !file.tryLock(.exclusive) { catalog.retain(file, number: number) }
                }
            }
        }
    }

    private func isWanted(_ slot: Int32, _ session: UInt64, _ generation: UInt64, among names: [String]) -> Bool {
        if slot < 0 { return true }
        let inForce = state.withLock { state -> UInt64? in
            let record = state.table[slot].pointee
            // Ended since the list was made: the checkpoint that records it removes the file.
            return record.number == session ? record.generation : nil
        }
        guard let inForce, inForce != generation else { return true }
        // Where the one in force is missing, another may be all that is left.
        return inForce > 0 && !names.contains("\(session).\(inForce).seg")
    }

    private func collectOrphanRuns() throws(MemoryError) {
        let names = try files.names(in: StorePaths.index)
        try catalog.withLock { (catalog) throws(MemoryError) in
            if try catalog.isPinned || catalog.hasReaders { return }
            for name in names {
                if let number = StorePaths.indexRunNumber(name), catalog.runs[number] != nil { continue }
                try catalog.removeFile("\(StorePaths.index)/\(name)")
            }
        }
    }

    private func collectOrphanJournals() throws(MemoryError) {
        let wanted = options.initialJournalBytes
        try catalog.withLock { (catalog) throws(MemoryError) in
            if try catalog.isPinned || catalog.hasReaders { return }
            // With the lock held: the commit thread may give a file that is used again another name.
            let names = try files.names(in: StorePaths.journals)
            let spoken = Set(catalog.recyclable.map(\.number))
            for name in names {
                guard let number = StorePaths.journalNumber(name) else { continue }
                let path = StorePaths.journal(number)
                if catalog.journals[number] != nil || spoken.contains(number) || catalog.hasToBeOverwritten(path) {
                    continue
                }
                let size = try withFileErrors("Looking at a retired journal") { () throws(FileError) in
                    try files.open(path, .read).size()
                }
                // Retired, of the right size: used again instead of filling a new one with zeros.
                if size == wanted, catalog.recyclable.isEmpty {
                    catalog.recyclable.append(
                        JournalState(number: number, file: Identity(high: 0, low: 0), size: size, firstBatch: 0))
                } else {
                    try catalog.removeFile(path)
                }
            }
        }
    }

    /// Returns `false` when a reader has one of them locked.
    private func collectOrphanManifests() throws(MemoryError) -> Bool {
        let names = try files.names(in: "")
        return try catalog.withLock { (catalog) throws(MemoryError) in
            if try catalog.isPinned || catalog.hasReaders { return false }
            var isFree = true
            for name in names {
                if name.hasSuffix(StorePaths.temporarySuffix) {
                    try catalog.removeFile(name)
                } else if let number = StorePaths.manifestNumber(name), number != catalog.number {
                    let isUnlocked = try withFileErrors("Locking an old manifest") { () throws(FileError) -> Bool in
                        try files.open(name, .read).tryLock(.exclusive)
                    }
                    if isUnlocked { try catalog.removeFile(name) } else { isFree = false }
                }
            }
            return isFree
        }
    }
}
