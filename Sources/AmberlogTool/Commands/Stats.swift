internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Stats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the store holds and how it is doing.",
        discussion: """
            The exit code is 1 when opening the store found damage.

            Example:
              amberlog stats
              amberlog stats --json
            """)

    @OptionGroup var store: StoreArguments

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() async throws {
        let path = try store.path
        let watch = Stopwatch()
        let (statistics, seconds) = try await store.read { ($0.statistics, watch.seconds) }
        let resident = residentBytes()
        let output = Output()
        if json {
            try output.line(object(statistics, path: path, resident: resident, seconds: seconds))
        } else {
            try write(statistics, path: path, resident: resident, seconds: seconds, to: output)
        }
        try output.flush()
        if !statistics.damages.isEmpty { throw ExitCode.failure }
    }

    /// What segments hold beyond live messages: dead ones, headers and padding. Compression can make it 0.
    private func deadBytes(_ statistics: StoreStatistics) -> UInt64 {
        let live = statistics.liveBytes - min(statistics.liveBytes, UInt64(statistics.pendingBytes))
        return statistics.segmentBytes - min(statistics.segmentBytes, live)
    }

    private func object(
        _ statistics: StoreStatistics, path: String, resident: UInt64?, seconds: Double
    ) -> JSONValue {
        [
            "store": .string(path), "sessions": .integer(Int64(statistics.sessions)),
            "messages": .integer(Int64(clamping: statistics.messages)),
            "live_bytes": .integer(Int64(clamping: statistics.liveBytes)),
            "overhead_bytes": .integer(Int64(clamping: deadBytes(statistics))),
            "segment_bytes": .integer(Int64(clamping: statistics.segmentBytes)),
            "manifest_bytes": .integer(Int64(clamping: statistics.manifestBytes)),
            "journal_bytes": .integer(Int64(clamping: statistics.journalBytes)),
            "pending_bytes": .integer(Int64(statistics.pendingBytes)),
            "committed_batch": .integer(Int64(clamping: statistics.committedBatch)),
            "durable_batch": .integer(Int64(clamping: statistics.durableBatch)),
            "index_runs": .integer(Int64(statistics.indexRuns)),
            "index_bytes": .integer(Int64(clamping: statistics.indexBytes)),
            "indexed_messages": .integer(Int64(clamping: statistics.indexedMessages)),
            "index_complete": .bool(statistics.isIndexComplete),
            "open_seconds": .double(seconds),
            "resident_bytes": resident.map { .integer(Int64(clamping: $0)) } ?? .null,
            "damages": .array(
                statistics.damages.map { damage in
                    [
                        "file": .string(damage.file), "offset": .integer(Int64(clamping: damage.offset)),
                        "what": .string(damage.what),
                        "session_ids": damage.sessions.map { .array($0.map { .string($0) }) } ?? .null,
                    ]
                }),
            "failure": statistics.failure.map { .string($0.description) } ?? .null,
        ]
    }

    private func indexText(_ statistics: StoreStatistics) -> String {
        let size = "\(Humanized.bytes(statistics.indexBytes)) in \(Humanized.count(statistics.indexRuns, "run"))"
        // Forgotten messages stay until a merge.
        let indexed = min(statistics.indexedMessages, statistics.messages)
        if !statistics.isIndexComplete {
            return "\(size), not complete: \(Humanized.count(indexed)) of "
                + Humanized.count(statistics.messages, "message")
        }
        if indexed == statistics.messages { return "\(size), all messages" }
        return "\(size), \(Humanized.count(indexed, "message")); the newest are indexed when they are searched"
    }

    private func write(
        _ statistics: StoreStatistics, path: String, resident: UInt64?, seconds: Double, to output: Output
    ) throws {
        let style = Style()
        func row(_ name: String, _ value: String) throws {
            try output.line(style.dim(name + String(repeating: " ", count: max(1, 14 - name.utf8.count))) + value)
        }
        try row("store", Visible.line(path))
        try row("sessions", Humanized.count(statistics.sessions))
        try row("messages", Humanized.count(statistics.messages))
        try row("live", Humanized.bytes(statistics.liveBytes))
        try row(
            "segments",
            "\(Humanized.bytes(statistics.segmentBytes)), \(Humanized.bytes(deadBytes(statistics))) of it dead or padding"
        )
        try row(
            "journal",
            "\(Humanized.bytes(statistics.journalBytes)), \(Humanized.bytes(statistics.pendingBytes)) not yet in segments"
        )
        try row("index", indexText(statistics))
        try row("manifest", Humanized.bytes(statistics.manifestBytes))
        try row("batches", "\(Humanized.count(statistics.committedBatch)) committed")
        if let resident { try row("memory", "\(Humanized.bytes(resident)) of this command") }
        try row("opened in", Humanized.seconds(seconds))
        for damage in statistics.damages {
            let sessions = damage.sessions.map { $0.joined(separator: ", ") } ?? "unknown"
            try output.line(
                style.red("damage        ") + "\(damage.file) at byte \(damage.offset): \(Visible.line(damage.what))"
                    + " (sessions: \(Visible.line(sessions)))")
        }
        if let failure = statistics.failure { try row("failure", Visible.line(failure.description)) }
    }
}
