/// D: the newest 50 messages of popular sessions, after the store was closed and opened again; everything in the
/// page cache, nothing in the process but what the engine keeps there by itself.
enum RecentLoad {
    private static let rate = Metric(
        "D.rate", "The newest 50 messages of a popular session, decoded (raw: pread alone)", unit: "loads/s", .higher,
        plotted: true)
    private static let undecoded = Metric(
        "D.undecoded", "The newest 50 messages of a popular session, as bytes", unit: "loads/s", .higher)

    private struct Row {
        let kind: EngineKind
        let engine: any Engine
    }

    static func run(_ context: Context) async throws {
        let sessions = context.scale.sessions
        var rows: [Row] = []
        for kind in context.chosen([
            .rawFiles, .amberlog, .amberlogUncached, .amberlogSealed, .amberlogSealedUncached, .lmdb, .rocksdb,
            .sqlite, .sqlitePacked, .sqliteWithoutRowid,
        ]) {
            let path = try await context.store(kind, sessions: sessions, messages: 100)
            rows.append(Row(kind: kind, engine: try await kind.open(path, .reading)))
        }
        let everything = (0..<UInt32(sessions)).map { $0 }
        var digest: LoadTotal?
        for row in rows {
            let total = try await row.engine.load(everything[...], limit: 50, .decoded)
            if let digest, digest != total {
                throw EngineError("\(row.kind.name) loaded \(total), others \(digest)")
            }
            digest = total
        }
        try await context.interleave(rows) { row, round in
            let picks = Plan.popularSessions(count: context.scale.loads, of: sessions, seed: UInt64(100 + round))
            func rateOf(_ form: LoadForm) async throws -> Double {
                let time = try await seconds { _ = try await row.engine.load(picks[...], limit: 50, form) }
                return Double(picks.count) / time
            }
            let decoded = try await rateOf(.decoded)
            if row.kind.family == .amberlog {
                context.report.add(rate, row.kind.name, decoded)
                return
            }
            let bytes = try await rateOf(.undecoded)
            context.report.add(undecoded, row.kind.name, bytes)
            if row.kind.family == .raw { context.report.add(rate, row.kind.name, bytes) }
            context.report.add(rate, row.kind.family == .raw ? "raw-decoded" : row.kind.name, decoded)
        }
        for row in rows { try await row.engine.close() }
        context.show([rate, undecoded])
    }
}
