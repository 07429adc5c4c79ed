internal import AgentMemory
internal import LogFiles

/// A synchronization that failed is final: what was pending may be lost, and the system won't say so again.
extension Engine {
    /// Takes no more writes if an error says that a synchronization failed, and leaves word for the next opening.
    ///
    /// The page cache goes on showing the bytes that the medium lacks, and synchronizing them again would report success
    /// and write nothing. So the next opening must not build on them: the file POISONED tells it. That file needs no
    /// synchronization, because a power loss that takes it takes the page cache with it.
    func poison(by error: MemoryError) {
        guard error.code == .poisoned else { return }
        state.withLock { $0.failure = $0.failure ?? error }
        _ = try? files.open(StorePaths.poisoned, .createIfMissing)
    }

    /// Runs work that synchronizes files of the store.
    func poisoning<Value>(_ work: () throws(MemoryError) -> Value) throws(MemoryError) -> Value {
        do throws(MemoryError) {
            return try work()
        } catch {
            poison(by: error)
            throw error
        }
    }

    /// Whether the process before this one was told that a synchronization had failed.
    func wasPoisoned() throws(MemoryError) -> Bool {
        do throws(FileError) {
            _ = try files.open(StorePaths.poisoned, .read)
            return true
        } catch  where error.isNotFound {
            return false
        } catch {
            throw MemoryError(error, "Looking for a mark of a failed synchronization")
        }
    }

    /// Writes everything that recovery read anew, so that nothing depends on what only the page cache may hold.
    func moveToFreshFiles() throws(MemoryError) {
        try checkpoint()
        try withFileErrors("Removing the mark of a failed synchronization") { () throws(FileError) in
            try files.remove(StorePaths.poisoned)
            try files.synchronizeDirectory("")
        }
    }
}
