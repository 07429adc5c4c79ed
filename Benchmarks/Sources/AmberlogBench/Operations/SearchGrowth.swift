import ArgumentParser
import Glibc

/// Searches against the size of the store: words in a share of the messages, words in a fixed number of them, and words
/// in one session. And the memory of a process that has searched.
enum SearchGrowth {
    private static let classes: [(name: String, one: SearchClass)] = [
        ("a word in 0.1 to 1 % of the messages", SearchClass(scope: .store, words: 1, operation: .any, level: .mid)),
        ("a word in 10 to 200 messages", SearchClass(scope: .store, words: 1, operation: .any, level: .low)),
        ("a word, in a session of 1,000", SearchClass(scope: .session, words: 1, operation: .any, level: .mid)),
    ]
    private static let queriesPerClass = 50
    private static let megabyte = 1_000_000.0

    static func run(_ context: Context) async throws {
        guard context.families.contains(.amberlog), let kind = SearchingEngineKind.amberlog.first, let open = kind.open
        else { return }
        let sizes = context.scale.name == Scale.full.name ? [100_000, 1_000_000, 10_000_000] : [10_000, 100_000]
        var metrics: [Metric] = []
        for size in sizes {
            let path = context.newPath("growth-\(size)")
            let corpus = SearchCorpus(sessions: size / 1000, messages: 1000, seed: 11)
            let queries = SearchQueries(corpus, perClass: queriesPerClass, seed: 12)
            _ = try await kind.build(path, SearchSource(corpus: corpus, file: "", arrivalFile: ""))
            let engine = try await open(path)
            try await engine.prepare(queries.all)
            for (name, one) in classes {
                let numbers = Array(queries.ranges[one]!)
                if numbers.isEmpty { continue }
                let metric = Metric(
                    "growth.\(one.row).\(one.level.rawValue).\(size)", "Of \(size) messages: \(name)", unit: "µs",
                    .lower, baseline: nil)
                metrics.append(metric)
                let limit = SearchLimit(enough: 3, nanoseconds: 1_000_000_000)
                _ = try await engine.time(numbers, limit)
                for _ in 0..<context.rounds {
                    let times = try await engine.time(numbers, limit)
                    context.report.add(metric, kind.name, Statistics.median(times.map { Double($0) / 1000 }))
                }
            }
            try await engine.close()
            let memory = Metric(
                "growth.memory.\(size)", "Of \(size) messages: resident memory after \(queries.all.count) searches",
                unit: "MB", .lower, baseline: nil)
            metrics.append(memory)
            context.report.add(memory, kind.name, try residentBytes(of: kind, path, queries) / megabyte)
            context.discard(path)
        }
        context.show(metrics)
    }

    /// In a process of its own, which has nothing else in its memory.
    private static func residentBytes(
        of kind: SearchingEngineKind, _ path: String, _ queries: SearchQueries
    ) throws -> Double {
        let file = "\(path).queries"
        let text = queries.all.map { query in
            ([query.session.map(String.init) ?? "-", query.operation.rawValue] + query.words).joined(separator: " ")
        }
        try Files.write(text.joined(separator: "\n"), to: file)
        defer { Files.remove(file) }
        return try SelfProcess.numbers("search-memory --engine \(kind.name) '\(path)' '\(file)'", count: 1)[0]
    }
}

/// The process that ``SearchGrowth`` starts.
struct SearchMemoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search-memory", abstract: "Prints the memory after searches.", shouldDisplay: false)

    @Option var engine: String
    @Argument var path: String
    @Argument var queries: String

    func run() async throws {
        guard let kind = SearchingEngineKind.all.first(where: { $0.name == engine }), let open = kind.open else {
            throw ValidationError("No engine is called \(engine).")
        }
        let parsed = try Files.read(queries).split(separator: "\n").map { line in
            let parts = line.split(separator: " ").map(String.init)
            return SearchQuery(
                words: Array(parts.dropFirst(2)), numbers: [], operation: SearchQuery.Operation(rawValue: parts[1])!,
                session: UInt32(parts[0]))
        }
        let store = try await open(path)
        try await store.prepare(parsed)
        _ = try await store.time(Array(parsed.indices), SearchLimit(enough: parsed.count, nanoseconds: 0))
        print(ProcessMemory.now().residentBytes)
        try await store.close()
    }
}
