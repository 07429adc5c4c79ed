import Glibc

/// What the harness does with files outside of what it measures.
enum Files {
    static func makeDirectory(_ path: String) throws {
        var partial = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            partial += partial.isEmpty && part.isEmpty ? "/" : (partial.isEmpty || partial == "/" ? "" : "/") + part
            if part.isEmpty { continue }
            if mkdir(partial, 0o755) != 0 && errno != EEXIST { throw SystemError("mkdir \(partial)") }
        }
    }

    static func remove(_ path: String) {
        visit(path) { path, info, isDirectory in
            if isDirectory { rmdir(path) } else { unlink(path) }
        }
    }

    static func count(_ path: String) -> Int {
        var total = 0
        visit(path) { _, _, _ in total += 1 }
        return total
    }

    /// The bytes of the blocks that everything below a path occupies.
    static func allocatedBytes(_ path: String) -> Int {
        var total = 0
        visit(path) { _, info, _ in total += Int(info.st_blocks) * 512 }
        return total
    }

    /// Drops a store from the page cache, so that the next open reads the disk.
    static func evict(_ path: String) {
        visit(path) { path, _, isDirectory in
            if isDirectory { return }
            let descriptor = Glibc.open(path, O_RDONLY)
            if descriptor < 0 { return }
            fdatasync(descriptor)
            posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            Glibc.close(descriptor)
        }
    }

    /// Waits until the disk has a store, so that its write-back isn't charged to the next. A sync of everything would
    /// wait for other programs too.
    static func flush(_ path: String) {
        visit(path) { path, _, isDirectory in
            if isDirectory { return }
            let descriptor = Glibc.open(path, O_RDONLY)
            if descriptor < 0 { return }
            fdatasync(descriptor)
            Glibc.close(descriptor)
        }
    }

    static func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // All engines of D are open at once, one with a file for each session. Root may have more than the limit.
        limit.rlim_max = max(limit.rlim_max, 100_000)
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { return }
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw SystemError("open \(path)") }
        defer { fclose(file) }
        if fputs(text, file) < 0 { throw SystemError("write \(path)") }
    }

    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw SystemError("open \(path)") }
        defer { fclose(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&part, 1, part.count, file), count > 0 { text += part[..<count] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Children first, so that a visitor may remove what it is given.
    private static func visit(_ path: String, _ body: (String, stat, _ isDirectory: Bool) -> Void) {
        var info = stat()
        if lstat(path, &info) != 0 { return }
        let isDirectory = info.st_mode & S_IFMT == S_IFDIR
        if isDirectory, let directory = opendir(path) {
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { names.append(name) }
            }
            closedir(directory)
            for name in names { visit(path + "/" + name, body) }
        }
        body(path, info, isDirectory)
    }
}

/// A failed system call.
struct SystemError: Error, CustomStringConvertible {
    let operation: String
    let number: Int32

    init(_ operation: String, number: Int32 = errno) {
        self.operation = operation
        self.number = number
    }

    var description: String { "\(operation): \(String(cString: strerror(number)))" }
}

/// What a library under test complained about.
struct EngineError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
