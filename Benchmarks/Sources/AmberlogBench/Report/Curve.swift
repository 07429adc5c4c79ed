/// The metrics of a report that differ in one number: `curve.length.50`, `curve.length.1000`...
struct Curve {
    enum Name: String {
        case length
        case sessions
    }

    struct Line {
        let engine: String
        let points: [(x: Double, series: Report.Series)]
    }

    let xs: [Double]
    let lines: [Line]

    init(_ name: Name, _ report: Report) {
        let prefix = "curve.\(name.rawValue)."
        let columns = report.metrics.filter { $0.id.hasPrefix(prefix) }
            .map { (x: Double($0.id.dropFirst(prefix.count)) ?? 0, series: report.series(of: $0)) }
        xs = columns.map(\.x)
        let engines = columns.first?.series.map(\.engine) ?? []
        lines = engines.map { engine in
            Line(
                engine: engine,
                points: columns.compactMap { column in
                    column.series.first { $0.engine == engine }.map { (column.x, $0) }
                })
        }
    }
}

/// A curve as a table, one line for each engine.
enum CurveTable {
    static func text(_ curve: Curve, xTitle: String) -> String {
        var lines = [
            "curve  Load of the newest 50 messages by \(xTitle); µs, medians",
            "    " + Format.left("", 24) + curve.xs.map { Format.right(Format.value($0), 12) }.joined(),
        ]
        for line in curve.lines {
            lines.append(
                "    " + Format.left(line.engine, 24)
                    + line.points.map { Format.right(Format.value($0.series.median), 12) }.joined())
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
