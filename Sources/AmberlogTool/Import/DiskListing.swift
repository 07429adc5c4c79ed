internal import AgentMemory
internal import ForeignStores
internal import LogFiles

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Directories of the disk. Links to directories are not followed: they may go around.
struct DiskListing: DirectoryListing {
    func entries(of path: String) throws -> [DirectoryEntry] {
        guard let directory = opendir(path) else { throw Self.error(.list, path) }
        defer { closedir(directory) }
        var entries: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else {
                if errno != 0 { throw Self.error(.list, path) }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            if let entry = Self.entry(name, in: path) { entries.append(entry) }
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    func head(of file: String) throws -> FileHead {
        try InputFile(file).readHead()
    }

    /// `nil` for what is neither file nor directory. What can't be looked at counts as a file, so that it is told when
    /// that is opened.
    private static func entry(_ name: String, in directory: String) -> DirectoryEntry? {
        var status = stat()
        let path = directory + "/" + name
        let file = DirectoryEntry(name: name, isDirectory: false)
        guard lstat(path, &status) == 0 else { return file }
        if status.st_mode & S_IFMT == S_IFDIR { return DirectoryEntry(name: name, isDirectory: true) }
        if status.st_mode & S_IFMT == S_IFLNK, stat(path, &status) != 0 { return file }
        return status.st_mode & S_IFMT == S_IFREG ? file : nil
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func error(_ operation: FileError.Operation, _ path: String) -> MemoryError {
        let number = errno
        return MemoryError(
            .inputOutput, FileError(operation, path, number: number).reason, at: .init(file: path),
            systemErrorNumber: number)
    }
}
