internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a store from a backup.",
        discussion: """
            The store's directory must be empty or not exist.

            Example:
              amberlog restore /mnt/backup/agent-memory-today --store agent-memory
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "The backup's directory.")
    var source: String

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func run() async throws {
        let watch = Stopwatch()
        let path = try store.path
        let report: BackupReport
        do {
            report = try await AmberlogStore.restore(from: source, to: path)
        } catch var error as MemoryError {
            if error.place.backend == nil { error.place.backend = error.code == .invalidArgument ? path : source }
            throw error
        }
        try tell(report, "Restored", "into \(path)", seconds: watch.seconds, json: json)
    }
}
