/// D, the other half: the newest 50 messages of sessions that were just saved to, in a store that stayed open.
enum HotLoad {
    private static let rate = Metric(
        "D.hot", "The newest 50 messages of a session saved to just now, decoded (raw: pread alone)", unit: "loads/s",
        .higher)

    static func run(_ context: Context) async throws {
        let sessions = 200
        let plan = Plan.conversations(context.pool, sessions: sessions, messages: 60, seed: 17)
        var rows: [(kind: EngineKind, engine: any Engine, path: String)] = []
        for kind in context.chosen([.rawFiles, .amberlog, .lmdb, .rocksdb, .sqlite, .sqlitePacked]) {
            let path = context.newPath(kind.name)
            let engine = try await kind.open(path, .buffered)
            engine.prepare(plan)
            try await engine.save(plan, 0..<plan.count)
            rows.append((kind, engine, path))
        }
        try await context.interleave(rows) { row, round in
            let picks = Plan.popularSessions(count: context.scale.loads, of: sessions, seed: UInt64(200 + round))
            let form = row.kind.family == .raw ? LoadForm.undecoded : .decoded
            let time = try await seconds { _ = try await row.engine.load(picks[...], limit: 50, form) }
            context.report.add(rate, row.kind.name, Double(picks.count) / time)
        }
        for row in rows {
            try await row.engine.close()
            context.discard(row.path)
        }
        context.show([rate])
    }
}
