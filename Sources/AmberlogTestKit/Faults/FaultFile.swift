internal import LogFiles
private import Synchronization

/// An open file of a ``FaultFileSystem``.
final class FaultFile: File {
    private let base: any File
    private let allocation: AllocationNumber
    private let faults: FaultFileSystem
    /// Whether the next transfer is the one of two that is interrupted.
    private let interruptsNext = Mutex(true)

    init(_ base: any File, allocation: AllocationNumber, faults: FaultFileSystem) {
        self.base = base
        self.allocation = allocation
        self.faults = faults
    }

    var path: String { base.path }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        try faults.perform(.read, path) { () throws(FileError) in
            try interrupt(.read)
            let count = faults.withState { $0.transferCount(of: buffer.count) }
            return try base.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
        }
    }

    func readCached(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int? {
        try faults.perform(.readCached, path) { () throws(FileError) in
            try interrupt(.readCached)
            let count = faults.withState { $0.transferCount(of: buffer.count) }
            return try base.readCached(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
        }
    }

    func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>, at offset: UInt64) throws(FileError) -> Int {
        try faults.perform(.write, path) { () throws(FileError) in
            try interrupt(.write)
            let total = parts.reduce(0) { $0 + $1.count }
            let (wanted, allowed) = faults.withState { state in
                let wanted = state.transferCount(of: total)
                return (wanted, state.space.room(for: wanted, at: Int(offset), of: allocation))
            }
            if wanted > 0, allowed == 0 { throw FileError(.write, path, number: ErrorNumber.noSpace) }
            let count = try write(parts, limit: allowed, of: total, at: offset)
            faults.withState { $0.space.wrote(count, at: Int(offset), of: allocation) }
            return count
        }
    }

    private func write(
        _ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>, limit: Int, of total: Int, at offset: UInt64
    ) throws(FileError) -> Int {
        if limit == total { return try base.write(parts, at: offset) }
        var rest = limit
        var cut: [UnsafeRawBufferPointer] = []
        for part in parts where rest > 0 {
            cut.append(UnsafeRawBufferPointer(rebasing: part.prefix(rest)))
            rest -= min(rest, part.count)
        }
        let result = cut.withUnsafeBufferPointer { buffer in
            Result { () throws(FileError) in try base.write(buffer, at: offset) }
        }
        return try result.get()
    }

    func synchronize() throws(FileError) {
        try faults.perform(.synchronize, path) { () throws(FileError) in try base.synchronize() }
    }

    func startWriteback(from offset: UInt64, count: UInt64) {
        // A hint reports no errors.
        try? faults.perform(.startWriteback, path) { () throws(FileError) in
            base.startWriteback(from: offset, count: count)
        }
    }

    func size() throws(FileError) -> UInt64 {
        try faults.perform(.size, path) { () throws(FileError) in try base.size() }
    }

    func truncate(to size: UInt64) throws(FileError) {
        try faults.perform(.truncate, path) { () throws(FileError) in
            try base.truncate(to: size)
            faults.withState { $0.space.truncated(allocation, to: Int(size)) }
        }
    }

    func tryLock(_ kind: FileLockKind) throws(FileError) -> Bool {
        try faults.perform(.lock, path) { () throws(FileError) in try base.tryLock(kind) }
    }

    func unlock() throws(FileError) {
        try faults.perform(.unlock, path) { () throws(FileError) in try base.unlock() }
    }

    /// Fails every other call with `EINTR`, where that is turned on. A file of its own keeps the count, so that no
    /// caller meets it for ever.
    private func interrupt(_ operation: FileOperation) throws(FileError) {
        guard faults.withState({ $0.interruptsEveryOtherCall }) else { return }
        let isInterrupted = interruptsNext.withLock { next in
            defer { next.toggle() }
            return next
        }
        if isInterrupted {
            throw FileError(operation.errorOperation, path, number: ErrorNumber.interrupted)
        }
    }
}
