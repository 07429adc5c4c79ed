extension Goal {
    /// What search must reach, class by class.
    static let search: [Goal] =
        [
            Goal(
                metric: "E.import", engine: "amberlog",
                measure: .atLeast(4, times: ["tantivy", "tantivy-2-threads"])),
            Goal(metric: "E.import", engine: "amberlog", measure: .atLeast(8, times: ["fts5"])),
            Goal(metric: "growth.memory.1000000", engine: "amberlog", measure: .atMostAbsolute(150)),
            Goal(metric: "E.index", engine: "amberlog", measure: .atMostAbsolute(0.35)),
        ]
        + SearchClass.all.flatMap { one in
            // Of FTS5's time, a share: it scans whole lists, so that it is far behind where words are frequent.
            let share = one.level == .low ? 1.0 / 5 : 1.0 / 20
            return [("amberlog", 1.0), ("amberlog-unmerged", 1.5), ("amberlog-default", 3)].map { engine, times in
                Goal(
                    metric: one.metric, engine: engine,
                    measure: .atMostAny([(times, "tantivy"), (times * share, "fts5")]))
            }
        }
}
