/// The time of a load against the length of the session, and against the number of sessions.
enum Curves {
    private static let kinds: [EngineKind] = [.amberlogUncached, .lmdb, .rocksdb, .sqlitePacked]

    static func run(_ context: Context) async throws {
        try await lengths(context)
        try await stores(context)
    }

    /// One store with a session of each length.
    private static func lengths(_ context: Context) async throws {
        var lengths = [50]
        var next = 1000
        while next <= context.scale.curveMaximum * 10 {
            lengths.append(next)
            next *= 10
        }
        var plan = Plan(pool: context.pool, size: 10, saves: [])
        let batches = UInt32(context.pool.entries.count / 10)
        for (session, length) in lengths.enumerated() {
            // Counted from the end, so that the newest messages are the same in all of them.
            for index in 0..<(length / 10) {
                plan.saves.append(
                    Plan.Save(
                        session: UInt32(session), sequence: UInt32(index * 10 + 1),
                        batch: UInt32(length / 10 - 1 - index) % batches))
            }
        }
        var rows: [(kind: EngineKind, engine: any Engine, path: String)] = []
        for kind in context.chosen(kinds) {
            let path = context.newPath(kind.name)
            let building = try await kind.open(path, .buffered)
            building.prepare(plan)
            try await building.build(plan)
            try await building.settle()
            try await building.close()
            rows.append((kind, try await kind.open(path, .reading), path))
        }
        for (session, length) in lengths.enumerated() {
            let metric = Metric(
                "curve.length.\(length)", "The newest 50 of a session of \(length) messages", unit: "µs", .lower,
                baseline: nil)
            let picks = [UInt32](repeating: UInt32(session), count: context.scale.loads / 4)
            try await measure(context, metric, rows.map { ($0.kind, $0.engine) }, picks)
        }
        for row in rows {
            try await row.engine.close()
            context.discard(row.path)
        }
        print(CurveTable.text(Curve(.length, context.report), xTitle: "messages in the session"))
    }

    /// One store of each size. The sessions that are loaded are always ten, of more than 50 messages, spread evenly:
    /// what differs is what is around them.
    private static func stores(_ context: Context) async throws {
        var sizes: [Int] = []
        var next = 10
        while next <= context.scale.curveMaximum {
            sizes.append(next)
            next *= 10
        }
        for size in sizes {
            let metric = Metric(
                "curve.sessions.\(size)", "The newest 50 of a session in a store of \(size) sessions", unit: "µs",
                .lower, baseline: nil)
            var rows: [(kind: EngineKind, engine: any Engine)] = []
            for kind in context.chosen(kinds) {
                let path = try await context.store(kind, sessions: size, messages: 10)
                rows.append((kind, try await kind.open(path, .reading)))
            }
            let probes = Plan.probes(of: size)
            let picks = (0..<(context.scale.loads / 4)).map { probes[$0 % probes.count] }
            try await measure(context, metric, rows, picks)
            for row in rows { try await row.engine.close() }
        }
        print(CurveTable.text(Curve(.sessions, context.report), xTitle: "sessions in the store"))
    }

    private static func measure(
        _ context: Context, _ metric: Metric, _ rows: [(kind: EngineKind, engine: any Engine)], _ picks: [UInt32]
    ) async throws {
        for row in rows { _ = try await row.engine.load(picks.prefix(100), limit: 50, .decoded) }
        try await context.interleave(rows) { row, _ in
            var total = LoadTotal()
            let time = try await seconds { total = try await row.engine.load(picks[...], limit: 50, .decoded) }
            if total.messages != picks.count * 50 { throw EngineError("\(row.kind.name) loaded \(total)") }
            context.report.add(metric, row.kind.name, time * 1e6 / Double(picks.count))
        }
    }
}
