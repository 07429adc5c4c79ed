internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import messages or whole sessions.",
        discussion: """
            Takes JSON lines of messages, {"session_id","role","content","timestamp","metadata"}; arrays of such \
            messages; sessions, {"session_id","messages":[...]}, one or an array of them; and chats as services write \
            them, {"messages":[...]} a line. Files that are compressed with gzip are read as they are.

            Running it again adds nothing twice, and completes what was interrupted. Lines that can't be imported \
            are told with their number and passed over; then the exit code is 1.

            Messages are indexed for searching as they come. With --no-index they are not: that is faster, and what \
            is missing is indexed when the store is searched next, or by reindex.

            Example:
              amberlog import chats.jsonl.gz
              amberlog import archive/*.jsonl --no-index && amberlog reindex
              zcat logs/*.gz | amberlog import - --session support
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "The files to import; - is standard input.")
    var files: [String]

    @Option(help: "The session of messages that name none; sessions without a name are called after it.")
    var session: String?

    @Option(help: "auto, jsonl, json or openai.")
    var format: InputFormat = .auto

    @Flag(help: "Stop at the first line that can't be imported.")
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
        if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input can be read once.") }
    }

    func run() async throws {
        let watch = Stopwatch()
        // Opened first: a wrong name should not leave half of the files imported, or an empty store.
        var inputs: [InputFile] = []
        for file in files { inputs.append(try InputFile(file)) }
        let sizes = inputs.compactMap(\.size)
        let total = sizes.count == inputs.count ? sizes.reduce(0, +) : nil
        let options = Importer.Options(session: session, source: source, format: format, isStrict: strict)
        // Each save goes to the operating system, and closing makes everything durable at once.
        var (report, isStopped) = try await store.open(.createIfMissing, durability: .buffered) { store in
            let importer = Importer(store, options, total: total)
            var done: UInt64 = 0
            do {
                for input in inputs {
                    try await importer.read(input, after: done)
                    done += input.size ?? 0
                }
            } catch is StrictStop {
                return (importer.finish(), true)
            }
            return (importer.finish(), false)
        }
        report.seconds = watch.seconds
        let output = Output()
        if json {
            try output.line(report.json)
        } else {
            for line in report.lines { try output.line(line) }
            if isStopped { try output.line("Stopped at the first line that can't be imported") }
        }
        try output.flush()
        if report.bad > 0 { throw ExitCode.failure }
    }
}
