#if SQLite && Redis && PostgreSQL
    import AgentMemory
    import AmberlogRedis
    import AmberlogSQLite
    import AmberlogTestKit
    import BackendMatrix
    import Foundation
    import TestServers
    import Testing

    /// `amberlog migrate` with what makes no sense: it says which, tells no password, changes neither side, and ends.
    @Suite(.serialized) struct MigrateCommandTests {
        private let directory: TemporaryDirectory
        private var store: String { directory.path + "/store" }

        init() async throws {
            directory = try TemporaryDirectory()
            let store = try await BackendKind.log.make(at: "store", in: directory)
            try await store.save([Message(role: .user, content: "hello")], to: "s")
            try await store.close()
        }

        private func expectRefusal(
            _ source: String, _ target: String, _ told: String, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let start = ContinuousClock.now
            let result = try await MigrateProcess.run(source, target)
            #expect(result.exitCode != 0, sourceLocation: sourceLocation)
            #expect(result.messages.contains(told), "\(result.messages)", sourceLocation: sourceLocation)
            #expect(!(result.messages + result.output).contains("wr0ng"), sourceLocation: sourceLocation)
            #expect(start.duration(to: .now) < .seconds(120), sourceLocation: sourceLocation)
        }

        /// As a source, with a target that must not come into being, and as a target.
        private func expectRefusals(
            _ url: String, _ told: String, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try await expectRefusal(url, directory.path + "/new", told, sourceLocation: sourceLocation)
            #expect(!FileManager.default.fileExists(atPath: directory.path + "/new"), sourceLocation: sourceLocation)
            try await expectRefusal(store, url, told, sourceLocation: sourceLocation)
        }

        @Test func `a wrong password`() async throws {
            let redis = try await RedisServer(password: "right")
            try await expectRefusals("redis://:wr0ng-pass@127.0.0.1:\(redis.port)", "password")
            let postgres = try await PostgreSQLServer(password: "right")
            try await expectRefusals(postgres.url(password: "wr0ng-pass"), "password")
        }

        @Test(arguments: ["redis://u:wr0ng-pass@127.0.0.1:1", "postgresql://u:wr0ng-pass@127.0.0.1:1/d"])
        func `nobody listens`(_ url: String) async throws {
            try await expectRefusals(url, "127.0.0.1")
        }

        @Test(arguments: ["redis://127.0.0.1:port", "redis://127.0.0.1:99999", "postgresql://127.0.0.1:port/d"])
        func `a URL that is none`(_ url: String) async throws {
            try await expectRefusals(url, "port")
        }

        @Test func `an option that doesn't exist, and a table that can't`() async throws {
            let redis = try await RedisServer.shared().url
            let postgres = try await PostgreSQLServer.shared().url
            let sqlite = "sqlite:\(directory.path)/x.db"
            for url in [redis, sqlite] { try await expectRefusals(url + "?colour=1", "colour") }
            // What isn't the backend's own option is libpq's, which knows none of this name.
            try await expectRefusals(postgres + "?colour=1", "colour")
            for url in [postgres, sqlite] {
                try await expectRefusals(url + "?table_name=" + String(repeating: "t", count: 300), "table")
                try await expectRefusals(url + "?table_name=", "table")
            }
            try await expectRefusals(redis + "?ttl=soon", "ttl")
            try await expectRefusals(postgres + "?schema=no_such_schema", "no_such_schema")
        }

        @Test func `tables of a newer version`() async throws {
            let path = directory.path + "/newer.db"
            let memory = try await SQLiteBackend(path: path)
            try await memory.save([Message(role: .user, content: "x")], to: "s")
            try await memory.close()
            let script =
                "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], isolation_level=None); "
                + "d.execute('UPDATE conversations_schema SET version = version + 1')"
            try await Blocking.run {
                let python = Process()
                python.executableURL = URL(filePath: "/usr/bin/env")
                python.arguments = ["python3", "-c", script, path]
                try python.run()
                python.waitUntilExit()
                guard python.terminationStatus == 0 else { throw ServerError("python3 failed") }
            }
            try await expectRefusals("sqlite:" + path, "newer")
            let postgres = try await PostgreSQLServer.shared()
            let kept = try await BackendKind.postgresql.make(at: "newer", in: directory)
            try await kept.close()
            try await postgres.run("UPDATE newer_schema SET version = version + 1")
            try await expectRefusals(postgres.url + "?table_name=newer", "newer")
        }

        @Test(arguments: [":messages", ":state"])
        func `a key of another type fails its session alone`(_ part: String) async throws {
            let (url, memory, key) = try await withForeignKey(part)
            let result = try await MigrateProcess.run(url, directory.path + "/copy", "--json")
            #expect(result.exitCode == 1, "\(result.messages)")
            #expect(result.output.contains(key), "\(result.output)")
            let json = try JSONValue(parsing: result.output)
            #expect(json["failed_sessions"] == ["b"] && json["total_messages"] == 2)
            try await expectTheRest(url, memory, messages: 1)
        }

        /// Three sessions, one of which has a key of somebody else's in it.
        private func withForeignKey(_ part: String) async throws -> (url: String, any MemoryBackend, key: String) {
            let place = "foreign_key_" + part.dropFirst()
            let memory = try await BackendKind.redis.make(at: place, in: directory)
            for session in ["a", "b", "c"] {
                try await memory.save([Message(role: .user, content: "in \(session)")], to: session)
            }
            let key = "\(place):{b}\(part)"
            try await send(["DEL", key])
            try await send(["SET", key, "theirs"])
            return (try await BackendKind.redis.url(at: place, in: directory), memory, key)
        }

        /// Mended, it is copied as well; the others need nothing.
        private func expectTheRest(_ url: String, _ memory: any MemoryBackend, messages: Int64) async throws {
            try await memory.clear("b")
            try await memory.save([Message(role: .user, content: "in b")], to: "b")
            let again = try await MigrateProcess.run(url, directory.path + "/copy", "--json")
            let json = try JSONValue(parsing: again.output)
            #expect(json["success"] == true && json["unchanged_sessions"] == 2, "\(again.messages)")
            #expect(json["total_messages"]?.integerValue == messages)
            try await memory.close()
        }

        private func send(_ command: [String]) async throws {
            let client = HiredisClient(try RedisAddress(url: try await RedisServer.shared().url), connections: 1)
            var pipeline = RedisPipeline()
            pipeline.append(command)
            _ = try await client.send(pipeline)
            await client.close()
        }

        @Test func `a database that was cut off`() async throws {
            let path = directory.path + "/cut.db"
            let memory = try await SQLiteBackend(path: path)
            for session in 0..<20 {
                try await memory.save(
                    (0..<50).map {
                        Message(role: .user, content: "message \($0) " + String(repeating: "x", count: 200))
                    },
                    to: "s\(session)")
            }
            try await memory.close()
            let whole = try Data(contentsOf: URL(filePath: path))
            let copy = directory.path + "/copy"
            for part in [3, 2] {
                try whole.prefix(whole.count / part).write(to: URL(filePath: path))
                let result = try await MigrateProcess.run("sqlite:" + path, copy)
                #expect(result.exitCode != 0)
                #expect(result.messages.contains("cut.db"), "\(result.messages)")
            }
            try whole.write(to: URL(filePath: path))
            let rest = try await MigrateProcess.run("sqlite:" + path, copy, "--verify", "digest", "--json")
            #expect(rest.exitCode == 0, "\(rest.messages)")
            let opened = try await BackendKind.log.make(at: "copy", in: directory)
            #expect(
                try await opened.sessions(by: .id, after: nil, limit: 100).sessions.map(\.messageCount)
                    == Array(repeating: 50, count: 20))
            try await opened.close()
        }
    }
#endif
