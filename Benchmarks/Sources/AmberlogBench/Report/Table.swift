/// The report for people.
enum Table {
    static func text(_ metric: Metric, _ report: Report) -> String {
        let all = report.series(of: metric)
        let arrow = metric.direction == .lower ? "less is better" : "more is better"
        var lines = ["\(metric.id)  \(metric.title); \(metric.unit), \(arrow)"]
        let hasRatio = metric.baseline != nil && all.contains { $0.engine == metric.baseline }
        let amberlog = all.first { $0.engine == "amberlog" }
        lines.append(
            "    " + Format.left("", 24) + Format.right("median", 12) + Format.right("min..max", 24)
                + (hasRatio ? Format.right("x raw", 10) : "") + (amberlog != nil ? Format.right("amberlog x", 12) : ""))
        for one in all {
            var line = "    " + Format.left(one.engine, 24) + Format.right(Format.value(one.median), 12)
            line += Format.right(
                one.values.count > 1 ? "\(Format.value(one.low))..\(Format.value(one.high))" : "", 24)
            if hasRatio { line += Format.right(report.ratioToBaseline(one, of: metric).map(Format.ratio) ?? "", 10) }
            if let amberlog { line += Format.right(Format.ratio(report.ratio(amberlog, to: one)), 12) }
            lines.append(line)
        }
        for verdict in report.verdicts(of: metric) {
            lines.append("    \(verdict.isReached ? "✔" : verdict.goal.isAim ? "·" : "✘") \(verdict.text)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
