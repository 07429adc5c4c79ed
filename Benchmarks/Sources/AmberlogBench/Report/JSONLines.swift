/// The report for programs: one object for the run, one for each engine in each metric, one for each goal.
enum JSONLines {
    static func text(_ report: Report, run: [(String, String)]) -> String {
        var lines = [object([("kind", quoted("run"))] + run.map { ($0.0, quoted($0.1)) })]
        for metric in report.metrics {
            for one in report.series(of: metric) {
                var members = [
                    ("kind", quoted("figure")), ("metric", quoted(metric.id)), ("title", quoted(metric.title)),
                    ("engine", quoted(one.engine)), ("unit", quoted(metric.unit)),
                    ("better", quoted(metric.direction.rawValue)), ("median", number(one.median)),
                    ("min", number(one.low)), ("max", number(one.high)),
                    ("rounds", "[" + one.values.map(number).joined(separator: ",") + "]"),
                ]
                if let ratio = report.ratioToBaseline(one, of: metric) { members.append(("ratioToRaw", number(ratio))) }
                lines.append(object(members))
            }
            for verdict in report.verdicts(of: metric) {
                lines.append(
                    object([
                        ("kind", quoted(verdict.goal.isAim ? "aim" : "goal")), ("metric", quoted(metric.id)),
                        ("engine", quoted(verdict.goal.engine)), ("text", quoted(verdict.text)),
                        ("reached", verdict.isReached ? "true" : "false"),
                    ]))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { quoted($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        value.isFinite ? "\(value)" : "null"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 32: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
