internal import LogFiles

/// One state of a disk: the contents of the files and the names in the directories.
///
/// A value, so that a crash image is a copy that shares every file that the crash didn't touch.
struct DiskTree: Sendable {
    var contents: [Inode: [UInt8]] = [:]
    var directories: [Inode: [String: Inode]] = [.root: [:]]

    func isDirectory(_ inode: Inode) -> Bool { directories[inode] != nil }

    func inode(at slot: DirectorySlot) -> Inode? { directories[slot.directory]?[slot.name] }

    var nextInode: Int {
        let files = contents.keys.lazy.map(\.number).max() ?? 0
        let folders = directories.keys.lazy.map(\.number).max() ?? 0
        return max(files, folders) + 1
    }

    // MARK: Paths

    /// The directory at a path; `""` is the root.
    func directory(
        _ path: some StringProtocol, for operation: FileError.Operation, of wholePath: String
    ) throws(FileError) -> Inode {
        precondition(!path.hasPrefix("/"), "an absolute path: \(path)")
        var inode = Inode.root
        for name in path.split(separator: "/") {
            precondition(name != "..", "a path out of the root: \(path)")
            guard let next = directories[inode]?[String(name)] else {
                throw FileError(operation, wholePath, number: ErrorNumber.notFound)
            }
            guard isDirectory(next) else {
                throw FileError(operation, wholePath, number: ErrorNumber.notDirectory)
            }
            inode = next
        }
        return inode
    }

    /// The directory that holds, or would hold, the last component of a path.
    func slot(_ path: String, for operation: FileError.Operation) throws(FileError) -> DirectorySlot {
        guard !path.isEmpty else { throw FileError(operation, path, number: ErrorNumber.notFound) }
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { path[..<$0] } ?? ""
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        precondition(!name.isEmpty && name != "." && name != "..", "not a file's path: \(path)")
        return DirectorySlot(
            directory: try directory(parent, for: operation, of: path), name: String(name))
    }

    /// Calls `body` with every file's path and inode.
    func forEachFile(_ body: (_ path: String, _ file: Inode) -> Void) {
        visit(.root, prefix: "", files: body, directories: { _ in })
    }

    /// Calls `body` with every directory's path, without the root.
    func forEachDirectory(_ body: (_ path: String) -> Void) {
        visit(.root, prefix: "", files: { _, _ in }, directories: body)
    }

    private func visit(
        _ directory: Inode, prefix: String, files: (String, Inode) -> Void, directories visitDirectory: (String) -> Void
    ) {
        for (name, inode) in directories[directory] ?? [:] {
            let path = prefix + name
            if isDirectory(inode) {
                visitDirectory(path)
                visit(inode, prefix: path + "/", files: files, directories: visitDirectory)
            } else {
                files(path, inode)
            }
        }
    }

    // MARK: Changes

    /// Carries an operation out in full. Synchronizations and marks change nothing.
    mutating func apply(_ operation: DiskOperation) {
        switch operation {
        case .createFile(let file, let slot):
            makeFile(file)
            directories[slot.directory, default: [:]][slot.name] = file
        case .createDirectory(let directory, let slot):
            makeDirectory(directory)
            directories[slot.directory, default: [:]][slot.name] = directory
        case .rename(let inode, let old, let new):
            directories[old.directory]?[old.name] = nil
            if directories[inode] == nil { makeFile(inode) }
            directories[new.directory, default: [:]][new.name] = inode
        case .unlink(_, let slot):
            directories[slot.directory]?[slot.name] = nil
        case .write(let file, let offset, let bytes):
            write(bytes[...], to: file, at: offset)
        case .truncate(let file, let size):
            setSize(of: file, to: size)
        case .synchronizeFile, .synchronizeDirectory, .volumeSync, .writebackFailed, .mark:
            break
        }
    }

    /// Gives an inode that has none an empty content.
    private mutating func makeFile(_ file: Inode) {
        if contents[file] == nil { contents[file] = [] }
    }

    mutating func makeDirectory(_ directory: Inode) {
        if directories[directory] == nil { directories[directory] = [:] }
    }

    mutating func write(_ bytes: ArraySlice<UInt8>, to file: Inode, at offset: Int) {
        guard !bytes.isEmpty else { return }
        grow(file, to: offset + bytes.count)
        contents[file, default: []].withUnsafeMutableBytes { content in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: content[offset...]).copyMemory(from: $0) }
        }
    }

    /// Makes the file at least this long; what is new reads as zero.
    mutating func grow(_ file: Inode, to size: Int) {
        let missing = size - (contents[file]?.count ?? 0)
        // An array, as appending a `repeatElement` is slow where the optimizer is off.
        if missing > 0 { contents[file, default: []].append(contentsOf: [UInt8](repeating: 0, count: missing)) }
    }

    mutating func setSize(of file: Inode, to size: Int) {
        let count = contents[file]?.count ?? 0
        if size < count { contents[file, default: []].removeLast(count - size) }
        grow(file, to: size)
    }
}
