internal import AgentMemory
internal import LogFiles

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that appears under its name when it is complete, or not at all.
final class OutputFile {
    let output: Output
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var isFinished = false

    init(_ path: String) throws {
        self.path = path
        temporary = "\(path).\(getpid()).tmp"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure("Making the file", path, errno) }
        output = Output(descriptor: descriptor, name: path)
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }

    /// Makes the contents durable and gives the file its name.
    func finish() throws {
        try output.flush()
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw Self.failure("Writing the file", path, errno) }
        guard rename(temporary, path) == 0 else { throw Self.failure("Naming the file", path, errno) }
        isFinished = true
    }

    private static func failure(_ doing: String, _ path: String, _ number: Int32) -> MemoryError {
        let error = FileError(.create, path, number: number)
        let code: MemoryError.Code = error.isNoSpace ? .noSpace : error.isReadOnly ? .readOnly : .inputOutput
        return MemoryError(code, "\(doing): \(error.reason)", at: .init(file: path), systemErrorNumber: number)
    }
}
