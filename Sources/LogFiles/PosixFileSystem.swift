private import CSystem

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// The operating system's files below one directory.
///
/// Paths are resolved against a descriptor of the root, so a store goes on working when its directory is renamed.
public final class PosixFileSystem: FileSystem {
    /// The directory, as it was given.
    public let root: String
    private let descriptor: Int32
    /// A descriptor kept for when there are no others, -1 for none.
    private let reserve: Monitor<Int32>

    /// Opens a directory.
    ///
    /// - Parameter create: makes the directory (its parent must exist) when it is missing.
    public init(root: String, create: Bool = false) throws(FileError) {
        if create {
            if mkdir(root, 0o700) == 0 {
                try Self.synchronizeParent(of: root)
            } else if errno != EEXIST {
                throw FileError(.create, root, number: errno)
            }
        }
        let descriptor = Self.openDirectory(AT_FDCWD, root)
        guard descriptor >= 0 else { throw FileError(.open, root, number: errno) }
        self.root = root
        self.descriptor = descriptor
        reserve = Monitor(Self.openDirectory(descriptor, "."))
    }

    private static func openDirectory(_ base: Int32, _ path: String) -> Int32 {
        amber_openat(base, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }

    /// A directory whose name isn't durable goes with everything in it.
    private static func synchronizeParent(of path: String) throws(FileError) {
        var end = path.endIndex
        // Its slashes at the end, its name, and those before that.
        for isSlash in [true, false, true] {
            while end > path.startIndex, (path[path.index(before: end)] == "/") == isSlash {
                end = path.index(before: end)
            }
        }
        let parent = end > path.startIndex ? String(path[..<end]) : path.hasPrefix("/") ? "/" : "."
        let directory = openDirectory(AT_FDCWD, parent)
        // One that may be written to but not read can't be synchronized by anyone.
        if directory < 0, errno == EACCES { return }
        guard directory >= 0 else { throw FileError(.open, parent, number: errno) }
        try synchronize(directory, parent)
    }

    deinit {
        close(descriptor)
        reserve.withLock { if $0 >= 0 { close($0) } }
    }

    public func open(_ path: String, _ mode: OpenMode) throws(FileError) -> any File {
        let flags: Int32
        switch mode {
        case .read: flags = O_RDONLY
        case .readWrite: flags = O_RDWR
        case .create: flags = O_RDWR | O_CREAT | O_EXCL
        case .createIfMissing: flags = O_RDWR | O_CREAT
        }
        while true {
            let file = amber_openat(descriptor, path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if file >= 0 { return PosixFile(descriptor: file, path: path) }
            if errno != EINTR { throw FileError(.open, path, number: errno) }
        }
    }

    public func openCached(_ path: String) throws(FileError) -> (any File)? {
        let file = amber_openat_cached(descriptor, path)
        if file >= 0 { return PosixFile(descriptor: file, path: path) }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw FileError(.open, path, number: errno)
    }

    public func createDirectory(_ path: String) throws(FileError) {
        if mkdirat(descriptor, path, 0o700) != 0, errno != EEXIST {
            throw FileError(.create, path, number: errno)
        }
    }

    public func list(_ path: String) throws(FileError) -> [String] {
        let directory = Self.openDirectory(descriptor, path.isEmpty ? "." : path)
        guard directory >= 0 else { throw FileError(.list, path, number: errno) }
        guard let stream = fdopendir(directory) else {
            let number = errno
            close(directory)
            throw FileError(.list, path, number: number)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            // readdir(3) returns NULL at the end and on an error; only errno tells them apart.
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw FileError(.list, path, number: errno) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    public func rename(_ path: String, to newPath: String) throws(FileError) {
        guard renameat(descriptor, path, descriptor, newPath) == 0 else {
            throw FileError(.rename, path, number: errno)
        }
    }

    public func remove(_ path: String) throws(FileError) {
        guard unlinkat(descriptor, path, 0) == 0 else { throw FileError(.remove, path, number: errno) }
    }

    public func synchronizeDirectory(_ path: String) throws(FileError) {
        let path = path.isEmpty ? "." : path
        let directory = Self.openDirectory(descriptor, path)
        if directory >= 0 { return try Self.synchronize(directory, path) }
        let number = errno
        guard number == EMFILE || number == ENFILE else { throw FileError(.synchronize, path, number: number) }
        // IMPORTANT: a synchronization that isn't tried for want of a descriptor would count as one that has failed,
        // after which the store takes no more writes.
        try reserve.withLock { (reserve) throws(FileError) in
            if reserve >= 0 { close(reserve) }
            let directory = Self.openDirectory(descriptor, path)
            let number = errno
            defer { reserve = Self.openDirectory(descriptor, ".") }
            guard directory >= 0 else { throw FileError(.synchronize, path, number: number) }
            try Self.synchronize(directory, path)
        }
    }

    private static func synchronize(_ directory: Int32, _ path: String) throws(FileError) {
        defer { close(directory) }
        guard amber_dirsync(directory) == 0 else { throw FileError(.synchronize, path, number: errno) }
    }

    public func beginVolumeSync() throws(FileError) -> (any VolumeSync)? {
        guard Self.volumeSyncReportsErrors else { return nil }
        let volume = Self.openDirectory(descriptor, ".")
        guard volume >= 0 else { throw FileError(.open, root, number: errno) }
        return PosixVolumeSync(descriptor: volume, path: root)
    }

    private static let volumeSyncReportsErrors = amber_syncfs_reports_errors() == 1
}

private final class PosixVolumeSync: VolumeSync {
    private let descriptor: Int32
    private let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    func finish() throws(FileError) {
        guard amber_syncfs(descriptor) == 0 else { throw FileError(.synchronize, path, number: errno) }
    }
}
