public import LogFiles
private import Synchronization

/// The files of a ``SimulatedDisk``, behind the engine's seam.
public final class SimulatedFileSystem: FileSystem {
    /// When ``File/readCached(into:at:)`` answers.
    public enum CachedReads: Sendable, Hashable {
        /// The whole disk is cached.
        case always
        /// Nothing is: every read takes the cold path.
        case never
        /// Every second read, on the average, and some of them in part.
        case random(seed: UInt64)
    }

    /// What a volume sync covers.
    public enum VolumeSyncScope: Sendable, Hashable {
        /// There is none: ``beginVolumeSync()`` returns `nil`.
        case unavailable
        /// Everything that is pending when it finishes, as Linux's syncfs(2).
        case everything
        /// Only what came after its beginning: the least that the seam promises.
        case sinceBeginning
    }

    /// Where everything is.
    public let disk: SimulatedDisk
    private let volumeSync: VolumeSyncScope
    private let cache: CacheModel

    /// A way to a disk; several to the same one see the same files.
    ///
    /// - Parameters:
    ///   - cachedReads: Which reads find what they want in memory.
    ///   - volumeSync: How much a synchronization of the whole volume makes durable.
    public init(
        _ disk: SimulatedDisk, cachedReads: CachedReads = .always, volumeSync: VolumeSyncScope = .everything
    ) {
        self.disk = disk
        self.volumeSync = volumeSync
        cache = CacheModel(cachedReads)
    }

    public func open(_ path: String, _ mode: OpenMode) throws(FileError) -> any File {
        let (inode, number) = try disk.withMachine { (machine) throws(FileError) in
            try machine.open(path, mode)
        }
        return SimulatedFile(
            disk: disk, path: path, inode: inode, number: number, isWritable: mode != .read, cache: cache)
    }

    public func createDirectory(_ path: String) throws(FileError) {
        try disk.withMachine { (machine) throws(FileError) in try machine.createDirectory(path) }
    }

    public func list(_ path: String) throws(FileError) -> [String] {
        let names = try disk.withMachine { (machine) throws(FileError) in
            let directory = try machine.tree.directory(path, for: .list, of: path)
            return machine.tree.directories[directory].map { Array($0.keys) } ?? []
        }
        // The same on every run, but in no order that a caller could come to rely on.
        return names.sorted { (Self.rank(of: $0), $0) < (Self.rank(of: $1), $1) }
    }

    private static func rank(of name: String) -> UInt64 {
        var generator = SeededGenerator(seed: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        return generator.next()
    }

    public func rename(_ path: String, to newPath: String) throws(FileError) {
        try disk.withMachine { (machine) throws(FileError) in try machine.rename(path, to: newPath) }
    }

    public func remove(_ path: String) throws(FileError) {
        try disk.withMachine { (machine) throws(FileError) in try machine.remove(path) }
    }

    public func synchronizeDirectory(_ path: String) throws(FileError) {
        try disk.withMachine { (machine) throws(FileError) in
            let directory = try machine.tree.directory(path, for: .synchronize, of: path)
            machine.record(.synchronizeDirectory(directory))
        }
    }

    public func beginVolumeSync() throws(FileError) -> (any VolumeSync)? {
        switch volumeSync {
        case .unavailable: nil
        case .everything: SimulatedVolumeSync(disk: disk, since: 0)
        case .sinceBeginning: SimulatedVolumeSync(disk: disk, since: disk.operationCount)
        }
    }
}

private final class SimulatedVolumeSync: VolumeSync {
    private let disk: SimulatedDisk
    private let since: Int

    init(disk: SimulatedDisk, since: Int) {
        self.disk = disk
        self.since = since
    }

    func finish() throws(FileError) {
        disk.withMachine { $0.record(.volumeSync(since: since)) }
    }
}

/// Decides whether a read finds its bytes in memory.
final class CacheModel: Sendable {
    private let kind: SimulatedFileSystem.CachedReads
    private let generator: Mutex<SeededGenerator>

    init(_ kind: SimulatedFileSystem.CachedReads) {
        self.kind = kind
        if case .random(let seed) = kind {
            generator = Mutex(SeededGenerator(seed: seed))
        } else {
            generator = Mutex(SeededGenerator(seed: 0))
        }
    }

    /// How many bytes of `count` are cached; `nil` for none.
    func cachedCount(of count: Int) -> Int? {
        switch kind {
        case .always: return count
        case .never: return nil
        case .random:
            return generator.withLock { generator in
                guard generator.chance(50) else { return nil }
                return count > 1 && generator.chance(20) ? 1 + generator.below(count - 1) : count
            }
        }
    }
}
