#if Redis
    import AgentMemory
    import Foundation
    import TestServers
    import Testing

    /// Stores of other libraries on a Redis server are imported once, whatever else is there, and left as they are.
    @Suite struct RedisImportTests {
        private let tool: Tool

        init() throws {
            tool = try Tool()
        }

        private func text(_ json: JSONValue) -> String { String(decoding: json.serialized(), as: UTF8.self) }

        private func record(_ role: String, _ content: String, _ time: Double) -> String {
            let record: JSONValue = [
                "session_id": "x", "timestamp": .double(time), "role": .string(role), "content": .string(content),
                "metadata": [:],
            ]
            return text(record)
        }

        private func item(_ role: String, _ content: String) -> String {
            text(["role": .string(role), "content": .string(content)])
        }

        private func message(_ type: String, _ content: String) -> String {
            text(["type": .string(type), "data": ["content": .string(content)]])
        }

        @Test func `the newest comes first in lists of AA Kit, over many pages`() async throws {
            let server = try await RedisServer()
            let texts = (1...700).map { "text \($0) " + String(repeating: "x", count: $0 % 7 == 0 ? 40_000 : 1) }
            _ = try await server.send(
                texts.enumerated().map { index, text in
                    ["LPUSH", "agentz:memory:a:b", record(index % 2 == 0 ? "user" : "assistant", text, Double(index))]
                })
            let report = try tool.report(server.url)
            #expect(report["messages"] == 700 && report["refused"] == 0 && report["sessions"] == 1)
            let said = try tool.said("a:b")
            #expect(said.map { String($0.drop { $0 != " " }.dropFirst()) } == texts)
            let first = try tool.run("load", "a:b", "--limit", "700", "--json").json().first
            #expect(first?["timestamp"]?.stringValue?.hasPrefix("1970-01-01T00:00:00") == true)
        }

        @Test func `sessions of openai-agents are named by their hashes`() async throws {
            let server = try await RedisServer()
            _ = try await server.send([
                ["HSET", "agents:session:a", "session_id", "a", "created_at", "1"],
                ["RPUSH", "agents:session:a:messages", item("user", "one"), item("assistant", "two")],
                ["HSET", "agents:session:b:messages", "session_id", "b:messages"],
                ["RPUSH", "agents:session:b:messages:messages", item("user", "three")],
                ["HSET", "agents:session:empty", "session_id", "empty"],
                ["SET", "agents:session:a:counter", "2"],
            ])
            let report = try tool.report(server.url)
            #expect(report["messages"] == 3 && report["refused"] == 0 && report["sessions"] == 2)
            #expect(try tool.said("a") == ["user: one", "assistant: two"])
            #expect(try tool.said("b:messages") == ["user: three"])
        }

        @Test func `what isn't as it ought to be is told, and the rest is imported`() async throws {
            let server = try await RedisServer()
            _ = try await server.send([
                ["SET", "agentz:memory:text", "x"], ["SADD", "message_store:set", "x"],
                ["LPUSH", "agentz:memory:s", record("user", "first", 1)],
                ["LPUSH", "agentz:memory:s", #"{"role":"user","conten"#, "[]", "", #"{"content":"no role"}"#],
                ["LPUSH", "agentz:memory:s", #"{"role":"user","content":[1],"timestamp":1}"#],
                ["LPUSH", "agentz:memory:s", #"{"role":"user","content":"x","timestamp":"soon"}"#],
                ["LPUSH", "agentz:memory:s", #"{"role":"user","content":"x","timestamp":1,"metadata":"m"}"#],
                ["LPUSH", "agentz:memory:s", record("assistant", "last", 2)],
                ["LPUSH", "message_store:s2", message("human", "hello"), message("martian", "?")],
                ["RPUSH", "agents:session:lost:messages", item("user", "no hash")],
                ["RPUSH", "agents:session:list", item("user", "no session")],
                ["HSET", "agents:session:nameless", "created_at", "1"],
                ["RPUSH", "agents:session:nameless:messages", item("user", "no name")],
                ["HSET", "agents:session:wrong", "session_id", "wrong"], ["SET", "agents:session:wrong:messages", "x"],
                ["LPUSH", "queue:other", "not meant"], ["SET", "agentz:sessions:1", "not meant"],
            ])
            try await server.send(bytes: [
                [Array("LPUSH".utf8), Array("agentz:memory:".utf8) + [0xFF, 0xFE], Array("x".utf8)],
                [Array("LPUSH".utf8), Array("agentz:memory:s".utf8), [0xFF, 0xFE]],
            ])
            let result = try tool.run("import", "--json", server.url)
            let report = try #require(try result.json().first, "\(result.messages)")
            #expect(result.exitCode == 1)
            #expect(report["messages"] == 3)
            // Keys: text, the one without a name, the set, lost, list, nameless, wrong. Elements: eight, and the type.
            #expect(report["refused"] == 16, "\(result.messages)")
            #expect(result.messages.contains("key agentz:memory:text: It is of type string"))
            #expect(try tool.said("s") == ["user: first", "assistant: last"])
            #expect(try tool.said("s2") == ["user: hello"])
            let strict = try tool.run("import", "--json", server.url, "--strict")
            #expect(try strict.json().first?["refused"] == 1 && strict.exitCode == 1)
        }

        @Test func `keys that are two spellings of one text are two sessions`() async throws {
            let server = try await RedisServer()
            _ = try await server.send([
                ["LPUSH", "agentz:memory:\u{E9}", record("user", "composed", 1)],
                ["LPUSH", "agentz:memory:e\u{301}", record("user", "decomposed", 1)],
            ])
            #expect(try tool.report(server.url)["sessions"] == 2)
            #expect(try tool.said("\u{E9}") == ["user: composed"])
            #expect(try tool.said("e\u{301}") == ["user: decomposed"])
        }

        @Test func `importing again adds what is new, and the server is only read`() async throws {
            let server = try await RedisServer(password: "s3cr et/?@")
            _ = try await server.send([
                ["LPUSH", "message_store:s", message("human", "one"), message("ai", "two")],
                ["HSET", "agents:session:a", "session_id", "a"],
                ["RPUSH", "agents:session:a:messages", item("user", "one")], ["CONFIG", "RESETSTAT"],
            ])
            #expect(try tool.report(server.url)["messages"] == 3)
            #expect(try await server.commands() == ["scan", "type", "lrange", "hget"])
            let again = try tool.report(server.url)
            #expect(again["messages"] == 0 && again["present"] == 3)
            _ = try await server.send([
                ["LPUSH", "message_store:s", message("human", "three")],
                ["RPUSH", "agents:session:a:messages", item("assistant", "two")],
                ["LPUSH", "message_store:new", message("human", "new")],
            ])
            #expect(try tool.report(server.url, "--format", "langchain-redis")["messages"] == 2)
            #expect(try tool.report(server.url)["messages"] == 1)
            #expect(try tool.said("s") == ["user: one", "assistant: two", "user: three"])
            #expect(try tool.said("a") == ["user: one", "assistant: two"])
        }

        #if SQLite && Encryption
            @Test func `encrypted sessions are opened with their key, and told of without`() async throws {
                let store = ForeignStore.database("openai-agents-encrypted")
                let key = try #require(try store.keys()["passphrase.db"])
                let script =
                    "import sqlite3, sys\nfor s, d in sqlite3.connect(sys.argv[1]).execute("
                    + "'SELECT session_id, message_data FROM agent_messages ORDER BY id'): print(s + '\\t' + d)"
                let rows = try #require(
                    try Program.run("python3", ["-c", script, store.path + "/passphrase.db"]))
                let server = try await RedisServer()
                _ = try await server.send(
                    rows.lines.flatMap { line -> [[String]] in
                        let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
                        let hash = "agents:session:" + parts[0]
                        return [["HSET", hash, "session_id", parts[0]], ["RPUSH", hash + ":messages", parts[1]]]
                    })
                let without = try tool.report(server.url)
                #expect(without["messages"] == 0 && without["refused"]?.integerValue == Int64(rows.lines.count))
                let right = try tool.report(server.url, "--key-file", try tool.file("key", key))
                #expect(right["messages"] == 5 && right["refused"] == 0)
            }
        #endif

        @Test func `the originals are kept byte by byte`() async throws {
            let server = try await RedisServer()
            let text = #"{ "type":"human", "data":{"content":"hi","odd":1.50} }"#
            _ = try await server.send([["LPUSH", "message_store:s", text]])
            #expect(try tool.report(server.url, "--keep-original")["losses"]?.arrayValue?.count == 1)
            let message = try tool.run("load", "s", "--json").json().first
            #expect(message?["metadata"]?["original"]?.stringValue == text)
        }

        @Test func `what is there, and how sure that is`() async throws {
            let server = try await RedisServer(password: "hush-hush")
            let nothing = try tool.run("import", "--detect", server.url)
            #expect(nothing.lines.count == 1 && nothing.lines[0].hasSuffix("unknown"), "\(nothing.messages)")
            #expect(try tool.run("import", server.url).exitCode == 64)
            _ = try await server.send(
                (0..<2000).map { ["SET", "other:\($0)", "x"] } + [
                    ["LPUSH", "message_store:s", message("human", "one")],
                    ["HSET", "agents:session:a", "session_id", "a"],
                ])
            let found = try tool.run("import", "--detect", "--json", server.url).json()
            #expect(found.map { $0["layout"] } == ["openai-agents-redis", "langchain-redis"])
            #expect(found.map { $0["confidence"] } == ["certain", "likely"])
            #expect(found.allSatisfy { $0["path"]?.stringValue == "redis://127.0.0.1:\(server.port)" })
            let other = try tool.run("import", server.url, "--format", "aakit-redis")
            #expect(other.exitCode == 64 && other.messages.contains("no keys of aakit-redis"))
            #expect(!other.messages.contains("hush"))
            for format in ["langchain-sqlite", "openai-agents-postgres", "jsonl", "chatgpt-export"] {
                let wrong = try tool.run("import", server.url, "--format", format)
                #expect(wrong.exitCode == 64 && wrong.messages.contains("no layout of a Redis server"))
            }
            #expect(!Tool.exists(tool.store))
        }

        @Test func `passwords are in no message`() async throws {
            let server = try await RedisServer(password: "right")
            let wrong = try tool.run("import", "redis://:wr0ng-pass@127.0.0.1:\(server.port)")
            #expect(wrong.exitCode != 0 && wrong.messages.contains("password"), "\(wrong.messages)")
            let nowhere = try tool.run("import", "redis://:wr0ng-pass@127.0.0.1:1")
            #expect(nowhere.exitCode != 0 && nowhere.messages.contains("127.0.0.1:1"), "\(nowhere.messages)")
            let broken = try tool.run("import", "redis://user:wr0ng-pass@127.0.0.1:port")
            #expect(broken.exitCode == 64)
            for result in [wrong, nowhere, broken] { #expect(!(result.messages + result.output).contains("wr0ng")) }
            let file = try tool.run("import", "chat.json", "--format", "aakit-redis")
            #expect(file.exitCode == 64 && file.messages.contains("give its URL"))
        }

        @Test(arguments: ForeignServer.redis)
        func `what other libraries have made`(_ store: ForeignStore) async throws {
            let dump = try #require(ForeignStore.generated) + "/redis/dump.rdb"
            let directory = tool.path + "/redis"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: dump, toPath: directory + "/dump.rdb")
            let server = try await RedisServer(arguments: ["--dir", directory])
            let count = Int64(try store.expected().values.map(\.count).reduce(0, +))
            let first = try tool.report(server.url, "--format", store.layout)
            #expect(first["messages"]?.integerValue == count)
            #expect(first["refused"]?.integerValue == (try store.refused()))
            try await StoreContents(tool.store).expect(store)
            let second = try tool.report(server.url, "--format", store.layout, "--keep-original")
            #expect(second["messages"] == 0 && second["present"]?.integerValue == count)
        }
    }
#else
    import Testing

    @Suite struct RedisImportTests {
        @Test func `a build without the trait says which one it is`() throws {
            let result = try Tool().run("import", "redis://:secret@127.0.0.1:1")
            #expect(result.exitCode != 0 && result.messages.contains("trait Redis"), "\(result.messages)")
            #expect(!result.messages.contains("secret"))
        }
    }
#endif
