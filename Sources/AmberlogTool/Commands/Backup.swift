internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store, consistently, while it may be in use.",
        discussion: """
            The copy is a store itself. It is read back and verified before the command ends.

            Example:
              amberlog backup /mnt/backup/agent-memory-today
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "A directory that is empty or doesn't exist.")
    var destination: String

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func run() async throws {
        let watch = Stopwatch()
        let report = try await store.read { try await $0.backUp(to: destination) }
        try tell(report, "Backed up", "to \(destination)", seconds: watch.seconds, json: json)
    }
}

/// Prints what a backup or a restore copied.
func tell(_ report: BackupReport, _ verb: String, _ place: String, seconds: Double, json: Bool) throws {
    let output = Output()
    if json {
        try output.line(
            [
                "sessions": .integer(Int64(report.sessions)), "messages": .integer(Int64(clamping: report.messages)),
                "bytes": .integer(Int64(clamping: report.bytes)), "seconds": .double(seconds),
            ])
    } else {
        try output.line(
            "\(verb) \(Humanized.count(report.sessions, "session")), \(Humanized.count(report.messages, "message")), "
                + "\(Humanized.bytes(report.bytes)) \(Visible.line(place)) in \(Humanized.seconds(seconds)); verified")
    }
    try output.flush()
}
