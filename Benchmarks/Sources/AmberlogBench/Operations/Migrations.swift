import AgentMemory
import Amberlog
import AmberlogPostgreSQL
import AmberlogRedis
import AmberlogSQLite
import Glibc

/// migration: `migrateMemory` from SQLite to Amberlog beside reading SQLite alone, and from Amberlog to PostgreSQL and
/// Redis beside their fastest ways to take the same bytes.
enum Migrations {
    static let messagesPerSession = 1000

    private static let fromSQLite = Metric(
        "migration.sqlite", "SQLite to Amberlog, sessions of 1,000 messages", unit: "messages/s", .higher,
        baseline: "sqlite-read")
    private static let memory = Metric(
        "migration.memory", "The largest resident memory of a process that does it", unit: "MB", .lower, baseline: nil)
    private static let toPostgreSQL = Metric(
        "migration.postgresql", "Amberlog to PostgreSQL", unit: "messages/s", .higher, baseline: "copy")
    private static let toRedis = Metric(
        "migration.redis", "Amberlog to Redis", unit: "messages/s", .higher, baseline: "rpush")

    static func run(_ context: Context) async throws {
        try await measureSQLite(context)
        if context.servers.postgresql == nil, context.servers.redis == nil { return }
        let store = try await store(context, sessions: context.scale.sessionsToServers)
        if let url = context.servers.postgresql { try await measurePostgreSQL(context, url, store) }
        if let url = context.servers.redis { try await measureRedis(context, url, store) }
        context.discard(store)
    }

    // MARK: SQLite to Amberlog

    private static func measureSQLite(_ context: Context) async throws {
        let directory = context.newPath("migration")
        try Files.makeDirectory(directory)
        defer { context.discard(directory) }
        let database = directory + "/conversations.db"
        let count = context.scale.sessionsToStore * messagesPerSession
        let time = try await seconds {
            let source = try await SQLiteBackend(path: database, synchronous: .normal)
            try await fill(source, context, sessions: context.scale.sessionsToStore)
            try await source.close()
        }
        context.note("\(Format.value(Double(count))) messages in SQLite, made in \(Format.fixed(time, 1)) s")
        try await context.interleave(MigrationStep.allCases) { step, round in
            let target = "\(directory)/store-\(step.rawValue)-\(round)"
            let numbers = try SelfProcess.numbers(
                "migrate-step --step \(step.rawValue) '\(database)' '\(target)'", count: 3,
                environment: MigrationStep.environment)
            guard Int(numbers[1]) == count else { throw EngineError("\(step.rawValue): \(numbers[1]) messages") }
            context.report.add(fromSQLite, step.rawValue, Double(count) / numbers[0])
            context.report.add(memory, step.rawValue, numbers[2] / 1_000_000)
        }
        context.show([fromSQLite, memory])
    }

    // MARK: Amberlog to servers

    private static func measurePostgreSQL(_ context: Context, _ url: String, _ store: String) async throws {
        let count = context.scale.sessionsToServers * messagesPerSession
        let schema = "amberlog_migration_\(getpid())"
        let client = try PostgreSQLConnection(url)
        defer { client.close() }
        try client.execute("CREATE SCHEMA \(schema)")
        defer { try? client.execute("DROP SCHEMA \(schema) CASCADE") }
        var rows: TableRows?
        // The first migration is not counted: it makes what is copied.
        for round in -1..<context.rounds {
            for step in [abs(round) % 2, 1 - abs(round) % 2] {
                if step == 0 {
                    let table = "round\(round + 1)"
                    let time = try await seconds {
                        try await migrate(store, count) {
                            try await PostgreSQLBackend(url, table: table, schema: schema)
                        }
                    }
                    if rows == nil { rows = try TableRows(client, "\(schema).\(table)_messages") }
                    if round >= 0 { context.report.add(toPostgreSQL, "migration", Double(count) / time) }
                    try client.execute("TRUNCATE \(schema).\(table)_messages, \(schema).\(table)_sessions CASCADE")
                } else if let rows, round >= 0 {
                    context.report.add(toPostgreSQL, "copy", Double(count) / (try rows.copy(client, schema)))
                }
            }
        }
        context.show([toPostgreSQL])
    }

    private static func measureRedis(_ context: Context, _ url: String, _ store: String) async throws {
        let count = context.scale.sessionsToServers * messagesPerSession
        let prefix = "amberlog-migration:\(getpid()):"
        for compresses in [true, false] {
            let suffix = compresses ? "" : "-uncompressed"
            var push: PipelinedPush?
            for round in -1..<context.rounds {
                for step in [abs(round) % 2, 1 - abs(round) % 2] {
                    if step == 0 {
                        let open = {
                            try await RedisBackend(
                                url: url, prefix: prefix, timeToLive: nil, maximumMessages: nil,
                                compression: compresses)
                        }
                        let time = try await seconds { try await migrate(store, count, open) }
                        if push == nil { push = try PipelinedPush(url, prefix, context.scale.sessionsToServers) }
                        if round >= 0 {
                            context.report.add(toRedis, "migration" + suffix, Double(count) / time)
                        }
                        let target = try await open()
                        try await target.clearAll()
                        try await target.close()
                    } else if let push, round >= 0 {
                        context.report.add(toRedis, "rpush" + suffix, Double(count) / (try push.run()))
                    }
                }
            }
            push?.close()
        }
        context.show([toRedis])
    }

    private static func migrate(
        _ store: String, _ count: Int, _ open: () async throws -> any MemoryBackend
    ) async throws {
        var options = StoreOptions()
        options.access = .readOnly
        let source = try await AmberlogStore.open(store, options: options)
        let target = try await open()
        let result = try await migrateMemory(
            from: source, to: target)
        try await target.close()
        try await source.close()
        guard result.success, result.totalMessages == count else {
            throw EngineError("Migrated \(result.totalMessages) messages: \(result.errors)")
        }
    }

    private static func store(_ context: Context, sessions: Int) async throws -> String {
        let path = context.newPath("migration-source")
        var options = StoreOptions()
        options.durability = .buffered
        let store = try await AmberlogStore.open(path, options: options)
        try await fill(store, context, sessions: sessions)
        try await store.close()
        return path
    }

    /// Sessions of messages of the pool, each from a place of its own on.
    private static func fill(_ backend: some MemoryBackend, _ context: Context, sessions: Int) async throws {
        let messages = BackendEngine<AmberlogStore>.messages(context.pool, .encoded)
        var random = Random(seed: 31)
        for session in 0..<sessions {
            var place = random.below(messages.count)
            for _ in 0..<(messagesPerSession / 100) {
                let batch = (0..<100).map { messages[(place + $0) % messages.count] }
                try await backend.save(batch, to: SessionNames.all[session], expecting: nil)
                place += 100
            }
        }
    }
}
