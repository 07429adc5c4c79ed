import AgentMemory
import AmberlogPostgreSQL
import AmberlogRedis
import AmberlogSQLite
import Glibc

/// A database with two stores that the adapter has made: one that is called through it, and one for its C client.
final class AdapterSystem {
    enum Kind: String, CaseIterable {
        case sqlite, redis, postgresql
    }

    let kind: Kind
    let adapter: any MemoryBackend
    /// The adapter over the store of the client.
    let mirror: any MemoryBackend
    let openClient: () throws -> any TurnClient
    /// What the client must send for a save as well, where that can be compared.
    let check: (any TurnClient, MessagePool, [Message]) async throws -> Void
    private let end: () async throws -> Void

    private init(
        _ kind: Kind, adapter: any MemoryBackend, mirror: any MemoryBackend,
        openClient: @escaping () throws -> any TurnClient,
        check: @escaping (any TurnClient, MessagePool, [Message]) async throws -> Void,
        end: @escaping () async throws -> Void
    ) {
        (self.kind, self.adapter, self.mirror) = (kind, adapter, mirror)
        (self.openClient, self.check, self.end) = (openClient, check, end)
    }

    func close() async throws {
        try await end()
    }

    /// - Returns: `nil` for a server that there is no URL of.
    static func make(_ kind: Kind, _ context: Context) async throws -> AdapterSystem? {
        switch kind {
        case .sqlite: try await sqlite(context)
        case .redis: try await context.servers.redis.asyncMap { try await redis($0) }
        case .postgresql: try await context.servers.postgresql.asyncMap { try await postgresql($0) }
        }
    }

    private static func sqlite(_ context: Context) async throws -> AdapterSystem {
        let directory = context.newPath("adapters-sqlite")
        try Files.makeDirectory(directory)
        let (path, mirrored) = (directory + "/adapter.db", directory + "/client.db")
        let adapter = try await SQLiteBackend(path: path)
        let mirror = try await SQLiteBackend(path: mirrored)
        return AdapterSystem(.sqlite, adapter: adapter, mirror: mirror) {
            try SQLiteClient(mirrored, table: "conversations")
        } check: { _, pool, _ in
            try await checkSearch(adapter, mirror, pool)
        } end: {
            try await adapter.close()
            try await mirror.close()
            context.discard(directory)
        }
    }

    private static func redis(_ url: String) async throws -> AdapterSystem {
        let address = try RedisAddress(url: url)
        let prefix = "amberlog-benchmark:\(getpid()):"
        let adapter = try await RedisBackend(url: url, prefix: prefix + "adapter:")
        let recorder = RecordingRedisClient(address)
        let mirror = try await RedisBackend(client: recorder, prefix: prefix + "client:")
        // One save, so that it can be seen what a save sends.
        try await mirror.save([Message(role: .user, content: "")], to: "digest")
        guard let command = recorder.last.commands.first, command.count > 2 else { throw EngineError("redis: no save") }
        let digest = Array(command[1])
        return AdapterSystem(.redis, adapter: adapter, mirror: mirror) {
            try RedisTurnClient(address, prefix: prefix + "client:", digest: digest)
        } check: { client, pool, messages in
            guard let client = client as? RedisTurnClient else { return }
            for index in stride(from: 0, to: 400, by: 2) {
                try await mirror.save(Array(messages[index..<index + 2]), to: "check")
                let expected = recorder.last.commands.first?.map { Array($0) } ?? []
                let own = client.arguments(pool, index..<index + 2, to: "check")
                // Times and tokens differ.
                let fixed = own.indices.filter { ![12, 13, 17].contains($0) }
                guard own.count == expected.count, fixed.allSatisfy({ own[$0] == expected[$0] }) else {
                    throw EngineError("redis client: a save of message \(index) sends other arguments than the adapter")
                }
            }
            try await mirror.clear("check")
        } end: {
            try await adapter.clearAll()
            try await mirror.clearAll()
            try await adapter.close()
            try await mirror.close()
            await recorder.close()
        }
    }

    private static func postgresql(_ url: String) async throws -> AdapterSystem {
        let schema = "amberlog_benchmark_\(getpid())"
        func administer(_ sql: String) throws {
            let client = try PostgreSQLConnection(url)
            defer { client.close() }
            try client.execute(sql)
        }
        try administer("CREATE SCHEMA \(schema)")
        let adapter = try await PostgreSQLBackend(url, table: "adapter", schema: schema)
        let mirror = try await PostgreSQLBackend(url, poolSize: 1, table: "client", schema: schema)
        return AdapterSystem(.postgresql, adapter: adapter, mirror: mirror) {
            try PostgreSQLClient(url, schema: schema, table: "client")
        } check: { _, pool, _ in
            try await checkSearch(adapter, mirror, pool)
            let client = try PostgreSQLConnection(url)
            defer { client.close() }
            let words = try ["adapter", "client"].map { table in
                try client.column(
                    "SELECT words::text FROM \(schema).\(table)_messages ORDER BY session, sequence LIMIT 1000")
            }
            guard words[0] == words[1] else { throw EngineError("postgresql client: other words than the adapter") }
        } end: {
            try await adapter.close()
            try await mirror.close()
            try administer("DROP SCHEMA \(schema) CASCADE")
        }
    }

    /// Both find the same for the first words of some messages.
    private static func checkSearch(_ one: any MemoryBackend, _ other: any MemoryBackend, _ pool: MessagePool)
        async throws
    {
        for index in 0..<20 {
            let query = String(decoding: pool.content(index).prefix(40), as: UTF8.self)
            let hits = try await one.searchHits(query, in: nil, options: SearchOptions(limit: 50))
            let others = try await other.searchHits(query, in: nil, options: SearchOptions(limit: 50))
            guard !hits.isEmpty, Set(hits.map { Place($0) }) == Set(others.map { Place($0) }) else {
                throw EngineError("A search finds \(hits.count) messages, and \(others.count) that the client saved")
            }
        }
    }

    private struct Place: Hashable {
        var session: String
        var sequence: UInt64?

        init(_ hit: SearchHit) { (session, sequence) = (hit.session, hit.sequence) }
    }
}

extension Optional {
    fileprivate func asyncMap<Result>(_ body: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await body(self)
    }
}
