/// The report as a picture: bars for the operations, lines for the curves.
enum Plot {
    private static let width = 920.0
    private static let labelWidth = 170.0
    private static let barWidth = 420.0
    private static let rowHeight = 20.0

    static func svg(_ report: Report, subtitle: String) -> String {
        var y = 64.0
        var body = ""
        for metric in report.metrics where metric.isPlotted {
            body += panel(metric, report, y: &y)
        }
        for (name, title) in [
            (Curve.Name.length, "Load of the newest 50 by the length of the session (µs)"),
            (.sessions, "Load of the newest 50 by the number of sessions in the store (µs)"),
        ] {
            let curve = Curve(name, report)
            if curve.xs.count > 1 { body += chart(curve, title: title, y: &y) }
        }
        let height = y + 16
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(height))" \
            viewBox="0 0 \(n(width)) \(n(height))" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="20" y="30" font-size="18" font-weight="600">Amberlog and its peers, against the raw limit</text>
            <text x="20" y="48" fill="#57606a">\(escaped(subtitle))</text>
            \(body)</svg>

            """
    }

    private static func panel(_ metric: Metric, _ report: Report, y: inout Double) -> String {
        let all = report.series(of: metric)
        let isRatio = metric.baseline != nil && all.contains { $0.engine == metric.baseline }
        var lengths: [Double] = []
        var labels: [String] = []
        for one in all {
            let value = "\(Format.value(one.median)) \(metric.unit)"
            if isRatio, let ratio = report.ratioToBaseline(one, of: metric) {
                // The part of the limit's speed: 1 is as fast as the machine.
                let speed = metric.direction == .higher ? ratio : 1 / ratio
                lengths.append(speed)
                labels.append("\(Format.ratio(speed)) · \(value)")
            } else {
                lengths.append(one.median)
                labels.append(value)
            }
        }
        // Bars that beat the limit by far end there, so that the others keep their length.
        let longest = isRatio ? min(1.3, max(1, lengths.max() ?? 1)) : lengths.max() ?? 1
        let scale = barWidth / (longest > 0 ? longest : 1)
        let note = isRatio ? "speed as a part of raw" : metric.unit
        y += 26
        var text = """
            <text x="20" y="\(n(y))" font-size="13" font-weight="600">\(metric.operation)  \(escaped(metric.title))\
            <tspan dx="8" font-weight="400" fill="#57606a">\(escaped(note))</tspan></text>

            """
        y += 10
        let top = y
        for (index, one) in all.enumerated() {
            let length = max(1, min(lengths[index], longest) * scale)
            let middle = y + rowHeight / 2 + 4
            let weight = one.engine.hasPrefix("amberlog") ? "600" : "400"
            text += """
                <text x="\(n(labelWidth))" y="\(n(middle))" text-anchor="end" \
                font-weight="\(weight)">\(escaped(one.engine))</text>
                <rect x="\(n(labelWidth + 10))" y="\(n(y + 3))" width="\(n(length))" height="\(n(rowHeight - 6))" \
                rx="2" fill="\(color(one.engine))"/>
                <text x="\(n(labelWidth + 16 + length))" y="\(n(middle))" fill="#57606a">\(escaped(labels[index]))</text>

                """
            y += rowHeight
        }
        if isRatio {
            let x = labelWidth + 10 + scale
            text += """
                <line x1="\(n(x))" y1="\(n(top))" x2="\(n(x))" y2="\(n(y))" stroke="#8c959f" stroke-dasharray="3 3"/>

                """
        }
        y += 6
        return text
    }

    private static func chart(_ curve: Curve, title: String, y: inout Double) -> String {
        y += 26
        var text = "<text x=\"20\" y=\"\(n(y))\" font-size=\"13\" font-weight=\"600\">\(escaped(title))</text>\n"
        y += 14
        let height = 170.0
        let left = labelWidth + 10
        let top = y
        let highest = curve.lines.flatMap { $0.points.map(\.series.median) }.max() ?? 1
        func place(_ index: Int) -> Double { left + barWidth * Double(index) / Double(curve.xs.count - 1) }
        func level(_ value: Double) -> Double { top + height * (1 - value / (highest * 1.05)) }
        for part in 0...4 {
            let value = highest * Double(part) / 4
            text += """
                <line x1="\(n(left))" y1="\(n(level(value)))" x2="\(n(left + barWidth))" y2="\(n(level(value)))" \
                stroke="#d0d7de"/>
                <text x="\(n(labelWidth))" y="\(n(level(value) + 4))" text-anchor="end" \
                fill="#57606a">\(Format.value(value))</text>

                """
        }
        for (index, x) in curve.xs.enumerated() {
            text += """
                <text x="\(n(place(index)))" y="\(n(top + height + 16))" text-anchor="middle" \
                fill="#57606a">\(Format.value(x))</text>

                """
        }
        // Names at the ends of the lines, pushed apart where they would meet.
        var lowest = top
        for line in curve.lines.sorted(by: { $0.points.last!.series.median > $1.points.last!.series.median }) {
            let points = line.points.enumerated()
                .map { "\(n(place($0.offset))),\(n(level($0.element.series.median)))" }.joined(separator: " ")
            let label = max(level(line.points.last!.series.median), lowest)
            lowest = label + 15
            text += """
                <polyline points="\(points)" fill="none" stroke="\(color(line.engine))" stroke-width="2.5"/>
                <text x="\(n(left + barWidth + 10))" y="\(n(label + 4))" \
                fill="\(color(line.engine))" font-weight="600">\(escaped(line.engine))</text>

                """
        }
        y = max(top + height + 24, lowest)
        return text
    }

    private static func color(_ engine: String) -> String {
        switch engine.prefix(while: { $0 != "-" }) {
        case "amberlog": "#d4860b"
        case "raw": "#6e7781"
        case "lmdb": "#2f8f5b"
        case "rocksdb": "#8250df"
        default: "#3b82c4"
        }
    }

    private static func n(_ value: Double) -> String { Format.fixed(value, 1) }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
