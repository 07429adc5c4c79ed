import ArgumentParser
import Glibc

@main
struct AmberlogBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amberlog-bench",
        abstract: "Measures Amberlog, the raw limit of the machine, SQLite, RocksDB and LMDB side by side.",
        subcommands: [Run.self],
        defaultSubcommand: Run.self)
}

/// The operations by their letters.
enum OperationName: String, CaseIterable, Sendable {
    case durableSave = "A"
    case groupSave = "B"
    case bufferedSave = "C"
    case recentLoad = "D"

    var run: (Context) async throws -> Void {
        switch self {
        case .durableSave: DurableSave.run
        case .groupSave: GroupSave.run
        case .bufferedSave: BufferedSave.run
        case .recentLoad: RecentLoad.run
        }
    }
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the benchmarks (what happens without a command).")

    @Option(help: "Which, separated by commas.")
    var operations = OperationName.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "How often each engine is measured; medians are shown.")
    var rounds: Int?

    @Option(help: "small (about a minute) or full (about ten).")
    var scale = "full"

    @Option(help: "Where the stores are made: on the disk that is to be measured.")
    var directory = "results/stores"

    @Option(help: "raw, amberlog, lmdb, rocksdb, sqlite, separated by commas.")
    var engines = EngineKind.Family.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "Where the report goes.")
    var results = "results"

    func run() async throws {
        let names = try operations.split(separator: ",").map {
            guard let name = OperationName(rawValue: $0.uppercased()) else {
                throw ValidationError("No operation is called \($0).")
            }
            return name
        }
        let families = try engines.split(separator: ",").map {
            guard let family = EngineKind.Family(rawValue: String($0)) else {
                throw ValidationError("No engine is called \($0).")
            }
            return family
        }
        guard let scale = ["small": Scale.small, "full": Scale.full][self.scale] else {
            throw ValidationError("The scale is small or full.")
        }
        Files.raiseDescriptorLimit()
        let stores = directory + "/\(getpid())"
        try Files.makeDirectory(stores)
        defer { Files.remove(stores) }
        let context = Context(scale: scale, rounds: rounds, directory: stores, families: Set(families))
        print(
            "\(context.pool.entries.count) messages, content median \(Format.value(context.pool.medianContent)) "
                + "bytes, mean \(Format.value(context.pool.meanContent)); \(context.rounds) rounds, scale \(scale.name)\n")
        for name in names { try await name.run(context) }
    }
}
