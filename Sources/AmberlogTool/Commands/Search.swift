internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find messages, best first.",
        discussion: """
            Words are alternatives: messages that have more of them, or rarer ones, come first. "a phrase" in quotes, \
            +must, -not, prefix*, role:user, after:7d, before:2026-02-01 and meta.key:value narrow it down; every \
            text is a query. One that begins with - comes after --.

            Where a crash has left messages that are not indexed, they are indexed first, if nobody else has the \
            store open for writing; otherwise a line on standard error says how much was looked at. With --no-index \
            every message is read, no byte is changed, and operators are words.

            Example:
              amberlog search "walk in the rain" --limit 5 --context 1
              amberlog search deadline --session user_123 --role user --after 7d --json
              amberlog search '+"refund policy" -draft meta.lang:en'
              amberlog search --ranking words -- -draft report
              amberlog search --count refund role:user
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "The words to find.")
    var query: [String]

    @Option(help: "Only this session.")
    var session: String?

    @Option(help: "At most so many hits.")
    var limit = 10

    @Option(help: ArgumentHelp("So many neighbors on either side of each hit.", valueName: "n"))
    var context = 0

    @Option(help: "Only messages of this role.")
    var role: String?

    @Option(help: "Only messages said then or later: 2026-01-31T12:00Z, 2026-01-31, 2026-01, 7d, yesterday.")
    var after: QueryTimeArgument?

    @Option(help: "Only messages said earlier than this.")
    var before: QueryTimeArgument?

    @Option(
        help: ArgumentHelp(
            "conversation, or words.",
            discussion: """
                In a conversation, what was said around a message counts, and who said it and when; words alone are \
                plain BM25.
                """))
    var ranking: Ranking = .conversation

    @Flag(help: "Print how many messages match, and nothing else.")
    var count = false

    @Flag(help: "Print each hit as a line of JSON.")
    var json = false

    enum Ranking: String, ExpressibleByArgument, CaseIterable {
        case conversation, words

        var parts: SearchRanking {
            switch self {
            case .conversation: .conversation
            case .words: .wordsOnly
            }
        }
    }

    private var text: String { query.joined(separator: " ") }

    func validate() throws {
        if query.isEmpty { throw ValidationError("Say what to find.") }
        try checkSessionID(session)
        try checkLimit(limit)
        try checkLimit(context, atLeast: 0, "--context")
    }

    func run() async throws {
        if count { return try await printCount() }
        var results = try await store.read { try await search($0) }
        if !results.isComplete { results = try await searchCompletely() ?? results }
        let output = Output()
        let printer = HitPrinter(output, withContext: context > 0)
        for (index, hit) in results.hits.enumerated() {
            if json { try printer.printJSON(hit) } else { try printer.print(hit, number: index + 1) }
        }
        try output.flush()
        if results.hits.isEmpty, !json { Messages.print("Nothing found") }
        if !results.isComplete {
            Messages.print(
                "The index is not complete: \(Humanized.count(results.indexedMessages)) of "
                    + "\(Humanized.count(results.messages, "message")) were looked at")
        }
    }

    private func printCount() async throws {
        let (count, isComplete) = try await store.read { store in
            (
                try await store.matchCount(text, in: session, options: options),
                try await store.searchResults(text, in: session, options: SearchOptions(limit: 0)).isComplete
            )
        }
        let output = Output()
        try output.line(json ? "{\"matches\":\(count)}" : "\(count)")
        try output.flush()
        if !isComplete { Messages.print("The index is not complete: there may be more") }
    }

    private var options: SearchOptions {
        SearchOptions(
            limit: limit, context: context, role: role.map { Role($0) }, after: after?.time, before: before?.time,
            ranking: ranking.parts)
    }

    private func search(_ store: AmberlogStore) async throws -> SearchResults {
        try await store.searchResults(text, in: session, options: options)
    }

    /// Searches after the index is complete. A reader changes nothing, so it can't see to that.
    ///
    /// - Returns: `nil` when this command can't see to it either.
    private func searchCompletely() async throws -> SearchResults? {
        for attempt in 0..<Self.attempts {
            if attempt > 0 {
                // Whoever writes may be between a checkpoint and its index run.
                try await Task.sleep(for: .milliseconds(100))
                let results = try await store.read { try await search($0) }
                if results.isComplete || attempt == Self.attempts - 1 { return results }
            }
            do {
                return try await store.open(.readWrite) { store in
                    try await waitForIndex(of: store)
                    let results = try await search(store)
                    if results.isComplete { return results }
                    // A run that is damaged shows when it is read, and is made again.
                    try await waitForIndex(of: store)
                    return try await search(store)
                }
            } catch let error as MemoryError {
                // It could be read before, so what was found there stands.
                if error.code != .locked { return nil }
            }
        }
        return nil
    }

    private static let attempts = 4
    /// Whoever waits for the index gives up when so long nothing has come of it.
    private static let patience_s = 30.0

    private func waitForIndex(of store: AmberlogStore) async throws {
        let failure = store.statistics.lastMaintenanceFailure?.description
        var progress = Progress(total: store.statistics.messages, counting: "messages indexed")
        defer { progress.clear() }
        var watch = Stopwatch()
        var indexed: UInt64 = 0
        while true {
            let statistics = store.statistics
            if statistics.isIndexComplete || !statistics.damages.isEmpty || statistics.failure != nil { return }
            if let new = statistics.lastMaintenanceFailure?.description, new != failure { return }
            if statistics.indexedMessages != indexed {
                indexed = statistics.indexedMessages
                watch = Stopwatch()
            }
            if watch.seconds > Self.patience_s { return }
            progress.update(done: indexed, count: indexed)
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
