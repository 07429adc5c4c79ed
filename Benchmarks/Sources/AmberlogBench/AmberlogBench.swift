import ArgumentParser
import Glibc

@main
struct AmberlogBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amberlog-bench",
        abstract: "Measures Amberlog, the raw limit of the machine, SQLite, RocksDB, LMDB and tantivy side by side.",
        subcommands: [Run.self, MemoryCommand.self, SearchMemoryCommand.self, MigrateStepCommand.self],
        defaultSubcommand: Run.self)
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the benchmarks (what happens without a command).")

    @Option(help: "Which, separated by commas: A, B, C, D, E, F, G, curve, growth, adapters, H.")
    var operations = OperationName.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "How often each engine is measured; medians are shown.")
    var rounds: Int?

    @Option(help: "small (some minutes) or full (about forty).")
    var scale = "full"

    @Option(help: "Where the stores are made: on the disk that is to be measured.")
    var directory = "results/stores"

    @Option(help: "raw, amberlog, lmdb, rocksdb, sqlite, tantivy, separated by commas.")
    var engines = EngineKind.Family.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "A Redis server, redis://HOST:PORT/NUMBER, for the operations that need one; `run` starts one.")
    var redis: String?

    @Option(help: "A PostgreSQL server, postgresql://USER@HOST/DATABASE, likewise.")
    var postgresql: String?

    @Option(help: "Where the report goes.")
    var results = "results"

    func run() async throws {
        let names = try operations.split(separator: ",").map {
            guard let name = OperationName(text: $0) else { throw ValidationError("No operation is called \($0).") }
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
        let context = Context(
            scale: scale, rounds: rounds, directory: stores, families: Set(families),
            servers: Servers(redis: redis, postgresql: postgresql))
        let summary =
            "\(Format.value(Double(context.pool.entries.count))) messages in the pool, content median "
            + "\(Format.value(context.pool.medianContent)) bytes, mean \(Format.value(context.pool.meanContent)); "
            + "\(context.rounds) rounds, scale \(scale.name)"
        print(summary + "\n")
        let time = try await seconds {
            for name in OperationName.allCases where names.contains(name) {
                let time = try await seconds { try await name.run(context) }
                context.note("\(name.rawValue) took \(Format.value(time)) s")
            }
        }
        try write(context, summary: summary)
        print("Took \(Format.value(time)) s.")
    }

    private func write(_ context: Context, summary: String) throws {
        let run = Machine.description + [("workload", summary)]
        let lines = JSONLines.text(context.report, run: run)
        let plot = Plot.svg(context.report, subtitle: summary)
        try Files.makeDirectory(results)
        let stamp = Machine.timeText("%Y%m%d-%H%M%S")
        for name in [stamp, "latest"] {
            try Files.write(lines, to: "\(results)/\(name).jsonl")
            try Files.write(plot, to: "\(results)/\(name).svg")
        }
        let verdicts = context.report.metrics.flatMap { context.report.verdicts(of: $0) }
        let goals = verdicts.filter { !$0.goal.isAim }
        print("\(goals.filter(\.isReached).count) of \(goals.count) goals reached.")
        print("Written: \(results)/\(stamp).jsonl and .svg, also as latest.")
    }
}
