import Glibc

/// E: the best ten messages by BM25, in the whole store and within a session; and what making the index takes.
enum Search {
    private static let ingest = Metric(
        "E.import", "Import with indexing, session after session", unit: "messages/s", .higher, baseline: nil)
    private static let processor = Metric(
        "E.processor", "Processor time of that, all threads", unit: "s", .lower, baseline: nil)
    private static let index = Metric(
        "E.index", "Index on the disk", unit: "x content", .lower, baseline: nil)
    private static let agreement = Metric(
        "E.agreement", "Of the best ten of a plain BM25 over everything, found", unit: "share", .higher, baseline: nil)
    private static let leastAgreement = Metric(
        "E.agreement.least", "The same in the class where it is least", unit: "share", .higher, baseline: nil)

    /// p50 of each class.
    private static let latencies = Dictionary(
        uniqueKeysWithValues: SearchClass.all.map { one in
            let scope = one.scope == .store ? "Search" : "Search in a session"
            let words = one.words == 1 ? "one word" : "\(one.words) words, \(one.operation.rawValue)"
            return (
                one, Metric(one.metric, "\(scope), \(words), \(one.level.rawValue)", unit: "µs", .lower, baseline: nil)
            )
        })

    private static let queriesPerClass = 50
    /// Queries of each class whose hits are compared with the reference's: one may take a second.
    private static let comparedPerClass = 10

    private struct Row {
        let kind: SearchingEngineKind
        let engine: any SearchingEngine
    }

    static func run(_ context: Context) async throws {
        let directory = context.newPath("search")
        try Files.makeDirectory(directory)
        let isFull = context.scale.name == Scale.full.name
        let corpus = SearchCorpus(sessions: isFull ? 1000 : 100, messages: isFull ? 1000 : 100, seed: 11)
        let queries = SearchQueries(corpus, perClass: queriesPerClass, seed: 12)
        let postings = corpus.postings(of: queries.numbers)
        context.note(
            "search: \(corpus.count) messages, \(corpus.contentBytes) bytes, \(corpus.words.count) different words, "
                + "\(queries.all.count) queries")
        for one in SearchClass.all where queries.ranges[one]!.count < queriesPerClass {
            context.note("\(one.row) \(one.level.rawValue): only \(queries.ranges[one]!.count) queries")
        }

        var rows: [Row] = []
        for kind in try await build(context, corpus, directory) {
            guard let open = kind.kind.open else { continue }
            rows.append(Row(kind: kind.kind, engine: try await open(kind.path)))
        }
        let references = [SessionStatistics.store, .session].map {
            ExhaustiveSearch(corpus, postings, sessionStatistics: $0)
        }
        if context.families.contains(.raw) {
            let none = SearchingEngineKind(name: "exhaustive", family: .raw) { _, _ in
                SearchBuild(seconds: 0, processorSeconds: 0)
            }
            rows.insert(Row(kind: none, engine: references[0]), at: 0)
        }
        for row in rows { try await row.engine.prepare(queries.all) }
        for row in rows where row.kind.family != .raw {
            let reference = references[row.engine.sessionStatistics == .store ? 0 : 1]
            try await compare(row, with: reference, queries, context.report)
        }
        try await measure(context, rows, queries)
        for row in rows { try await row.engine.close() }
        show(context, corpus, rows.map(\.kind.name))
        Files.remove(directory)
    }

