#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import AmberlogTestKit
    import Foundation
    import GRDB

    /// A database file in a directory of its own.
    struct Fixture {
        let directory: TemporaryDirectory
        let clock = AmberlogTestKit.ManualClock()

        init() throws {
            directory = try TemporaryDirectory()
        }

        var path: String { directory.path + "/memory.db" }

        func open(
            table: String = "conversations", timeToLive: Duration? = nil, busyTimeout: Duration = .seconds(5)
        ) async throws -> SQLiteBackend {
            try await SQLiteBackend(
                path: path, table: table, timeToLive: timeToLive, busyTimeout: busyTimeout
            ) {
                // Of the whole fixture: the directory stays as long as a backend is open in it.
                [self] in Timestamp(microseconds: clock.now_µs())
            }
        }

        /// What another program does with the file.
        func execute(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
            try withDatabase { try $0.execute(sql: sql, arguments: arguments) }
        }

        func withDatabase<Result>(_ body: (Database) throws -> Result) throws -> Result {
            let queue = try DatabaseQueue(path: path)
            defer { try? queue.close() }
            return try queue.writeWithoutTransaction(body)
        }
    }

    func texts(_ contents: String...) -> [Message] { texts(contents) }

    func texts(_ contents: [String]) -> [Message] {
        contents.map {
            Message(role: .user, content: $0, timestamp: Timestamp(microseconds: AmberlogTestKit.ManualClock.start_µs))
        }
    }

    /// The code of the error that an operation throws, `nil` when it throws none.
    func code(of operation: () async throws -> Void) async -> MemoryError.Code? {
        do {
            try await operation()
            return nil
        } catch let error as MemoryError {
            return error.code
        } catch {
            return .unsupported
        }
    }
#endif
