/// G: opening a store and loading the newest 50 messages of one session.
enum Opening {
    private static let warm = Metric(
        "G.warm", "Open and first load, page cache warm", unit: "ms", .lower, baseline: nil, plotted: true)
    private static let evicted = Metric(
        "G.evicted", "Open and first load, store evicted from the page cache", unit: "ms", .lower, baseline: nil)
    private static let many = Metric(
        "G.many", "Open and first load, many short sessions, page cache warm", unit: "ms", .lower, baseline: nil)
    private static let manyEvicted = Metric(
        "G.many.evicted", "Open and first load, many short sessions, evicted", unit: "ms", .lower, baseline: nil)

    private static let kinds: [EngineKind] = [.amberlog, .amberlogSealed, .lmdb, .rocksdb, .sqlite, .sqlitePacked]

    static func run(_ context: Context) async throws {
        try await run(context, sessions: context.scale.sessions, messages: 100, warm, evicted)
        try await run(context, sessions: context.scale.manySessions, messages: 10, many, manyEvicted)
        context.show([warm, evicted, many, manyEvicted])
    }

    private static func run(
        _ context: Context, sessions: Int, messages: Int, _ warm: Metric, _ evicted: Metric
    ) async throws {
        var rows: [(kind: EngineKind, path: String)] = []
        for kind in context.chosen(kinds) {
            rows.append((kind, try await context.store(kind, sessions: sessions, messages: messages)))
        }
        func open(_ row: (kind: EngineKind, path: String), _ round: Int) async throws -> Double {
            let picks = Plan.popularSessions(count: 1, of: sessions, seed: UInt64(400 + round))
            var engine: (any Engine)!
            let time = try await seconds {
                engine = try await row.kind.open(row.path, .reading)
                _ = try await engine.load(picks[...], limit: 50, .decoded)
            }
            try await engine.close()
            return time * 1000
        }
        try await context.interleave(rows) { row, round in
            _ = try await open(row, round)
            context.report.add(warm, row.kind.name, try await open(row, round))
            Files.evict(row.path)
            context.report.add(evicted, row.kind.name, try await open(row, round))
        }
    }
}
