/// The classes of searches as a matrix: a line for each, a column for each engine.
enum SearchTable {
    static func text(title: String, _ metrics: [SearchClass: Metric], engines: [String], _ report: Report) -> String {
        let engines = engines.filter { engine in
            metrics.values.contains { report.series(of: $0).contains { $0.engine == engine } }
        }
        if engines.isEmpty { return "" }
        var rows: [String] = []
        for one in SearchClass.all where !rows.contains(one.row) { rows.append(one.row) }
        var cells: [[String]] = [[""] + engines]
        for row in rows {
            cells.append(
                [row]
                    + engines.map { engine in
                        SearchClass.all.filter { $0.row == row }.map { one in
                            let series = metrics[one].flatMap { metric in
                                report.series(of: metric).first { $0.engine == engine }
                            }
                            return series.map { Format.value($0.median) } ?? "-"
                        }.joined(separator: " / ")
                    })
        }
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        let lines = cells.map { row in
            row.enumerated().map { column, cell in
                column == 0 ? "    " + Format.left(cell, 8) : Format.right(cell, widths[column] + 3)
            }.joined()
        }
        return ([title] + lines + verdicts(metrics, report, engines)).joined(separator: "\n") + "\n"
    }

    /// One line for each kind of goal, and one for each goal that was missed.
    private static func verdicts(
        _ metrics: [SearchClass: Metric], _ report: Report, _ engines: [String]
    ) -> [String] {
        var groups: [(key: String, all: [(one: SearchClass, verdict: Report.Verdict)])] = []
        for one in SearchClass.all {
            guard let metric = metrics[one] else { continue }
            for verdict in report.verdicts(of: metric) where engines.contains(verdict.goal.engine) {
                let key = "\(verdict.goal.engine) \(name(verdict.goal.measure))"
                if let index = groups.firstIndex(where: { $0.key == key }) {
                    groups[index].all.append((one, verdict))
                } else {
                    groups.append((key, [(one, verdict)]))
                }
            }
        }
        return groups.flatMap { group in
            let missed = group.all.filter { !$0.verdict.isReached }
            let mark = missed.isEmpty ? "✔" : "✘"
            return ["    \(mark) \(group.key): \(group.all.count - missed.count) of \(group.all.count) classes"]
                + missed.map { "        ✘ \($0.one.row) \($0.one.level.rawValue): \($0.verdict.text)" }
        }
    }

    private static func name(_ measure: Goal.Measure) -> String {
        switch measure {
        case .atLeast(let bound, let names): "at least \(Format.ratio(bound)) x \(names.joined(separator: ", "))"
        case .atMost(let bound, let names): "at most \(Format.ratio(bound)) x \(names.joined(separator: ", "))"
        case .atMostAny(let bounds):
            "at most the slowest of "
                + bounds.map { "\(Format.ratio($0.bound)) x \($0.engine)" }.joined(separator: ", ")
        case .atMostAbsolute(let bound): "at most \(Format.value(bound))"
        }
    }
}
