import AgentMemory
import Amberlog

extension CrashChild {
    /// Copies a store into another one, a few messages at a time.
    static func migrate(_ directory: String, into copy: String) async throws {
        var options = StoreOptions()
        options.access = .readOnly
        let source = try await AmberlogStore.open(directory, options: options)
        let target = try await AmberlogStore.open(copy, options: busyOptions("synced"))
        say("begun")
        let result = try await migrateMemory(
            from: source, to: target, batchSize: 2, options: MigrationOptions(concurrency: 3))
        try await target.close()
        say(result.success ? "done \(result.totalMessages)" : "failed \(result.errors)")
    }
}
