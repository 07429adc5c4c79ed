internal import LogFiles

/// An operation of the file-system seam, as faults and counters name it.
public enum FileOperation: String, Sendable, Hashable, CaseIterable {
    /// An open for reading, or for reading and writing, of a file that must exist.
    case open
    /// An open that may make the file.
    case create
    case createDirectory, list, rename, remove, synchronizeDirectory
    /// The volume's path is `""`.
    case beginVolumeSync, finishVolumeSync
    case read, readCached, write, synchronize, startWriteback, size, truncate, lock, unlock

    /// The operations that change what a disk holds, or make it durable.
    public static let changes: Set<FileOperation> = [
        .create, .createDirectory, .rename, .remove, .synchronizeDirectory, .beginVolumeSync, .finishVolumeSync,
        .write, .synchronize, .truncate,
    ]

    /// The operations that make something durable.
    public static let synchronizations: Set<FileOperation> = [.synchronize, .synchronizeDirectory, .finishVolumeSync]

    /// The operations that read a file's bytes.
    public static let reads: Set<FileOperation> = [.read, .readCached]

    /// What the seam's errors call it.
    var errorOperation: FileError.Operation {
        switch self {
        case .open, .create, .beginVolumeSync: .open
        case .createDirectory: .create
        case .list: .list
        case .rename: .rename
        case .remove: .remove
        case .synchronizeDirectory, .finishVolumeSync, .synchronize: .synchronize
        case .read, .readCached: .read
        case .write, .startWriteback: .write
        case .size: .status
        case .truncate: .truncate
        case .lock, .unlock: .lock
        }
    }
}
