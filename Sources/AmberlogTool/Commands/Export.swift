internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write sessions out, as JSON, for reading, or for chat services.",
        discussion: """
            Sessions come by id, messages by sequence. What jsonl writes, import takes back without loss. A file \
            given by --output appears when it is complete.

            openai-agents makes an SQLite database that its SQLiteSession opens; langchain writes one session as \
            its FileChatMessageHistory keeps it. They have no place for metadata, and times only to the second or not \
            at all.

            Example:
              amberlog export --output all.jsonl
              amberlog export --session user_123 --format markdown
              amberlog export --format openai-agents --output conversations.db
              amberlog export --format langchain --session user_123 --output user_123.json
            """)

    @OptionGroup var store: StoreArguments

    @Option(help: "Only this session.")
    var session: String?

    @Option(help: "jsonl, json, markdown, openai, openai-agents or langchain.")
    var format: ExportFormat = .jsonl

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write (default: standard output).", valueName: "file"))
    var output: String?

    @Flag(help: "Print what was done as a JSON object, when a file is written.")
    var json = false

    private static let pageSize = 1024
    /// Finding a page of sessions looks at all of them, so pages are large.
    private static let sessionsPageSize = 4096

    func validate() throws {
        try checkSessionID(session)
        if format == .openaiAgents, output == nil {
            throw ValidationError("openai-agents is a database: give --output.")
        }
        if format == .langchain, session == nil {
            throw ValidationError("LangChain keeps a session in a file of its own: give --session.")
        }
        if json, output == nil { throw ValidationError("--json tells of a file: give --output.") }
    }

    func run() async throws {
        let watch = Stopwatch()
        let done = try await store.read { store in
            if format == .openaiAgents, let output { return try await write(store, to: try await AgentsExport(output)) }
            let file = try output.map { try OutputFile($0) }
            let target = file?.output ?? Output()
            let done = try await write(store, to: ExportWriter(format, to: target, isSingle: session != nil))
            try file?.finish()
            return done
        }
        guard let output else { return }
        let terminal = Output()
        if json {
            try terminal.line(
                [
                    "sessions": .integer(Int64(done.sessions)), "messages": .integer(Int64(done.messages)),
                    "seconds": .double(watch.seconds),
                ])
        } else {
            try terminal.line(
                "Exported \(Humanized.count(done.messages, "message")) of \(Humanized.count(done.sessions, "session")) "
                    + "to \(Visible.line(output)) in \(Humanized.seconds(watch.seconds))")
        }
        try terminal.flush()
    }

    private func write(
        _ store: AmberlogStore, to sink: some SessionSink
    ) async throws -> (sessions: Int, messages: Int) {
        var sink = sink
        // No bar over what is printed to the same terminal.
        let total = session == nil ? store.statistics.messages : nil
        var progress = Progress(total: output == nil && Terminal.isOutput ? nil : total, counting: "messages")
        let isShown = output != nil || !Terminal.isOutput
        var messages = 0
        func write(_ info: SessionInfo) async throws {
            try await sink.begin(info)
            var from: UInt64 = 1
            while true {
                let page = try await store.load(info.id, from: from, limit: Self.pageSize)
                try await sink.add(page, of: info)
                messages += page.count
                if isShown { progress.update(done: UInt64(messages), count: UInt64(messages)) }
                guard page.count == Self.pageSize, let last = page.last?.sequence else { break }
                from = last + 1
            }
            try await sink.end(info)
        }
        var sessions = 0
        if let session {
            guard let info = try await store.info(session) else {
                throw MemoryError(.invalidArgument, "There is no such session", at: .init(session: session))
            }
            sessions = 1
            try await write(info)
        } else {
            var after: String?
            repeat {
                let page = try await store.sessions(by: .id, after: after, limit: Self.sessionsPageSize)
                for info in page.sessions {
                    // A listing leaves the session's metadata on disk.
                    let needsMetadata = format == .json || format == .openai
                    try await write(needsMetadata ? try await store.info(info.id) ?? info : info)
                    sessions += 1
                }
                after = page.next
            } while after != nil
        }
        try await sink.finish()
        progress.clear()
        return (sessions, messages)
    }
}
