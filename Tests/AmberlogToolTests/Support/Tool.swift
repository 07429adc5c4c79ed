import AgentMemory
import AmberlogTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs the tool as a process of its own, in a directory that goes with it.
final class Tool: Sendable {
    struct Result {
        var exitCode: Int32
        var output: String
        var messages: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var messageLines: [String] { messages.split(separator: "\n").map(String.init) }

        /// The output as one JSON value a line.
        func json() throws -> [JSONValue] { try lines.map { try JSONValue(parsing: $0) } }
    }

    /// A process that has been started.
    final class Running {
        let process: pid_t
        /// Where its standard input is written to.
        let input: Int32
        fileprivate let directory: TemporaryDirectory

        fileprivate init(process: pid_t, input: Int32, directory: TemporaryDirectory) {
            (self.process, self.input, self.directory) = (process, input, directory)
        }

        /// Writes all of the text, or as much as the process takes.
        func write(_ text: String) {
            let bytes = Array(text.utf8)
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes { systemWrite(input, $0.baseAddress! + done, bytes.count - done) }
                if count <= 0 { return }
                done += count
            }
        }

        func kill() {
            _ = systemKill(process, SIGKILL)
            close(input)
            _ = Tool.wait(for: process)
        }

        func finish() throws -> Result {
            close(input)
            let code = Tool.wait(for: process)
            return Result(
                exitCode: code, output: try Tool.text(directory.path + "/out"),
                messages: try Tool.text(directory.path + "/err"))
        }
    }

    struct NoSuchFile: Error {
        var path: String
    }

    let directory: TemporaryDirectory
    var path: String { directory.path }
    var store: String { directory.path + "/store" }

    init() throws {
        // A process that has gone away must not take the tests with it.
        signal(SIGPIPE, SIG_IGN)
        directory = try TemporaryDirectory()
    }

    /// Runs a command to its end.
    @discardableResult
    func run(_ arguments: String..., input: String = "", environment: [String] = []) throws -> Result {
        let running = try start(arguments, environment: environment)
        running.write(input)
        return try running.finish()
    }

    /// Runs a command to its end.
    @discardableResult
    func run(_ arguments: [String]) throws -> Result { try start(arguments).finish() }

    func start(_ arguments: [String], environment: [String] = []) throws -> Running {
        let directory = try TemporaryDirectory()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        // The child of another test must not keep this pipe open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        for (descriptor, name) in [(1, "out"), (2, "err")] as [(Int32, String)] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, directory.path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        let all = ["amberlog"] + arguments
        // Of the tests' own environment, what a sanitizer needs.
        let sanitizer: [String] = ["LD_PRELOAD", "TSAN_OPTIONS", "ASAN_OPTIONS"].compactMap { (name: String) in
            getenv(name).map { name + "=" + String(cString: $0) }
        }
        let variables = ["AMBERLOG_STORE=\(store)", "TZ=UTC", "PATH=/usr/bin:/bin"] + sanitizer + environment
        let argv = all.map { strdup($0) } + [nil]
        let envp = variables.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var process = pid_t()
        let status = posix_spawn(&process, try Self.executable(), &actions, nil, argv, envp)
        close(ends[0])
        try #require(status == 0, "the tool can't be started: \(status)")
        return Running(process: process, input: ends[1], directory: directory)
    }

    /// Writes a file into the directory and returns its path.
    @discardableResult
    func file(_ name: String, _ contents: String) throws -> String {
        try file(name, Array(contents.utf8))
    }

    @discardableResult
    func file(_ name: String, _ contents: [UInt8]) throws -> String {
        let path = directory.path + "/" + name
        try overwrite(path, contents)
        return path
    }

    func overwrite(_ path: String, _ contents: [UInt8]) throws {
        let stream = try #require(fopen(path, "w"))
        defer { fclose(stream) }
        try #require(fwrite(contents, 1, contents.count, stream) == contents.count)
    }

    static func bytes(_ path: String, limit: Int = .max) throws -> [UInt8] {
        guard let stream = fopen(path, "r") else { throw NoSuchFile(path: path) }
        defer { fclose(stream) }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 || all.count >= limit { return all }
            all += buffer[..<count]
        }
    }

    /// The journals of the store.
    func journals() -> [String] { files(in: store + "/journal") }

    /// The index runs of the store.
    func indexRuns() -> [String] { files(in: store + "/index") }

    private func files(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var paths: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { paths.append(path + "/" + name) }
        }
        return paths
    }

    /// Waits until a process that imports has written messages to a journal, and returns which one.
    func journalWithMessages() throws -> String? {
        for _ in 0..<1000 {
            for path in journals() {
                // The first batch stands behind the header's block.
                let beginning = (try? Self.bytes(path, limit: 64 << 10)) ?? []
                if beginning.dropFirst(4096).firstRange(of: Array("message ".utf8)) != nil { return path }
            }
            usleep(10_000)
        }
        return nil
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    /// The binary beside the test bundle, or the one that AMBERLOG_TOOL names.
    private static func executable() throws -> String {
        if let named = getenv("AMBERLOG_TOOL") { return String(cString: named) }
        for argument in CommandLine.arguments {
            var parts = argument.split(separator: "/", omittingEmptySubsequences: false)
            while let last = parts.popLast() {
                guard last.hasSuffix(".xctest") || parts.last == "debug" || parts.last == "release" else { continue }
                let path = (parts + ["amberlog"]).joined(separator: "/")
                if access(path, X_OK) == 0 { return path }
            }
        }
        return try #require(nil as String?, "the binary amberlog doesn't stand beside the tests")
    }

    /// The exit code, or the number of the signal and 128.
    fileprivate static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func systemKill(_ process: pid_t, _ signal: Int32) -> Int32 {
    kill(process, signal)
}
