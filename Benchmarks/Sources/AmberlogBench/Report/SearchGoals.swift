extension Goal {
    /// What search must reach, class by class.
    static let search: [Goal] =
        [
            Goal(
                metric: "E.import", engine: "amberlog",
                measure: .atLeast(4, times: ["tantivy", "tantivy-2-threads"])),
            Goal(metric: "E.import", engine: "amberlog", measure: .atLeast(8, times: ["fts5"])),
            Goal(metric: "E.index", engine: "amberlog", measure: .atMostAbsolute(0.35)),
        ]
        + SearchClass.all.flatMap { one in
            let metric = one.metric
            return [
                Goal(metric: metric, engine: "amberlog", measure: .atMost(1, times: ["tantivy"])),
                Goal(
                    metric: metric, engine: "amberlog",
                    measure: .atMost(one.level == .low ? 1 / 5 : 1 / 20, times: ["fts5"])),
                Goal(metric: metric, engine: "amberlog-unmerged", measure: .atMost(1.5, times: ["tantivy"])),
                Goal(metric: metric, engine: "amberlog-default", measure: .atMost(3, times: ["tantivy"])),
            ]
        }
}
