/// A file or a directory of a ``SimulatedDisk``, whatever its name is.
public struct Inode: Sendable, Hashable, CustomStringConvertible {
    /// Different for everything that was ever made on the disk.
    public let number: Int

    /// As dumps of the log have it: `#7`.
    public var description: String { "#\(number)" }

    static let root = Inode(number: 0)
}

/// A name in a directory.
public struct DirectorySlot: Sendable, Hashable, CustomStringConvertible {
    /// Where the name stands.
    public let directory: Inode
    /// The name itself, without a path.
    public let name: String

    /// As dumps of the log have it: `#7/name`.
    public var description: String { "\(directory)/\(name)" }
}

/// One entry in the log of a ``SimulatedDisk``.
public enum DiskOperation: Sendable, Hashable {
    case createFile(Inode, at: DirectorySlot)
    case createDirectory(Inode, at: DirectorySlot)
    case rename(Inode, from: DirectorySlot, to: DirectorySlot)
    case unlink(Inode, from: DirectorySlot)
    case write(Inode, offset: Int, bytes: [UInt8])
    case truncate(Inode, size: Int)
    /// Data and size are durable; the name isn't.
    case synchronizeFile(Inode)
    /// The names in the directory are durable.
    case synchronizeDirectory(Inode)
    /// Everything from the operation with this index on is durable.
    case volumeSync(since: Int)
    /// The pending writes of the file are lost and no later synchronization brings them back.
    case writebackFailed(Inode)
    /// A test's remark, such as "save 17 was acknowledged here".
    case mark(DiskMark)
}

/// What a test wrote into the log. See ``SimulatedDisk/mark(_:_:)``.
public struct DiskMark: Sendable, Hashable {
    /// What is remarked.
    public let label: String
    /// Which of those with this label it is, as the test counts.
    public let number: Int

    /// A remark, and its number among those alike.
    public init(_ label: String, _ number: Int = 0) {
        self.label = label
        self.number = number
    }
}

extension DiskOperation {
    /// A change of names: create, rename or unlink.
    public var isDirectoryOperation: Bool { !slots.isEmpty }

    /// A write, not a truncation.
    public var isWrite: Bool {
        if case .write = self { true } else { false }
    }

    /// The number of bytes of a write, else 0.
    public var writeCount: Int {
        if case .write(_, _, let bytes) = self { bytes.count } else { 0 }
    }

    /// The file whose data or size a write or a truncation changes.
    var changedFile: Inode? {
        switch self {
        case .write(let file, _, _), .truncate(let file, _): file
        default: nil
        }
    }

    /// The names that a directory operation changes.
    var slots: [DirectorySlot] {
        switch self {
        case .createFile(_, let slot), .createDirectory(_, let slot), .unlink(_, let slot): [slot]
        case .rename(_, let old, let new): [old, new]
        default: []
        }
    }

    /// Whether the order of the two can be told from the outcome, so that the earlier one can't be made durable
    /// after the later one.
    func conflicts(with other: DiskOperation) -> Bool {
        switch (self, other) {
        case (.write(let file, let offset, let bytes), .write(let otherFile, let otherOffset, let otherBytes)):
            file == otherFile && offset < otherOffset + otherBytes.count && otherOffset < offset + bytes.count
        default:
            if let changedFile {
                changedFile == other.changedFile
            } else {
                slots.contains { other.slots.contains($0) }
            }
        }
    }
}

extension DiskOperation: CustomStringConvertible {
    /// One line for a failing test to print, without the bytes.
    public var description: String {
        switch self {
        case .createFile(let file, let slot): "create \(slot) = \(file)"
        case .createDirectory(let directory, let slot): "create directory \(slot) = \(directory)"
        case .rename(let file, let old, let new): "rename \(old) to \(new) = \(file)"
        case .unlink(let file, let slot): "unlink \(slot) = \(file)"
        case .write(let file, let offset, let bytes): "write \(file) \(offset)..<\(offset + bytes.count)"
        case .truncate(let file, let size): "truncate \(file) to \(size)"
        case .synchronizeFile(let file): "synchronize \(file)"
        case .synchronizeDirectory(let directory): "synchronize directory \(directory)"
        case .volumeSync(let since): "synchronize volume since operation \(since)"
        case .writebackFailed(let file): "write-back failed \(file)"
        case .mark(let mark): "mark \(mark.label) \(mark.number)"
        }
    }
}
