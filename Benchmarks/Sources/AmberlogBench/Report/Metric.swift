/// One figure of an operation, measured on several engines.
struct Metric: Hashable, Sendable {
    enum Direction: String, Sendable {
        case lower
        case higher
    }

    /// Stands in the JSON lines: `A.p50`.
    let id: String
    let title: String
    let unit: String
    let direction: Direction
    /// The engine that is the limit; `nil` when there is none.
    let baseline: String?
    /// Whether the plot shows it.
    let isPlotted: Bool

    init(
        _ id: String, _ title: String, unit: String, _ direction: Direction, baseline: String? = "raw",
        plotted: Bool = false
    ) {
        self.id = id
        self.title = title
        self.unit = unit
        self.direction = direction
        self.baseline = baseline
        isPlotted = plotted
    }

    var operation: String { String(id.prefix { $0 != "." }) }

    static func == (left: Metric, right: Metric) -> Bool { left.id == right.id }
    func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// What Amberlog must reach in a metric.
struct Goal: Sendable {
    enum Measure: Sendable {
        /// At least so many times the best of these engines.
        case atLeast(Double, times: [String])
        /// At most so many times the best (the smallest) of these engines.
        case atMost(Double, times: [String])
        /// At most so many times one of these engines: the slowest counts.
        case atMostAny([(bound: Double, engine: String)])
        /// At most so much, in the metric's unit.
        case atMostAbsolute(Double)
    }

    let metric: String
    let engine: String
    let measure: Measure
    /// An aim is shown, a goal counts.
    var isAim = false

    static let all = stores + search + adapters + migrations

    private static let stores: [Goal] = [
        Goal(metric: "A.p50", engine: "amberlog", measure: .atMost(1.15, times: ["raw-handoff"])),
        Goal(metric: "A.p50", engine: "amberlog", measure: .atMost(1.3, times: ["raw"])),
        Goal(metric: "B.rate", engine: "amberlog", measure: .atLeast(0.5, times: ["raw"])),
        Goal(metric: "B.rate", engine: "amberlog", measure: .atLeast(1.5, times: ["rocksdb"])),
        Goal(metric: "B.rate", engine: "amberlog", measure: .atLeast(1, times: ["rocksdb-group"]), isAim: true),
        Goal(
            metric: "B.rate", engine: "amberlog",
            measure: .atLeast(2, times: ["sqlite", "sqlite-packed", "sqlite-without-rowid"])),
        Goal(metric: "B.rate", engine: "amberlog-indexed", measure: .atLeast(0.85, times: ["amberlog"])),
        Goal(metric: "B.rate", engine: "amberlog-indexed", measure: .atLeast(15, times: ["sqlite-fts5"])),
        Goal(metric: "C.turn", engine: "amberlog", measure: .atLeast(0.25, times: ["raw"])),
        Goal(metric: "C.turn", engine: "amberlog", measure: .atLeast(8, times: ["sqlite", "sqlite-packed"])),
        Goal(metric: "C.turn", engine: "amberlog", measure: .atLeast(1, times: ["lmdb-writemap"]), isAim: true),
        Goal(metric: "C.hundred", engine: "amberlog", measure: .atLeast(0.25, times: ["raw"])),
        Goal(metric: "C.hundred", engine: "amberlog", measure: .atLeast(1, times: ["lmdb"]), isAim: true),
        Goal(metric: "D.rate", engine: "amberlog", measure: .atLeast(0.4, times: ["raw"])),
        Goal(metric: "D.rate", engine: "amberlog-sealed", measure: .atLeast(0.15, times: ["raw"])),
        Goal(
            metric: "D.rate", engine: "amberlog",
            measure: .atLeast(2.5, times: ["sqlite", "sqlite-packed", "sqlite-without-rowid"])),
        Goal(metric: "D.rate", engine: "amberlog", measure: .atLeast(1, times: ["lmdb"]), isAim: true),
        Goal(metric: "F.disk", engine: "amberlog-sealed", measure: .atMost(0.65, times: ["sqlite"])),
        Goal(metric: "F.disk", engine: "amberlog-sealed", measure: .atMost(1, times: ["rocksdb"])),
        Goal(metric: "F.memory", engine: "amberlog", measure: .atMostAbsolute(100)),
        Goal(metric: "F.loaded", engine: "amberlog", measure: .atMostAbsolute(100)),
        Goal(metric: "F.session", engine: "amberlog", measure: .atMostAbsolute(200)),
        Goal(metric: "G.warm", engine: "amberlog", measure: .atMostAbsolute(50)),
        Goal(metric: "G.evicted", engine: "amberlog", measure: .atMostAbsolute(50)),
        Goal(metric: "G.many", engine: "amberlog", measure: .atMostAbsolute(300)),
        Goal(metric: "H.buffered", engine: "amberlog", measure: .atMostAbsolute(100)),
        Goal(
            metric: "H.tenth", engine: "amberlog",
            measure: .atMost(0.1, times: ["sqlite", "sqlite-packed", "sqlite-without-rowid"])),
    ]
}
