extension Goal {
    /// What an adapter must reach of the C client's rate, and what of the same calls handed to a thread.
    static let adapters: [Goal] = AdapterSystem.Kind.allCases.flatMap { kind in
        ["save", "load"].flatMap { operation in
            let (metric, engine) = ("adapters.\(kind.rawValue).\(operation)", "\(kind.rawValue)-adapter")
            return [
                Goal(metric: metric, engine: engine, measure: .atLeast(0.7, times: ["\(kind.rawValue)-c"])),
                Goal(
                    metric: metric, engine: engine, measure: .atLeast(0.9, times: ["\(kind.rawValue)-c-handoff"]),
                    isAim: true),
                Goal(metric: metric + "16", engine: engine, measure: .atLeast(0.7, times: ["\(kind.rawValue)-c"])),
            ]
        }
    }
}
