import Glibc

/// How much of everything.
struct Scale: Sendable {
    var name: String
    var poolMessages: Int
    var rounds: Int
    /// A: saves of each engine in a round.
    var syncedSaves: Int
    /// B: saves of each of the 64 callers in a round.
    var groupSaves: Int
    /// C: messages of a round, in bytes; engines that are slower than the time allows stop before.
    var bufferedBytes: Int
    var bufferedSeconds: Double
    /// D, F, G, H: sessions of 100 messages.
    var sessions: Int
    /// G: sessions of 10 messages.
    var manySessions: Int
    var loads: Int
    /// The longest session, and the largest store, of the curve.
    var curveMaximum: Int
    /// adapters: sessions of 100 messages, and saves and loads of each row in a round.
    var adapterSessions: Int
    var adapterSaves: Int
    var adapterLoads: Int
    /// migration: sessions of 1,000 messages.
    var sessionsToStore: Int
    var sessionsToServers: Int

    static let small = Scale(
        name: "small", poolMessages: 16_384, rounds: 3, syncedSaves: 100, groupSaves: 30, bufferedBytes: 24 << 20,
        bufferedSeconds: 0.4, sessions: 1000, manySessions: 10_000, loads: 1000, curveMaximum: 10_000,
        adapterSessions: 100, adapterSaves: 80, adapterLoads: 400, sessionsToStore: 20,
        sessionsToServers: 10)

    static let full = Scale(
        name: "full", poolMessages: 65_536, rounds: 7, syncedSaves: 250, groupSaves: 100, bufferedBytes: 200 << 20,
        bufferedSeconds: 2, sessions: 10_000, manySessions: 100_000, loads: 20_000, curveMaximum: 100_000,
        adapterSessions: 1000, adapterSaves: 400, adapterLoads: 4000, sessionsToStore: 1000,
        sessionsToServers: 200)
}

/// The URLs of servers, `nil` for those that there are none of.
struct Servers: Sendable {
    var redis: String?
    var postgresql: String?
}

/// What all operations share.
final class Context {
    let scale: Scale
    let rounds: Int
    let pool: MessagePool
    let directory: String
    let families: Set<EngineKind.Family>
    let servers: Servers
    let report = Report()
    private var nextDirectory = 0
    private var stores: [String: String] = [:]

    init(scale: Scale, rounds: Int?, directory: String, families: Set<EngineKind.Family>, servers: Servers) {
        self.scale = scale
        self.rounds = rounds ?? scale.rounds
        self.directory = directory
        self.servers = servers
        self.families = EngineKind.isAmberlogAvailable ? families : families.subtracting([.amberlog])
        pool = MessagePool(count: scale.poolMessages)
    }

    /// Those that were asked for.
    func chosen(_ kinds: [EngineKind]) -> [EngineKind] {
        kinds.filter { families.contains($0.family) }
    }

    func newPath(_ name: String) -> String {
        nextDirectory += 1
        return "\(directory)/\(nextDirectory)-\(name)"
    }

    /// For a store that isn't needed any more. One of many files stays until the run ends: ext4 is slow to make files
    /// for a minute after many were removed, which the next engine would pay for.
    func discard(_ path: String) {
        if Files.count(path) < 100 { Files.remove(path) }
    }

    /// Every engine once in each round, another one first each time.
    func interleave<Row>(_ rows: [Row], rounds: Int? = nil, _ body: (Row, Int) async throws -> Void) async throws {
        for round in 0..<(rounds ?? self.rounds) {
            for index in rows.indices { try await body(rows[(index + round) % rows.count], round) }
        }
    }

    func note(_ text: String) {
        let line = Array("  \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    func show(_ metrics: [Metric]) {
        for metric in metrics where !report.series(of: metric).isEmpty { print(Table.text(metric, report)) }
        fflush(nil)
    }

    /// The path of a store of `sessions` times `messages`, built and settled on first use.
    func store(_ kind: EngineKind, sessions: Int, messages: Int) async throws -> String {
        let key = "\(kind.storeName) \(sessions) x \(messages)"
        if let path = stores[key] { return path }
        let path = newPath(kind.name)
        var plan = Plan.conversations(pool, sessions: sessions, messages: messages, seed: 7)
        if messages < 50 { plan.appendProbes(of: sessions, after: messages) }
        let engine = try await kind.open(path, .buffered)
        engine.prepare(plan)
        let building = try await seconds { try await engine.build(plan) }
        let settling = try await seconds { try await engine.settle() }
        try await engine.close()
        note(
            "\(key): built in \(Format.fixed(building, 1)) s, settled in \(Format.fixed(settling, 1)) s")
        stores[key] = path
        return path
    }

    /// Removes the stores of a size, for operations that leave them changed.
    func removeStores(sessions: Int, messages: Int) {
        for (key, path) in stores where key.hasSuffix(" \(sessions) x \(messages)") {
            discard(path)
            stores[key] = nil
        }
    }
}
