/// Columns for people: as wide as what they hold.
struct Table {
    enum Alignment { case left, right }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    init(_ columns: [(String, Alignment)]) {
        self.columns = columns.map { (title: $0.0, alignment: $0.1) }
    }

    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// Writes the titles and the rows, or nothing when there is no row.
    func write(to output: Output, _ style: Style) throws {
        if rows.isEmpty { return }
        var widths = columns.map { Visible.width($0.title) }
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], Visible.width(cell)) }
        }
        try output.line(style.dim(text(columns.map(\.title), widths)))
        for row in rows { try output.line(text(row, widths)) }
    }

    private func text(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { line += "  " }
            let padding = String(repeating: " ", count: widths[index] - Visible.width(cell))
            switch columns[index].alignment {
            case .left: line += index == cells.count - 1 ? cell : cell + padding
            case .right: line += padding + cell
            }
        }
        return line
    }
}
