public import LogFiles
private import Synchronization

/// A file system that fails on command, over another one that does the work.
///
/// ```swift
/// let files = FaultFileSystem(SimulatedFileSystem(disk))
/// files.inject(Fault(ErrorNumber.inputOutput, at: [.synchronize], in: "journal/"))
/// // ... the store is poisoned ...
/// #expect(files.count(of: [.synchronize], in: "journal/") == 1)
/// ```
///
/// An operation is counted when it is called, whether it then fails or not. The path of a file's operations is the
/// one that it was opened by.
public final class FaultFileSystem: FileSystem {
    /// How much of what is asked for one read or write moves.
    public enum Transfers: Sendable, Hashable {
        case whole
        case oneByte
        /// Between one byte and all of them.
        case random(seed: UInt64)
    }

    private let base: any FileSystem
    private let state = Mutex(FaultState())

    /// A file system that does as another one, as long as no fault is injected.
    public init(_ base: any FileSystem) {
        self.base = base
    }

    // MARK: Faults

    /// Adds a fault. Of several that match an operation the first strikes.
    public func inject(_ fault: Fault) {
        state.withLock { $0.faults.append(fault) }
    }

    /// Takes every fault back, those that haven't struck as well.
    public func removeFaults() {
        state.withLock { $0.faults = [] }
    }

    /// How many operations have failed by ``inject(_:)``.
    public var injectedCount: Int { state.withLock { $0.injectedCount } }

    /// Lets files grow by this many bytes more, then writes are short and fail with `ENOSPC`. `nil` lifts the limit.
    ///
    /// Writing over bytes that were written before needs no space. Removing or cutting a file gives its bytes back.
    public func limitSpace(to bytes: Int?) {
        state.withLock { $0.space.available = bytes }
    }

    /// How many bytes files may still grow by; `nil` where there is no limit.
    public var availableSpace: Int? { state.withLock { $0.space.available } }

    /// Makes reads and writes short.
    public func setTransfers(_ transfers: Transfers) {
        state.withLock { state in
            state.transfers = transfers
            if case .random(let seed) = transfers { state.generator = SeededGenerator(seed: seed) }
        }
    }

    /// Makes every other read and every other write of a file fail with `EINTR`, the first one included.
    public func setInterruptions(_ isOn: Bool) {
        state.withLock { $0.interruptsEveryOtherCall = isOn }
    }

    // MARK: Counters

    /// How often operations of these kinds were called on paths with this prefix.
    public func count(of operations: Set<FileOperation>, in pathPrefix: String = "") -> Int {
        state.withLock { state in
            operations.reduce(0) { total, operation in
                (state.counts[operation] ?? [:]).reduce(total) {
                    $1.key.hasPrefix(pathPrefix) ? $0 + $1.value : $0
                }
            }
        }
    }

    /// How often the operation was called, by path.
    public func counts(of operation: FileOperation) -> [String: Int] {
        state.withLock { $0.counts[operation] ?? [:] }
    }

    /// Sets every counter to zero. Faults are not touched.
    public func resetCounts() {
        state.withLock { $0.resetCounts() }
    }

    // MARK: FileSystem

    public func open(_ path: String, _ mode: OpenMode) throws(FileError) -> any File {
        let operation: FileOperation = mode == .create || mode == .createIfMissing ? .create : .open
        let base = base
        let file = try perform(operation, path) { () throws(FileError) in try base.open(path, mode) }
        let size = try file.size()
        let allocation = state.withLock { $0.space.open(path, size: Int(size)) }
        return FaultFile(file, allocation: allocation, faults: self)
    }

    public func createDirectory(_ path: String) throws(FileError) {
        let base = base
        try perform(.createDirectory, path) { () throws(FileError) in try base.createDirectory(path) }
    }

    public func list(_ path: String) throws(FileError) -> [String] {
        let base = base
        return try perform(.list, path) { () throws(FileError) in try base.list(path) }
    }

    public func rename(_ path: String, to newPath: String) throws(FileError) {
        let base = base
        try perform(.rename, path, newPath) { () throws(FileError) in
            try base.rename(path, to: newPath)
            state.withLock { $0.space.renamed(path, to: newPath) }
        }
    }

    public func remove(_ path: String) throws(FileError) {
        let base = base
        try perform(.remove, path) { () throws(FileError) in
            try base.remove(path)
            state.withLock { $0.space.removed(path) }
        }
    }

    public func synchronizeDirectory(_ path: String) throws(FileError) {
        let base = base
        try perform(.synchronizeDirectory, path) { () throws(FileError) in try base.synchronizeDirectory(path) }
    }

    public func beginVolumeSync() throws(FileError) -> (any VolumeSync)? {
        let base = base
        let sync = try perform(.beginVolumeSync, "") { () throws(FileError) in try base.beginVolumeSync() }
        return sync.map { FaultVolumeSync($0, faults: self) }
    }

    // MARK: For files

    /// Counts an operation, and carries it out unless a fault strikes.
    func perform<Result>(
        _ operation: FileOperation, _ paths: String..., body: () throws(FileError) -> Result
    ) throws(FileError) -> Result {
        guard let fault = state.withLock({ $0.begin(operation, paths) }) else { return try body() }
        var result: Result?
        if fault.isCarriedOut { result = try body() }
        fault.action?(paths[0])
        if let number = fault.number { throw FileError(operation.errorOperation, paths[0], number: number) }
        if let result { return result }
        return try body()
    }

    func withState<Result: Sendable>(_ body: (inout FaultState) -> Result) -> Result {
        state.withLock { body(&$0) }
    }
}

private final class FaultVolumeSync: VolumeSync {
    private let base: any VolumeSync
    private let faults: FaultFileSystem

    init(_ base: any VolumeSync, faults: FaultFileSystem) {
        self.base = base
        self.faults = faults
    }

    func finish() throws(FileError) {
        let base = base
        try faults.perform(.finishVolumeSync, "") { () throws(FileError) in try base.finish() }
    }
}
