/// H: forgetting: one session, and a tenth of all with its space given back. Uses up the stores of D.
enum Clearing {
    private static let buffered = Metric(
        "H.buffered", "Clear a session of 100 messages, not waiting for the disk: p50", unit: "µs", .lower,
        baseline: nil, plotted: true)
    private static let durable = Metric(
        "H.durable", "Clear a session of 100 messages, durably: p50", unit: "µs", .lower, baseline: nil)
    private static let tenth = Metric(
        "H.tenth", "Clear a tenth of all sessions and reclaim the space", unit: "s", .lower, baseline: nil)
    private static let reclaimed = Metric(
        "H.reclaim", "Of that, the reclaiming", unit: "s", .lower, baseline: nil)

    static func run(_ context: Context) async throws {
        let sessions = context.scale.sessions
        var random = Random(seed: 19)
        let order = (0..<UInt32(sessions)).shuffled(using: &random)
        let each = sessions / 100
        var rows: [(kind: EngineKind, path: String)] = []
        for kind in context.chosen([
            .rawFiles, .amberlog, .amberlogSealed, .lmdb, .rocksdb, .sqlite, .sqlitePacked, .sqliteWithoutRowid,
        ]) {
            rows.append((kind, try await context.store(kind, sessions: sessions, messages: 100)))
        }
        var position = 0
        for (metric, mode) in [(buffered, OpenMode.buffered), (durable, OpenMode.synced)] {
            var engines: [String: any Engine] = [:]
            for row in rows where metric != durable || row.kind.family != .raw {
                engines[row.kind.name] = try await row.kind.open(row.path, mode)
            }
            let start = position
            try await context.interleave(rows) { row, round in
                guard let engine = engines[row.kind.name] else { return }
                let first = start + round * each
                var latencies: [UInt64] = []
                try await engine.clear(order[first..<(first + each)], into: &latencies)
                context.report.add(metric, row.kind.name, Statistics.median(latencies.map { Double($0) / 1000 }))
            }
            position += context.rounds * each
            for engine in engines.values { try await engine.close() }
        }
        let start = position
        try await context.interleave(rows, rounds: 3) { row, round in
            let engine = try await row.kind.open(row.path, .buffered)
            let first = start + round * (sessions / 10)
            var latencies: [UInt64] = []
            let clearing = try await seconds {
                try await engine.clear(order[first..<(first + sessions / 10)], into: &latencies)
            }
            let reclaiming = try await seconds { try await engine.reclaim() }
            context.report.add(tenth, row.kind.name, clearing + reclaiming)
            context.report.add(reclaimed, row.kind.name, reclaiming)
            try await engine.close()
            Files.flush(row.path)
        }
        context.removeStores(sessions: sessions, messages: 100)
        context.show([buffered, durable, tenth, reclaimed])
    }
}
