import AgentMemory
import Foundation
import TestServers
import Testing

#if Redis
    import AmberlogRedis
#endif

/// Servers with stores of other libraries.
enum ForeignServer {
    /// What lies in servers: see Tests/ForeignStores.
    static let redis = layouts(["aakit-redis", "langchain-redis", "openai-agents-redis"])
    static let postgreSQL = layouts(["langchain-community-postgres", "langchain-postgres", "openai-agents-postgres"])

    private static func layouts(_ names: [String]) -> [ForeignStore] {
        ForeignStore.generated.map { folder in names.map { ForeignStore(folder: folder, layout: $0) } } ?? []
    }

    /// A PostgreSQL database of a test's own, and its URL.
    static func database(_ sql: String) async throws -> (name: String, url: String) {
        let server = try await PostgreSQLServer.shared()
        let name = "import_" + String(UInt64.random(in: .min ... .max), radix: 36)
        try await server.run("CREATE DATABASE \(name)")
        if !sql.isEmpty { try await server.run(sql, database: name) }
        return (name, server.url(database: name))
    }
}

extension Tool {
    /// Imports, and gives the report.
    func report(_ arguments: String...) throws -> JSONValue {
        let result = try run(["import", "--json"] + arguments)
        return try #require(try result.json().first, "\(result.messages)")
    }

    /// What is in a session: roles and contents.
    func said(_ session: String) throws -> [String] {
        try run("load", session, "--limit", "1000", "--json").json().map {
            "\($0["role"]?.stringValue ?? "?"): \($0["content"]?.stringValue ?? "?")"
        }
    }
}

#if Redis
    extension RedisServer {
        /// Sends commands, each as its arguments.
        func send(_ commands: [[String]]) async throws -> [RedisReply] {
            try await send(bytes: commands.map { $0.map { Array($0.utf8) } })
        }

        @discardableResult
        func send(bytes commands: [[[UInt8]]]) async throws -> [RedisReply] {
            let client = HiredisClient(try RedisAddress(url: url), connections: 1, commandTimeout: .seconds(120))
            var pipeline = RedisPipeline()
            for command in commands { pipeline.append(command) }
            let replies = try await client.send(pipeline)
            await client.close()
            for case .error(let text) in replies { Issue.record("\(text)") }
            return replies
        }

        /// The commands that it has been sent so far, but those of this.
        func commands() async throws -> Set<String> {
            guard case .string(let bytes)? = try await send([["INFO", "commandstats"]]).first else { return [] }
            let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
                line.hasPrefix("cmdstat_") ? line.dropFirst(8).prefix { $0 != ":" }.lowercased() : nil
            }
            return Set(names).subtracting(["info", "ping", "auth", "config|resetstat"])
        }
    }
#endif
