/// C: saves that don't wait for the disk, sustained.
///
/// Every round begins with an empty store. Amberlog's time includes its checkpoints, the last one too.
enum BufferedSave {
    private static let turn = Metric(
        "C.turn", "Buffered saves, one turn each", unit: "messages/s", .higher, plotted: true)
    private static let hundred = Metric(
        "C.hundred", "Buffered saves, 100 messages each", unit: "messages/s", .higher, plotted: true)

    static func run(_ context: Context) async throws {
        try await run(context, turn, size: 2)
        try await run(context, hundred, size: 100)
    }

    private static func run(_ context: Context, _ metric: Metric, size: Int) async throws {
        let kinds = context.chosen([
            .rawAppending, .rawOverwriting, .amberlog, .amberlogDictionaries, .lmdbWriteMap, .lmdb, .rocksdb, .sqlite,
            .sqlitePacked,
            .sqliteNormal,
        ])
        let meanRecord = context.pool.bytes(of: 0..<context.pool.entries.count).count / context.pool.entries.count
        let count = context.scale.bufferedBytes / meanRecord / size
        let plan = Plan.scattered(context.pool, count: count, size: size, sessions: 1000, seed: 13)
        let chunk = max(1, 2000 / size)
        try await context.interleave(kinds, rounds: max(3, context.rounds * 5 / 7)) { kind, round in
            let path = context.newPath(kind.name)
            let engine = try await kind.open(path, .buffered)
            engine.prepare(plan)
            // A little to warm up: pages of code, pools of memory.
            var position = min(plan.count / 50, 4 * chunk)
            try await engine.save(plan, 0..<position)
            let first = position
            let isSustained = kind.family == .amberlog
            let start = nanoseconds()
            let deadline = start + UInt64(context.scale.bufferedSeconds * 1e9)
            while position < plan.count && (isSustained || nanoseconds() < deadline) {
                let end = min(plan.count, position + chunk)
                try await engine.save(plan, position..<end)
                position = end
            }
            try await engine.finishBuffered()
            let seconds = Double(nanoseconds() - start) / 1e9
            context.report.add(metric, kind.name, Double((position - first) * size) / seconds)
            try await engine.close()
            context.discard(path)
        }
        context.show([metric])
    }
}
