import AgentMemory

/// adapters: SQLite, Redis and PostgreSQL through the adapter, and the same statements through the C client: a save of a
/// turn and the newest 50 messages, by one caller and by 16.
///
/// `-c` is the client called from one thread; `-c-handoff` the same calls on a thread of their own which a task awaits.
enum Adapters {
    static let callers = 16
    /// The rows take turns several times in a round: what slows the machine for a moment is all of theirs.
    private static let turns = 8

    private enum Row: String, CaseIterable {
        case client = "c"
        case handOff = "c-handoff"
        case adapter
    }

    static func run(_ context: Context) async throws {
        for kind in AdapterSystem.Kind.allCases {
            guard let system = try await AdapterSystem.make(kind, context) else {
                context.note("adapters leaves out \(kind.rawValue), which has no --\(kind.rawValue) URL")
                continue
            }
            do {
                try await measure(system, context)
            } catch {
                try? await system.close()
                throw error
            }
            try await system.close()
        }
    }

    private static func measure(_ system: AdapterSystem, _ context: Context) async throws {
        let name = system.kind.rawValue
        let client = try system.openClient()
        defer { client.close() }
        let handOff = HandOff()
        defer { handOff.stop() }
        let work = AdapterWork(context, adapter: system.adapter)
        try await work.build(client)
        try await system.check(client, context.pool, work.messages)
        try await work.check(client, system.mirror)

        func rate(_ row: Row, _ saves: Bool, _ range: Range<Int>) async throws -> Double {
            try await seconds {
                switch (row, saves) {
                case (.client, true): try work.save(client, range)
                case (.client, false): try work.load(client, range)
                case (.handOff, true): try await work.save(client, handOff, range)
                case (.handOff, false): try await work.load(client, handOff, range)
                case (.adapter, true): try await work.save(range)
                case (.adapter, false): try await work.load(range)
                }
            }
        }
        func alternate(_ metric: Metric, saves: Bool, count: Int, round: Int?) async throws {
            var times = [Double](repeating: 0, count: Row.allCases.count)
            let part = max(1, count / turns)
            for turn in 0..<turns {
                let start = ((round ?? -1) + 1) * count + turn * part
                for index in Row.allCases.indices {
                    let place = (index + turn + (round ?? 0)) % Row.allCases.count
                    times[place] += try await rate(Row.allCases[place], saves, start..<start + part)
                }
            }
            guard round != nil else { return }
            for (row, time) in zip(Row.allCases, times) {
                context.report.add(metric, "\(name)-\(row.rawValue)", Double(part * turns) / time)
            }
        }
        let metrics = [true, false].map { metric(name, saves: $0) }
        for round in [nil] + (0..<context.rounds).map(Optional.some) {
            try await alternate(metrics[0], saves: true, count: context.scale.adapterSaves, round: round)
            try await alternate(metrics[1], saves: false, count: context.scale.adapterLoads, round: round)
        }
        let shared = try await measureMany(system, work, context)
        context.show(metrics + shared)
    }

    /// 16 tasks over the adapter, and 16 threads with a client each.
    private static func measureMany(
        _ system: AdapterSystem, _ work: AdapterWork, _ context: Context
    ) async throws -> [Metric] {
        let name = system.kind.rawValue
        var clients: [any TurnClient] = []
        defer { for client in clients { client.close() } }
        for _ in 0..<callers { clients.append(try system.openClient()) }
        let opened = clients
        let metrics = [true, false].map { metric(name, saves: $0, many: true) }
        for (saves, metric) in zip([true, false], metrics) {
            let count = max(4, (saves ? context.scale.adapterSaves : context.scale.adapterLoads) / 8)
            for round in -1..<context.rounds {
                let ranges = (0..<callers).map { caller in
                    let start = ((round + 1) * callers + caller) * count
                    return start..<start + count
                }
                var times: [Double] = [0, 0]
                for place in [abs(round) % 2, 1 - abs(round) % 2] {
                    times[place] = try await seconds {
                        if place == 0 {
                            _ = try ConcurrentCallers.threads(ranges) { index, caller in
                                try work.call(opened[caller], index, saves)
                            }
                        } else {
                            _ = try await ConcurrentCallers.tasks(ranges) { try await work.call($0, saves) }
                        }
                    }
                }
                guard round >= 0 else { continue }
                for (row, time) in zip(["c", "adapter"], times) {
                    context.report.add(metric, "\(name)-\(row)", Double(count * callers) / time)
                }
            }
        }
        return metrics
    }

    private static func metric(_ name: String, saves: Bool, many: Bool = false) -> Metric {
        let title = ["sqlite": "SQLite", "redis": "Redis", "postgresql": "PostgreSQL"][name, default: name]
        return Metric(
            "adapters.\(name).\(saves ? "save" : "load")\(many ? "16" : "")",
            "\(title): \(saves ? "a save of a turn" : "the newest 50 messages")"
                + (many ? ", 16 callers: tasks, and threads with a connection each" : ", one caller"),
            unit: saves ? "saves/s" : "loads/s", .higher, baseline: "\(name)-c")
    }
}