    /// Makes each store once; kinds that share one stand behind each other.
    private static func build(
        _ context: Context, _ corpus: SearchCorpus, _ directory: String
    ) async throws -> [(kind: SearchingEngineKind, path: String)] {
        var kinds = SearchingEngineKind.all.filter { context.families.contains($0.family) }
        if kinds.contains(where: { $0.family == .tantivy }) {
            if TantivyEngine.isAvailable {
                try corpus.write(0..<corpus.count, to: directory + "/corpus")
                try corpus.write(corpus.orderOfArrival(seed: 13), to: directory + "/arrival")
            } else {
                context.note("tantivy is left out: its Python package isn't in \(TantivyEngine.python)")
                kinds.removeAll { $0.family == .tantivy }
            }
        }
        let source = SearchSource(corpus: corpus, file: directory + "/corpus", arrivalFile: directory + "/arrival")
        var built: Set<String> = []
        var result: [(kind: SearchingEngineKind, path: String)] = []
        for kind in kinds {
            let path = "\(directory)/\(kind.storeName)"
            if built.insert(kind.storeName).inserted {
                let whole = nanoseconds()
                let build = try await kind.build(path, source)
                Files.flush(path)
                context.report.add(ingest, kind.storeName, Double(corpus.count) / build.seconds)
                context.report.add(processor, kind.storeName, build.processorSeconds)
                if let bytes = build.indexBytes {
                    context.report.add(index, kind.storeName, Double(bytes) / Double(corpus.contentBytes))
                }
                context.note(
                    "\(kind.storeName): built in \(Format.fixed(build.seconds, 1)) s, with preparation and merges in "
                        + "\(Format.fixed(Double(nanoseconds() - whole) / 1e9, 1)) s")
            }
            if kind.open == nil { Files.remove(path) }
            result.append((kind, path))
        }
        return result
    }

    /// Hits that tie with the last of the reference's are as good as it.
    private static func compare(
        _ row: Row, with reference: ExhaustiveSearch, _ queries: SearchQueries, _ report: Report
    ) async throws {
        var parts: [Double] = []
        var least = 1.0
        for one in SearchClass.all {
            var ofClass: [Double] = []
            for number in queries.ranges[one]!.prefix(comparedPerClass) {
                let query = queries.all[number]
                let best = reference.search(query)
                guard let last = best.last else { continue }
                let hits = try await row.engine.hits(of: number)
                let found = Set(hits).count { reference.score($0, query) >= last.score * (1 - 1e-5) }
                ofClass.append(Double(min(found, best.count)) / Double(best.count))
            }
            if ofClass.isEmpty { continue }
            parts += ofClass
            least = min(least, ofClass.reduce(0, +) / Double(ofClass.count))
        }
        report.add(agreement, row.kind.name, parts.reduce(0, +) / Double(parts.count))
        report.add(leastAgreement, row.kind.name, least)
    }

    private static func measure(_ context: Context, _ rows: [Row], _ queries: SearchQueries) async throws {
        // An engine that takes a second for a query gets through a few in a round, and to others in the next.
        let limit = SearchLimit(enough: 3, nanoseconds: 500_000_000)
        for one in SearchClass.all {
            let numbers = Array(queries.ranges[one]!)
            if numbers.isEmpty { continue }
            for row in rows { _ = try await row.engine.time(numbers, limit) }
            try await context.interleave(rows) { row, round in
                let first = round * 7 % numbers.count
                let times = try await row.engine.time(Array(numbers[first...] + numbers[..<first]), limit)
                let median = Statistics.median(times.map { Double($0) / 1000 })
                context.report.add(latencies[one]!, row.kind.name, median)
            }
        }
    }

    private static func show(_ context: Context, _ corpus: SearchCorpus, _ engines: [String]) {
        context.show([ingest, processor, index, agreement, leastAgreement])
        let size = "\(Format.value(Double(corpus.count))) messages in \(Format.value(Double(corpus.sessions))) sessions"
        let peers = engines.filter { !$0.hasPrefix("amberlog") && !$0.hasSuffix("-messages") }
        var tables = [("ranked: session, sequence, score", ["amberlog", "amberlog-unmerged"] + peers)]
        if engines.contains("amberlog-default") {
            tables.append(("ranked, default options", ["amberlog-default", "tantivy", "fts5"]))
        }
        tables.append(("with messages and snippets", ["amberlog-messages", "fts5-messages"]))
        for (title, own) in tables {
            let text = SearchTable.text(
                title: "E  Search, the best ten of \(size), \(title); p50 in µs, words high / mid / low", latencies,
                engines: own, context.report)
            if !text.isEmpty { print(text) }
        }
        fflush(nil)
    }
}
