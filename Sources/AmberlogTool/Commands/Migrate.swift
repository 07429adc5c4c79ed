public import AgentMemory
public import ArgumentParser
internal import Synchronization

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy sessions from one backend to another.",
        discussion: """
            A backend is the directory of a store, or a URL: log:DIRECTORY, sqlite:FILE, redis://HOST:PORT/NUMBER, \
            postgresql://USER@HOST/DATABASE, each with options as parameters.

            Interrupted at any point, it is run again with the same arguments, and goes on: nothing is copied twice, \
            and nothing is left out. The source is only read.

            Example:
              amberlog migrate redis://localhost:6379 ./agent-memory
              amberlog migrate ./agent-memory 'postgresql://agent@db/agents?table_name=memory' --verify digest
              amberlog migrate sqlite:agents.db redis://localhost --sessions user_123,user_124 --dry-run

            What a store takes in is indexed for searching as it comes. A large migration is faster without; what is \
            missing is indexed when the store is searched next, or by reindex:
              amberlog migrate sqlite:agents.db 'log:agent-memory?search=false' && amberlog reindex
            """)

    @Argument(help: "Where the sessions are.")
    var from: BackendArgument

    @Argument(help: "Where they are to be.")
    var to: BackendArgument

    @Option(help: ArgumentHelp("Only these, separated by commas. A comma in an id is written \\,.", valueName: "ids"))
    var sessions: String?

    @Option(help: ArgumentHelp("So many messages are read and saved at once.", valueName: "n"))
    var batchSize = 100

    @Option(help: "What happens to a session that the target has: resume, skip, replace or fail.")
    var onConflict = MigrationOptions.Conflict.resume

    @Option(help: "How a copy is compared with its source: none, count or digest, which reads both once more.")
    var verify = MigrationOptions.Verification.count

    @Option(help: ArgumentHelp("So many sessions are copied at once.", valueName: "n"))
    var concurrency = 8

    @Flag(help: "Say what would be done, and change nothing.")
    var dryRun = false

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func validate() throws {
        if batchSize < 1 { throw ValidationError("A batch holds at least one message.") }
        if concurrency < 1 { throw ValidationError("At least one session is copied at once.") }
    }

    func run() async throws {
        let source = try await from.open(isSource: true)
        let target: any MemoryBackend
        do {
            target = try await to.open(isSource: dryRun)
        } catch let error as MemoryError where dryRun && error.code == .notAStore {
            // It would be made.
            target = InMemoryBackend()
        } catch {
            try? await source.close()
            throw error
        }
        let result: MigrationResult
        do {
            result = try await migrate(source, target)
        } catch {
            // The first failure is the one to tell.
            try? await source.close()
            try? await target.close()
            throw error
        }
        try await target.close()
        try await source.close()
        try tell(result)
        if !result.success { throw ExitCode.failure }
    }

    private func migrate(_ source: any MemoryBackend, _ target: any MemoryBackend) async throws -> MigrationResult {
        let bar = Mutex(Progress(total: nil, counting: "messages"))
        let result = try await migrateMemory(
            from: source, to: target, sessions: sessions.map(Self.list), batchSize: batchSize,
            options: MigrationOptions(
                onConflict: onConflict, verification: verify, isDryRun: dryRun, concurrency: concurrency)
        ) { progress in
            bar.withLock { $0.update(done: UInt64(progress.sessions), count: UInt64(progress.messages)) }
        }
        bar.withLock { $0.clear() }
        return result
    }

    /// What stands between commas that have no backslash before them.
    static func list(_ text: String) -> [String] {
        // By scalars: what follows a comma may be one that combines with it.
        var ids: [String.UnicodeScalarView] = [.init()]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                if scalar != "," && scalar != "\\" { ids[ids.count - 1].append("\\") }
                ids[ids.count - 1].append(scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "," {
                ids.append(.init())
            } else {
                ids[ids.count - 1].append(scalar)
            }
        }
        if isEscaped { ids[ids.count - 1].append("\\") }
        return ids.filter { !$0.isEmpty }.map { String($0) }
    }

    private func tell(_ result: MigrationResult) throws {
        let output = Output()
        if json {
            try output.line(.object(result.json))
        } else {
            let verb = dryRun ? "Would copy" : "Copied"
            var line =
                "\(verb) \(Humanized.count(result.totalMessages, "message")) of "
                + "\(Humanized.count(result.copiedSessions, "session")) in "
                + "\(Humanized.seconds(result.duration / .seconds(1)))"
            if result.unchangedSessions > 0 {
                line += "; \(Humanized.count(result.unchangedSessions, "session")) had been copied before"
            }
            if result.skippedSessions > 0 { line += "; skipped \(Humanized.count(result.skippedSessions, "session"))" }
            try output.line(line)
            for (loss, count) in result.losses.sorted(by: { $0.key < $1.key }) {
                try output.line("  not taken by the target: \(Humanized.count(count)) × \(loss.description)")
            }
            for error in result.errors { Messages.print(error) }
            if let error = result.stoppedBy { Messages.print("Stopped: \(error). Run it again to go on.") }
        }
        try output.flush()
    }
}

extension MigrationOptions.Conflict: ExpressibleByArgument {}
extension MigrationOptions.Verification: ExpressibleByArgument {}

extension MigrationResult.Loss {
    fileprivate var description: String {
        switch self {
        case .messageID: "ids of messages"
        case .sessionMetadata: "metadata of a session"
        case .timeToLive: "time to live of a session"
        case .creationTime: "time when a session was made"
        case .emptySession: "sessions without a message"
        case .trimmedMessage: "messages over its limit"
        }
    }
}

extension MigrationResult {
    fileprivate var json: [String: JSONValue] {
        [
            "success": .bool(success), "total_sessions": .integer(Int64(totalSessions)),
            "total_messages": .integer(Int64(totalMessages)), "copied_sessions": .integer(Int64(copiedSessions)),
            "unchanged_sessions": .integer(Int64(unchangedSessions)),
            "skipped_sessions": .integer(Int64(skippedSessions)),
            "failed_sessions": .array(failedSessions.map { .string($0) }),
            "errors": .array(errors.map { .string($0) }),
            "losses": .object(
                Dictionary(uniqueKeysWithValues: losses.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
            "stopped_by": stoppedBy.map { .string($0.description) } ?? .null,
            "duration": .double(duration / .seconds(1)),
        ]
    }
}
