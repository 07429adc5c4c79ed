internal import AgentMemory
internal import LogFiles

extension Engine {
    /// Opens files; once more, when there are no descriptors left, without those that are only kept open for later reads.
    func sheddingDescriptors<Value, Failure: DescriptorFailure>(
        _ work: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        while true {
            do throws(Failure) {
                return try work()
            } catch  where error.isTooManyFiles {
                guard shedDescriptors() else { throw error }
            }
        }
    }

    /// - Returns: Whether there were any.
    private func shedDescriptors() -> Bool {
        state.withLock { state in
            if state.descriptors.count == 0 { return false }
            state.descriptors.shed { evicted in state.table[evicted].pointee.descriptor = -1 }
            return true
        }
    }

    /// Opens a file, shedding descriptors where that is needed.
    func openFile(_ path: String, _ mode: OpenMode) throws(FileError) -> any File {
        try sheddingDescriptors { () throws(FileError) in try files.open(path, mode) }
    }
}

/// An error that may say that there are no descriptors left.
protocol DescriptorFailure: Error {
    var isTooManyFiles: Bool { get }
}

extension FileError: DescriptorFailure {}

extension MemoryError: DescriptorFailure {
    var isTooManyFiles: Bool { systemErrorNumber.map { FileError(.open, "", number: $0).isTooManyFiles } ?? false }
}
