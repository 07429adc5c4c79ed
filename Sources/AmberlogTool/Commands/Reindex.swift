internal import AgentMemory
internal import Amberlog
internal import ArgumentParser
internal import Synchronization

struct Reindex: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the search index anew from the messages.",
        discussion: """
            Not needed in the ordinary course of things: messages are indexed as they are saved, and what a crash or \
            damage has left out is indexed by whoever opens the store for writing next. This does it now, and throws \
            away what the index held before.

            Example:
              amberlog reindex
              amberlog reindex --json
            """)

    @OptionGroup var store: StoreArguments

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func validate() throws {
        if store.noIndex { throw ValidationError("--no-index leaves nothing to do.") }
    }

    func run() async throws {
        let watch = Stopwatch()
        let progress = Mutex(SessionProgress())
        let statistics = try await store.open(.readWrite) { store in
            try await store.reindex { done, total in progress.withLock { $0.update(done, of: total) } }
            return store.statistics
        }
        progress.withLock { $0.clear() }
        let seconds = watch.seconds
        let output = Output()
        if json {
            try output.line(
                [
                    "sessions": .integer(Int64(statistics.sessions)),
                    "messages": .integer(Int64(clamping: statistics.indexedMessages)),
                    "index_runs": .integer(Int64(statistics.indexRuns)),
                    "index_bytes": .integer(Int64(clamping: statistics.indexBytes)), "seconds": .double(seconds),
                ])
        } else {
            try output.line(
                "Indexed \(Humanized.count(statistics.indexedMessages, "message")) of "
                    + "\(Humanized.count(statistics.sessions, "session")), \(Humanized.bytes(statistics.indexBytes)), in "
                    + Humanized.seconds(seconds))
        }
        try output.flush()
        // Messages that can't be read are passed over, so that all others can be found.
        if let failure = statistics.lastMaintenanceFailure {
            Messages.print(failure.description)
            throw ExitCode.failure
        }
    }
}

/// A bar whose length is known only when the work begins.
private struct SessionProgress {
    private var bar: Progress?

    mutating func update(_ done: Int, of total: Int) {
        var bar = bar ?? Progress(total: UInt64(total), counting: "sessions")
        bar.update(done: UInt64(done), count: UInt64(done))
        self.bar = bar
    }

    mutating func clear() { bar?.clear() }
}
