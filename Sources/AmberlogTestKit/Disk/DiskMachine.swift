internal import LogFiles

/// What a ``SimulatedDisk`` guards with its lock: the disk's state before the log, the state after it, and what the
/// machine's processes hold open.
struct DiskMachine: Sendable {
    /// The state before the first operation of the log, all of it durable.
    private(set) var base: DiskTree
    /// The state after the last one, as readers see it.
    private(set) var tree: DiskTree
    private(set) var log: [DiskOperation] = []

    private var nextInode: Int
    private var nextFile = 0
    /// How many open files refer to an inode: one without a name lives on until none does.
    private var openCounts: [Inode: Int] = [:]
    private var nameless: Set<Inode> = []
    private var locks: [Inode: [OpenFileNumber: FileLockKind]] = [:]

    init(tree: DiskTree) {
        base = tree
        self.tree = tree
        nextInode = tree.nextInode
    }

    /// Appends an operation to the log and carries it out.
    mutating func record(_ operation: DiskOperation) {
        log.append(operation)
        tree.apply(operation)
        // An operation of another machine's log may bring its inode with it.
        if case .createFile(let inode, _) = operation { nextInode = max(nextInode, inode.number + 1) }
        if case .createDirectory(let inode, _) = operation { nextInode = max(nextInode, inode.number + 1) }
    }

    func withoutOpenFiles() -> DiskMachine {
        var copy = self
        for inode in nameless { copy.tree.contents[inode] = nil }
        copy.nameless = []
        copy.openCounts = [:]
        copy.locks = [:]
        return copy
    }

    func file(at path: String) -> Inode? {
        guard let slot = try? tree.slot(path, for: .status), let inode = tree.inode(at: slot) else { return nil }
        return tree.isDirectory(inode) ? nil : inode
    }

    // MARK: Names

    mutating func open(_ path: String, _ mode: OpenMode) throws(FileError) -> (Inode, OpenFileNumber) {
        let slot = try tree.slot(path, for: .open)
        let inode: Inode
        if let existing = tree.inode(at: slot) {
            guard mode != .create else { throw FileError(.open, path, number: ErrorNumber.alreadyThere) }
            guard !tree.isDirectory(existing) else {
                throw FileError(.open, path, number: ErrorNumber.isDirectory)
            }
            inode = existing
        } else {
            guard mode == .create || mode == .createIfMissing else {
                throw FileError(.open, path, number: ErrorNumber.notFound)
            }
            inode = makeInode()
            record(.createFile(inode, at: slot))
        }
        nextFile += 1
        openCounts[inode, default: 0] += 1
        return (inode, OpenFileNumber(value: nextFile))
    }

    mutating func close(_ inode: Inode, _ file: OpenFileNumber) {
        unlock(inode, file)
        let count = (openCounts[inode] ?? 1) - 1
        openCounts[inode] = count > 0 ? count : nil
        if count <= 0, nameless.remove(inode) != nil { tree.contents[inode] = nil }
    }

    mutating func createDirectory(_ path: String) throws(FileError) {
        let slot = try tree.slot(path, for: .create)
        guard tree.inode(at: slot) == nil else { return }
        record(.createDirectory(makeInode(), at: slot))
    }

    mutating func rename(_ path: String, to newPath: String) throws(FileError) {
        let old = try tree.slot(path, for: .rename)
        let new: DirectorySlot
        do throws(FileError) {
            new = try tree.slot(newPath, for: .rename)
        } catch {
            throw FileError(.rename, path, number: error.number)
        }
        guard let inode = tree.inode(at: old) else {
            throw FileError(.rename, path, number: ErrorNumber.notFound)
        }
        if old == new { return }
        if newPath.hasPrefix(path + "/") { throw FileError(.rename, path, number: ErrorNumber.invalid) }
        if path.hasPrefix(newPath + "/") { throw FileError(.rename, path, number: ErrorNumber.notEmpty) }
        let replaced = tree.inode(at: new)
        if let replaced {
            switch (tree.isDirectory(inode), tree.isDirectory(replaced)) {
            case (false, true): throw FileError(.rename, path, number: ErrorNumber.isDirectory)
            case (true, false): throw FileError(.rename, path, number: ErrorNumber.notDirectory)
            case (true, true) where tree.directories[replaced]?.isEmpty == false:
                throw FileError(.rename, path, number: ErrorNumber.notEmpty)
            default: break
            }
        }
        record(.rename(inode, from: old, to: new))
        if let replaced { loseName(replaced) }
    }

    mutating func remove(_ path: String) throws(FileError) {
        let slot = try tree.slot(path, for: .remove)
        guard let inode = tree.inode(at: slot) else {
            throw FileError(.remove, path, number: ErrorNumber.notFound)
        }
        guard !tree.isDirectory(inode) else { throw FileError(.remove, path, number: ErrorNumber.isDirectory) }
        record(.unlink(inode, from: slot))
        loseName(inode)
    }

    private mutating func makeInode() -> Inode {
        defer { nextInode += 1 }
        return Inode(number: nextInode)
    }

    private mutating func loseName(_ inode: Inode) {
        if openCounts[inode] == nil {
            tree.contents[inode] = nil
        } else {
            nameless.insert(inode)
        }
    }

    // MARK: Locks

    /// flock(2) as Linux does it: changing the kind gives the old lock up first, and loses it when the new one is
    /// refused.
    mutating func tryLock(_ inode: Inode, _ file: OpenFileNumber, _ kind: FileLockKind) -> Bool {
        if locks[inode]?[file] == kind { return true }
        unlock(inode, file)
        let others = locks[inode] ?? [:]
        let isExcluded = kind == .exclusive ? !others.isEmpty : others.values.contains(.exclusive)
        if isExcluded { return false }
        locks[inode, default: [:]][file] = kind
        return true
    }

    mutating func unlock(_ inode: Inode, _ file: OpenFileNumber) {
        locks[inode]?[file] = nil
        if locks[inode]?.isEmpty == true { locks[inode] = nil }
    }
}

/// Tells the open files of one inode apart, as the kernel's open file descriptions do.
struct OpenFileNumber: Sendable, Hashable {
    let value: Int
}
