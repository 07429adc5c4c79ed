import AgentMemory
import Amberlog
import AmberlogSQLite
import ArgumentParser
import Glibc

/// What ``Migrations`` measures in a process of its own, because of its memory.
enum MigrationStep: String, CaseIterable {
    /// Every row, by the C API, in one statement.
    case scan = "sqlite-scan"
    /// Every message through the adapter, as many sessions at once and as many messages as a migration asks for.
    case read = "sqlite-read"
    case migration
    /// Into a store that indexes what it has when it is searched first.
    case withoutIndex = "migration-no-index"

    /// As the tool sets it for itself: large blocks that are freed go back to the system.
    static let environment = "MALLOC_MMAP_THRESHOLD_=262144"

    /// - Returns: How many messages there were.
    func run(_ database: String, _ target: String) async throws -> Int {
        switch self {
        case .scan: return try SQLiteScan(database).run()
        case .read: return try await read(database)
        case .migration: return try await migrate(database, target, searchEnabled: true)
        case .withoutIndex: return try await migrate(database, target, searchEnabled: false)
        }
    }

    private func read(_ database: String) async throws -> Int {
        let options = MigrationOptions()
        let source = try await SQLiteBackend(path: database)
        let sessions = try await source.sessions(by: .id, after: nil, limit: .max).sessions
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            var total = 0
            for (place, session) in sessions.enumerated() {
                if place >= options.concurrency { total += try await group.next() ?? 0 }
                group.addTask {
                    var count = 0
                    for try await _ in source.messages(in: session.id, pageSize: 100) { count += 1 }
                    return count
                }
            }
            for try await count in group { total += count }
            return total
        }
        try await source.close()
        return total
    }

    private func migrate(_ database: String, _ target: String, searchEnabled: Bool) async throws -> Int {
        let source = try await SQLiteBackend(path: database)
        var options = StoreOptions()
        // As `amberlog migrate` opens it.
        options.maximumJournalBytes = 5 << 20
        options.compactAfter = nil
        options.durability = .buffered
        options.searchEnabled = searchEnabled
        let store = try await AmberlogStore.open(target, options: options)
        let result = try await migrateMemory(from: source, to: store)
        try await store.close()
        try await source.close()
        guard result.success else { throw EngineError("\(result.errors)") }
        return result.totalMessages
    }
}

/// The process that ``Migrations`` starts.
struct MigrateStepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate-step", abstract: "Prints the seconds of a step, its messages, and its largest memory.",
        shouldDisplay: false)

    @Option var step: String
    @Argument var database: String
    @Argument var target: String

    func run() async throws {
        guard let step = MigrationStep(rawValue: step) else { throw ValidationError("No step is called \(step).") }
        var count = 0
        let time = try await seconds { count = try await step.run(database, target) }
        print("\(time) \(count) \(ProcessMemory.largestResidentBytes)")
    }
}
