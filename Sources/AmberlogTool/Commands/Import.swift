internal import AgentMemory
internal import Amberlog
internal import ArgumentParser
internal import ForeignStores

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import messages or whole sessions, also from other libraries.",
        discussion: """
            Takes JSON lines of messages, {"session_id","role","content","timestamp","metadata"}; arrays of such \
            messages; sessions, {"session_id","messages":[...]}, one or an array of them; and chats as services write \
            them, {"messages":[...]} a line. Files that are compressed with gzip are read as they are.

            Stores of other libraries are recognized by what they look like, or named with --format:
            \(Self.layoutList)
            A directory is looked through for them, and so is a server: redis://HOST:PORT/NUMBER, \
            postgresql://USER@HOST/DATABASE (its password may be in $PGPASSWORD or ~/.pgpass). --detect says what was found and how sure that is, and imports \
            nothing. Databases and servers are only read, also while others write to them. The key of \
            encrypted rows comes from a file, --key-file FILE, or from $AMBERLOG_IMPORT_KEY.

            Running it again adds nothing twice, adds what an export has got since, and completes what was \
            interrupted. What can't be imported is told with its place and passed over; then the exit code is 1. What \
            could not be carried over is counted at the end; --keep-original keeps the JSON of every message in its \
            metadata, as "original".

            Messages are indexed for searching as they come. With --no-index they are not: that is faster, and what \
            is missing is indexed when the store is searched next, or by reindex.

            Example:
              amberlog import chats.jsonl.gz
              amberlog import archive/*.jsonl --no-index && amberlog reindex
              zcat logs/*.gz | amberlog import - --session support
              amberlog import --detect ~/.claude/projects conversations.json
              amberlog import ~/.claude/projects
              amberlog import conversations.json --keep-original
              amberlog import strands-sessions --format strands-files --strict
              amberlog import conversations.db --key-file fernet.key
              amberlog import --detect redis://localhost:6379
              amberlog import postgresql://reader@db/agents --format langchain-postgres
            """)

    private static var layoutList: String {
        ForeignLayouts.known.all.map {
            "  \($0.name)\(String(repeating: " ", count: max(1, 30 - $0.name.count)))\($0.summary)"
        }
        .joined(separator: "\n")
    }

    @OptionGroup var store: StoreArguments

    @Argument(help: "The files, directories and URLs of servers to import; - is standard input.")
    var files: [String]

    @Option(help: "The session of messages that name none; sessions without a name are called after it.")
    var session: String?

    @Option(help: "auto, jsonl, json, openai, or the layout of another library's store.")
    var format: ImportFormat = .own(.auto)

    @Flag(help: "Print what the files and directories are and how sure that is, and import nothing.")
    var detect = false

    @Flag(help: "Keep the JSON that another library's messages were made of, in their metadata.")
    var keepOriginal = false

    @Option(
        help: ArgumentHelp(
            "A file with the key of encrypted rows; may be given several times.", valueName: "file"))
    var keyFile: [String] = []

    @Option(
        help: ArgumentHelp(
            "How long a server may say nothing before it counts as hanging (60 from Redis, 600 from PostgreSQL).",
            valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Stop at the first line or record that can't be imported.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "A name for where the messages come from, to tell apart sources that begin alike.", valueName: "name"))
    var source: String?

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name the files to import.") }
        try checkSessionID(session)
        if let timeout, !(0.001...1_000_000).contains(timeout) {
            throw ValidationError("A timeout has 0.001 to 1,000,000 seconds.")
        }
        if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input can be read once.") }
    }

    func run() async throws {
        let watch = Stopwatch()
        let worker = try FileWorker()
        // Opened first: a wrong name should not leave half of the files imported, or an empty store.
        var plan = try await worker.run { [files, format, detect, keyFile] in
            try ImportPlan(files, format: format, keys: ImportKeys.read(keyFile), looksIntoPipes: detect)
        }
        try await plan.lookIntoServers(worker, answerTimeout: timeout.map { .seconds($0) })
        if detect { return try DetectionPrinter(plan, isJSON: json).print() }
        let options = Importer.Options(session: session, source: source, isStrict: strict)
        // Each save goes to the operating system, and closing makes everything durable at once.
        var (report, isStopped) = try await store.open(.createIfMissing, durability: .buffered) { store in
            let run = ImportRun(store, options, total: plan.total)
            do {
                try await read(plan, run, worker)
            } catch is StrictStop {
                return (run.finish(), true)
            }
            return (run.finish(), false)
        }
        report.seconds = watch.seconds
        let output = Output()
        if json {
            try output.line(report.json)
        } else {
            for line in report.lines { try output.line(line) }
            if isStopped { try output.line("Stopped at the first that can't be imported") }
        }
        try output.flush()
        if report.refused > 0 { throw ExitCode.failure }
    }

    private func read(_ plan: ImportPlan, _ run: ImportRun, _ worker: FileWorker) async throws {
        run.report.passedOver = plan.passedOver.count
        for refusal in plan.refusals { try run.refuse(refusal.place.description, refusal.reason) }
        let foreign = ForeignImporter(run, worker: worker, keepsOriginal: keepOriginal)
        let own = Importer(run)
        var done: UInt64 = 0
        for step in plan.steps {
            let step = try await worker.run { try plan.recognized(step) }
            switch step {
            case .unread, .server: break
            case .own(let input, let format, _):
                try await own.read(input, format, after: done)
                done += input.size ?? 0
            case .foreign(let source, let input):
                try await foreign.read(source, input, after: done)
                done += input?.size ?? 0
            case .database(let source, let keys, let size):
                try await foreign.read(source, keys, after: done)
                done += size
            case .keys(let source, let keys): try await foreign.read(source, keys, after: done)
            }
        }
    }
}
