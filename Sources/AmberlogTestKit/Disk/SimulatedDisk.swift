private import Synchronization

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A disk in memory that logs every operation, so that a suite can cut its power after any of them.
///
/// ```swift
/// let disk = SimulatedDisk()
/// let files = SimulatedFileSystem(disk)
/// let file = try files.open("a", .create)
/// try file.writeFully([1, 2, 3], at: 0)
/// disk.mark("acknowledged", 1)
///
/// // Neither the name nor the bytes were synchronized.
/// #expect(disk.crashImage(after: disk.operationCount, choosing: .syncedOnly).files.isEmpty)
/// ```
///
/// Several ``SimulatedFileSystem`` on one disk are like several processes on one machine: they see each other's
/// writes and locks. The log's order is total.
public final class SimulatedDisk: Sendable {
    private let machine: Mutex<DiskMachine>

    init(machine: DiskMachine) {
        self.machine = Mutex(machine)
    }

    func withMachine<Result: Sendable, Failure: Error>(
        _ body: (inout DiskMachine) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try machine.withLock { (machine) throws(Failure) in try body(&machine) }
    }

    /// An empty disk.
    public convenience init() {
        self.init(machine: DiskMachine(tree: DiskTree()))
    }

    /// A disk with these files, all of them durable. Their directories are made.
    public convenience init(files: [String: [UInt8]]) {
        var tree = DiskTree()
        var next = 1
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            var directory = Inode.root
            var names = path.split(separator: "/").map(String.init)
            let name = names.removeLast()
            for name in names {
                let slot = DirectorySlot(directory: directory, name: name)
                if let inode = tree.inode(at: slot) {
                    directory = inode
                } else {
                    directory = Inode(number: next)
                    next += 1
                    tree.apply(.createDirectory(directory, at: slot))
                }
            }
            let file = Inode(number: next)
            next += 1
            tree.apply(.createFile(file, at: DirectorySlot(directory: directory, name: name)))
            tree.contents[file] = bytes
        }
        self.init(machine: DiskMachine(tree: tree))
    }

    // MARK: The log

    /// The number of operations so far.
    public var operationCount: Int { machine.withLock { $0.log.count } }

    /// Every operation so far, oldest first.
    public var log: [DiskOperation] { machine.withLock { $0.log } }

    /// Writes a remark into the log: put it where a call that promises durability has returned.
    public func mark(_ label: String, _ number: Int = 0) {
        machine.withLock { $0.record(.mark(DiskMark(label, number))) }
    }

    /// The name of every inode at present, to read a log with.
    public var paths: [Inode: String] {
        machine.withLock { machine in
            var paths: [Inode: String] = [:]
            machine.tree.forEachFile { path, file in paths[file] = path }
            return paths
        }
    }

    // MARK: The state

    /// Every file's bytes as a reader sees them now, synchronized or not.
    ///
    /// Complexity: O(number of files); the bytes are shared.
    public var files: [String: [UInt8]] {
        machine.withLock { machine in
            var files: [String: [UInt8]] = [:]
            machine.tree.forEachFile { path, file in files[path] = machine.tree.contents[file] ?? [] }
            return files
        }
    }

    /// Every directory's path, sorted, without the root.
    public var directories: [String] {
        machine.withLock { machine in
            var paths: [String] = []
            machine.tree.forEachDirectory { paths.append($0) }
            return paths.sorted()
        }
    }

    /// The paths of the files that hold these bytes now, sorted. Unlinked files are not searched.
    ///
    /// Complexity: O(bytes on the disk).
    public func paths(containing bytes: [UInt8]) -> [String] {
        files.filter { $0.value.contains(bytes) }.map(\.key).sorted()
    }

    /// Whether any file holds these bytes now, or is named by them.
    public func contains(_ bytes: [UInt8]) -> Bool {
        files.contains { Array($0.key.utf8).contains(bytes) || $0.value.contains(bytes) }
    }

    /// A disk of its own with the same contents and log. What is open or locked here isn't there: it is what a
    /// process finds that starts after this one was killed.
    public func copy() -> SimulatedDisk {
        SimulatedDisk(machine: machine.withLock { $0.withoutOpenFiles() })
    }

    // MARK: Damage

    /// Changes one byte of a file at rest, durably.
    public func corrupt(_ path: String, at offset: Int, xor mask: UInt8) {
        damage(path) { machine, file in
            let content = machine.tree.contents[file] ?? []
            precondition(content.indices.contains(offset), "\(path) has \(content.count) bytes")
            machine.record(.write(file, offset: offset, bytes: [content[offset] ^ mask]))
        }
    }

    /// Cuts or extends a file at rest, durably.
    public func truncate(_ path: String, to size: Int) {
        damage(path) { machine, file in machine.record(.truncate(file, size: size)) }
    }

    /// Loses the pending writes of a file, as Linux does when write-back fails: readers still see them in the cache,
    /// a later synchronization reports success, and the disk never gets them.
    ///
    /// Use it as the action of a fault at ``FileOperation/synchronize``.
    public func failWriteback(of path: String) {
        machine.withLock { machine in
            guard let file = machine.file(at: path) else { return }
            machine.record(.writebackFailed(file))
        }
    }

    private func damage(_ path: String, _ change: (inout DiskMachine, Inode) -> Void) {
        machine.withLock { machine in
            guard let file = machine.file(at: path) else { preconditionFailure("no file \(path)") }
            change(&machine, file)
            machine.record(.synchronizeFile(file))
        }
    }
}

extension [UInt8] {
    /// Whether the bytes occur in a row. An empty needle occurs everywhere.
    fileprivate func contains(_ needle: [UInt8]) -> Bool {
        withUnsafeBytes { haystack in
            needle.withUnsafeBytes { needle in
                guard let pattern = needle.baseAddress, let first = needle.first else { return true }
                var rest = haystack[...]
                while rest.count >= needle.count, let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress {
                    // The C functions, as an erase suite searches every crash image.
                    guard let found = memchr(start, Int32(first), rest.count) else { return false }
                    rest = rest.dropFirst(UnsafeRawPointer(found) - start)
                    if rest.count >= needle.count, memcmp(found, pattern, needle.count) == 0 { return true }
                    rest = rest.dropFirst()
                }
                return false
            }
        }
    }
}
