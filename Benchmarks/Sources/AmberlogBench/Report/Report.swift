/// All values of a run, round by round.
///
/// Ratios are taken within each round, and their median is shown: what slows the machine down for a while slows
/// down all engines of a round.
final class Report {
    struct Series {
        let engine: String
        var values: [Double] = []

        var median: Double { Statistics.median(values) }
        var low: Double { values.min() ?? .nan }
        var high: Double { values.max() ?? .nan }
    }

    struct Verdict {
        let goal: Goal
        let metric: Metric
        let text: String
        let isReached: Bool
    }

    private(set) var metrics: [Metric] = []
    private var series: [String: [Series]] = [:]

    func add(_ metric: Metric, _ engine: String, _ value: Double) {
        if series[metric.id] == nil {
            metrics.append(metric)
            series[metric.id] = []
        }
        if let index = series[metric.id]!.firstIndex(where: { $0.engine == engine }) {
            series[metric.id]![index].values.append(value)
        } else {
            series[metric.id]!.append(Series(engine: engine, values: [value]))
        }
    }

    func series(of metric: Metric) -> [Series] {
        series[metric.id] ?? []
    }

    /// How many times the value of the other engine: the median over the rounds.
    func ratio(_ one: Series, to other: Series) -> Double {
        Statistics.median(zip(one.values, other.values).map { $0 / $1 })
    }

    func ratioToBaseline(_ one: Series, of metric: Metric) -> Double? {
        guard let name = metric.baseline, let baseline = series(of: metric).first(where: { $0.engine == name }) else {
            return nil
        }
        return ratio(one, to: baseline)
    }

    func verdicts(of metric: Metric) -> [Verdict] {
        Goal.all.filter { $0.metric == metric.id }.compactMap { verdict($0, metric) }
    }

    private func verdict(_ goal: Goal, _ metric: Metric) -> Verdict? {
        let all = series(of: metric)
        guard let own = all.first(where: { $0.engine == goal.engine }) else { return nil }
        let kind = goal.isAim ? "aim" : "goal"
        func best(_ names: [String]) -> Series? {
            let others = all.filter { names.contains($0.engine) }
            return metric.direction == .higher
                ? others.max { $0.median < $1.median } : others.min { $0.median < $1.median }
        }
        switch goal.measure {
        case .atLeast(let bound, let names):
            guard let other = best(names) else { return nil }
            let reached = ratio(own, to: other)
            return Verdict(
                goal: goal, metric: metric,
                text: "\(kind) for \(own.engine): at least \(Format.ratio(bound)) x \(other.engine), "
                    + "reached \(Format.ratio(reached))",
                isReached: reached >= bound)
        case .atMost(let bound, let names):
            guard let other = best(names) else { return nil }
            let reached = ratio(own, to: other)
            return Verdict(
                goal: goal, metric: metric,
                text: "\(kind) for \(own.engine): at most \(Format.ratio(bound)) x \(other.engine), "
                    + "reached \(Format.ratio(reached))",
                isReached: reached <= bound)
        case .atMostAny(let bounds):
            let limits = bounds.compactMap { part in
                all.first { $0.engine == part.engine }.map { (part, limit: part.bound * $0.median) }
            }
            guard let (part, limit) = limits.max(by: { $0.limit < $1.limit }) else { return nil }
            return Verdict(
                goal: goal, metric: metric,
                text: "\(kind) for \(own.engine): at most \(Format.ratio(part.bound)) x \(part.engine), which is "
                    + "\(Format.value(limit)), reached \(Format.value(own.median))",
                isReached: own.median <= limit)
        case .atMostAbsolute(let bound):
            return Verdict(
                goal: goal, metric: metric,
                text: "\(kind) for \(own.engine): at most \(Format.value(bound)) \(metric.unit), "
                    + "reached \(Format.value(own.median))",
                isReached: own.median <= bound)
        }
    }
}
