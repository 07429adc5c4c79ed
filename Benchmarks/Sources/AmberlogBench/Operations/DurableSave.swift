/// A: a durable save of a two-message turn, one caller.
enum DurableSave {
    private struct Row {
        let label: String
        let kind: EngineKind
        var throughQueue = false
    }

    private static let median = Metric(
        "A.p50", "Durable save of a two-message turn, one caller: p50", unit: "µs", .lower, plotted: true)
    private static let tail = Metric(
        "A.p99", "Durable save of a two-message turn, one caller: p99", unit: "µs", .lower)

    static func run(_ context: Context) async throws {
        var rows = context.chosen([
            .raw, .rawExtending, .amberlog, .lmdb, .lmdbWriteMap, .rocksdb, .sqlite, .sqlitePacked, .sqliteWithoutRowid,
        ]).map { Row(label: $0.name, kind: $0) }
        if context.families.contains(.raw) {
            rows.insert(Row(label: "raw-handoff", kind: .raw, throughQueue: true), at: 1)
        }
        let warmUp = 50
        let perRound = context.scale.syncedSaves
        let plan = Plan.scattered(
            context.pool, count: warmUp + context.rounds * perRound, size: 2, sessions: 100, seed: 11)
        var engines: [String: any Engine] = [:]
        var paths: [String] = []
        for row in rows {
            let path = context.newPath(row.label)
            paths.append(path)
            engines[row.label] = try await row.kind.open(path, .synced)
            engines[row.label]!.prepare(plan)
        }
        @Sendable func measure(_ row: Row, _ engine: any Engine, _ range: Range<Int>) async throws -> [Double] {
            if row.throughQueue {
                return try await engine.saveConcurrently(plan, [range], .tasks).map { Double($0) / 1000 }
            }
            var latencies: [UInt64] = []
            latencies.reserveCapacity(range.count)
            try await engine.saveTimed(plan, range, into: &latencies)
            return latencies.map { Double($0) / 1000 }
        }
        for row in rows { _ = try await measure(row, engines[row.label]!, 0..<warmUp) }
        try await context.interleave(rows) { row, round in
            let start = warmUp + round * perRound
            let latencies = try await measure(row, engines[row.label]!, start..<(start + perRound))
            context.report.add(median, row.label, Statistics.median(latencies))
            context.report.add(tail, row.label, Statistics.percentile(latencies, 0.99))
        }
        for row in rows { try await engines[row.label]!.close() }
        for path in paths { context.discard(path) }
        context.show([median, tail])
    }
}
