/// B: the same from 64 callers at once, each with a session of its own.
enum GroupSave {
    private struct Row {
        let label: String
        let kind: EngineKind
        let callers: Callers
    }

    private static let callerCount = 64
    private static let rate = Metric(
        "B.rate", "Durable saves of a turn from 64 callers", unit: "saves/s", .higher, plotted: true)
    private static let median = Metric("B.p50", "The same: latency, p50", unit: "µs", .lower)
    private static let tail = Metric("B.p99", "The same: latency, p99", unit: "µs", .lower)

    static func run(_ context: Context) async throws {
        let rows = [
            Row(label: "raw", kind: .raw, callers: .tasks),
            Row(label: "raw-threads", kind: .raw, callers: .threads),
            Row(label: "amberlog", kind: .amberlog, callers: .tasks),
            Row(label: "amberlog-indexed", kind: .amberlogIndexed, callers: .tasks),
            Row(label: "lmdb", kind: .lmdb, callers: .tasks),
            Row(label: "rocksdb", kind: .rocksdb, callers: .nativeThreads),
            Row(label: "rocksdb-group", kind: .rocksdb, callers: .tasks),
            Row(label: "sqlite", kind: .sqlite, callers: .tasks),
            Row(label: "sqlite-packed", kind: .sqlitePacked, callers: .tasks),
            Row(label: "sqlite-without-rowid", kind: .sqliteWithoutRowid, callers: .tasks),
            Row(label: "sqlite-fts5", kind: .sqliteFTS5, callers: .tasks),
        ].filter { context.families.contains($0.kind.family) }
        let perCaller = context.scale.groupSaves
        let plan = makePlan(context, rounds: context.rounds + 1, perCaller: perCaller)
        var engines: [String: any Engine] = [:]
        var paths: [String] = []
        for row in rows {
            let path = context.newPath(row.label)
            paths.append(path)
            engines[row.label] = try await row.kind.open(path, .synced)
            engines[row.label]!.prepare(plan)
        }
        func measure(_ row: Row, _ round: Int) async throws -> (rate: Double, latencies: [Double]) {
            let ranges = (0..<callerCount).map { caller in
                let start = (round * callerCount + caller) * perCaller
                return start..<(start + perCaller)
            }
            let start = nanoseconds()
            let latencies = try await engines[row.label]!.saveConcurrently(plan, ranges, row.callers)
            let seconds = Double(nanoseconds() - start) / 1e9
            return (Double(callerCount * perCaller) / seconds, latencies.map { Double($0) / 1000 })
        }
        for row in rows { _ = try await measure(row, 0) }
        try await context.interleave(rows) { row, round in
            let result = try await measure(row, round + 1)
            context.report.add(rate, row.label, result.rate)
            context.report.add(median, row.label, Statistics.median(result.latencies))
            context.report.add(tail, row.label, Statistics.percentile(result.latencies, 0.99))
        }
        for row in rows { try await engines[row.label]!.close() }
        for path in paths { context.discard(path) }
        context.show([rate, median, tail])
    }

    /// Round by round, caller by caller, so that each has a range.
    private static func makePlan(_ context: Context, rounds: Int, perCaller: Int) -> Plan {
        var plan = Plan(pool: context.pool, size: 2, saves: [])
        var batch: UInt32 = 0
        for round in 0..<rounds {
            for caller in 0..<callerCount {
                for index in 0..<perCaller {
                    batch = (batch + 1) % UInt32(context.pool.entries.count / 2)
                    plan.saves.append(
                        Plan.Save(
                            session: UInt32(caller), sequence: UInt32((round * perCaller + index) * 2 + 1),
                            batch: batch))
                }
            }
        }
        return plan
    }
}
