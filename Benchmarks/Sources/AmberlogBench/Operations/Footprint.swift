import ArgumentParser
import Glibc

/// F: the blocks that a store occupies, and the memory of a process that has it open.
enum Footprint {
    private static let disk = Metric(
        "F.disk", "Disk of a settled store (allocated blocks)", unit: "MB", .lower, baseline: nil, plotted: true)
    private static let diskOfMany = Metric(
        "F.many", "Disk of a settled store of many short sessions", unit: "MB", .lower, baseline: nil)
    private static let opened = Metric(
        "F.memory", "Resident memory of a process that has opened it (the first: the process alone)", unit: "MB",
        .lower, baseline: nil)
    private static let loaded = Metric(
        "F.loaded", "The same after 2,000 loads", unit: "MB", .lower, baseline: nil)
    private static let anonymous = Metric(
        "F.anonymous", "Of that, memory that isn't a file's", unit: "MB", .lower, baseline: nil)
    private static let session = Metric(
        "F.session", "Memory for an idle session, beyond an empty store's", unit: "B", .lower, baseline: nil)

    private static let megabyte = 1_000_000.0

    static func run(_ context: Context) async throws {
        let scale = context.scale
        for kind in context.chosen([
            .rawFiles, .amberlog, .amberlogSealed, .lmdb, .rocksdb, .sqlite, .sqlitePacked, .sqliteWithoutRowid,
        ]) {
            let path = try await context.store(kind, sessions: scale.sessions, messages: 100)
            context.report.add(disk, kind.name, Double(Files.allocatedBytes(path)) / megabyte)
            if kind.family == .raw { continue }
            let memory = try measure(kind, path, sessions: scale.sessions)
            if context.report.series(of: opened).isEmpty {
                context.report.add(opened, "(process)", memory.atStart.resident)
            }
            context.report.add(opened, kind.name, memory.afterOpen.resident)
            context.report.add(loaded, kind.name, memory.afterLoads.resident)
            context.report.add(anonymous, kind.name, memory.afterLoads.anonymous)
        }
        for kind in context.chosen([.amberlog, .amberlogSealed, .lmdb, .rocksdb, .sqlite, .sqlitePacked]) {
            let path = try await context.store(kind, sessions: scale.manySessions, messages: 10)
            context.report.add(diskOfMany, kind.name, Double(Files.allocatedBytes(path)) / megabyte)
            let many = try measure(kind, path, sessions: 0)
            let emptyPath = context.newPath("empty")
            let empty = try measure(kind, emptyPath, sessions: 0)
            context.discard(emptyPath)
            let growth = max(0, many.afterOpen.anonymous - empty.afterOpen.anonymous) * megabyte
            context.report.add(session, kind.name, growth / Double(scale.manySessions))
        }
        context.show([disk, diskOfMany, opened, loaded, anonymous, session])
    }

    private struct Memory {
        struct Moment {
            var resident: Double
            var anonymous: Double
        }

        var atStart: Moment
        var afterOpen: Moment
        var afterLoads: Moment
    }

    /// In a process of its own, which has nothing else in its memory.
    private static func measure(_ kind: EngineKind, _ path: String, sessions: Int) throws -> Memory {
        let numbers = try SelfProcess.numbers("memory --engine \(kind.name) --sessions \(sessions) '\(path)'", count: 6)
        func moment(_ index: Int) -> Memory.Moment {
            Memory.Moment(resident: numbers[index] / megabyte, anonymous: numbers[index + 1] / megabyte)
        }
        return Memory(atStart: moment(0), afterOpen: moment(2), afterLoads: moment(4))
    }
}

/// The process that ``Footprint`` starts.
struct MemoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory", abstract: "Prints the memory before and after opening a store, and after loads.",
        shouldDisplay: false)

    @Option var engine: String
    @Option var sessions: Int
    @Argument var path: String

    func run() async throws {
        guard let kind = EngineKind.stored.first(where: { $0.name == engine }) else {
            throw ValidationError("No engine is called \(engine).")
        }
        var moments = [ProcessMemory.now()]
        let store = try await kind.open(path, .reading)
        moments.append(ProcessMemory.now())
        if sessions > 0 {
            let picks = Plan.popularSessions(count: 2000, of: sessions, seed: 300)
            _ = try await store.load(picks[...], limit: 50, .decoded)
        }
        moments.append(ProcessMemory.now())
        try await store.close()
        print(moments.map { "\($0.residentBytes) \($0.anonymousBytes)" }.joined(separator: " "))
    }
}
