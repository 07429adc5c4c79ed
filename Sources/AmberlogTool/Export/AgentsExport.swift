internal import AgentMemory
internal import ForeignDatabases
internal import LogFiles

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Writes sessions into a database of openai-agents, which appears under its name when it is complete.
final class AgentsExport: SessionSink {
    private let path: String
    private let temporary: String
    private let worker: FileWorker
    private let database: AgentsDatabase
    private var isFinished = false

    /// - Throws: ``MemoryError/Code/invalidArgument`` if there is such a file already: a database may be in use, and have
    ///   a log beside it that must not meet another file.
    init(_ path: String) async throws {
        self.path = path
        let temporary = "\(path).\(getpid()).tmp"
        self.temporary = temporary
        worker = try FileWorker()
        database = try await worker.run {
            guard access(path, F_OK) != 0, access(path + "-wal", F_OK) != 0 else {
                throw MemoryError(
                    .invalidArgument, "There is such a file already; an export makes a new database",
                    at: .init(file: path))
            }
            unlink(temporary)
            return try AgentsDatabase(temporary)
        }
    }

    deinit {
        if !isFinished { unlink(temporary) }
    }

    func begin(_ session: SessionInfo) async throws {
        try await worker.run { [database] in try database.add(session) }
    }

    func add(_ messages: [Message], of session: SessionInfo) async throws {
        try await worker.run { [database] in try database.add(messages, to: session.id) }
    }

    func end(_ session: SessionInfo) {}

    /// Makes the contents durable and gives the file its name.
    func finish() async throws {
        try await worker.run { [database, path, temporary] in
            try database.finish()
            let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.failure(.open, path, errno) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw Self.failure(.synchronize, path, errno) }
            guard rename(temporary, path) == 0 else { throw Self.failure(.rename, path, errno) }
        }
        isFinished = true
    }

    private static func failure(_ operation: FileError.Operation, _ path: String, _ number: Int32) -> MemoryError {
        let error = FileError(operation, path, number: number)
        return MemoryError(
            error.isNoSpace ? .noSpace : .inputOutput, error.reason, at: .init(file: path),
            systemErrorNumber: number)
    }
}
