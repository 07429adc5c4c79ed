#if SQLite && Encryption
    import AgentMemory
    import Foundation
    import Testing

    /// A database that was copied or written half: an error that names it, a store that is whole, and nothing twice when
    /// the rest has come.
    @Suite struct HalfWrittenDatabaseTests {
        private let tool: Tool

        init() throws {
            tool = try Tool()
        }

        /// What is in the store is some of what has to be there; with the whole database, it is all of it.
        private func expectTheRest(of store: ForeignStore, at path: String, afterwards messages: Int64) async throws {
            let count = Int64(try store.expected().values.map(\.count).reduce(0, +))
            let all = try tool.run("import", "--json", path)
            let report = try #require(try all.json().first, "\(all.messages)")
            #expect(report["messages"]?.integerValue == count - messages, "\(all.messages)")
            #expect(report["present"]?.integerValue == messages)
            try await StoreContents(tool.store).expect(store)
            #expect(try tool.run("verify", "--deep").exitCode == 0)
        }

        private func database(in folder: String) throws -> String {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return folder + "/" + (try #require(names.filter { $0.hasSuffix(".db") }.min()))
        }

        @Test(arguments: [0.02, 0.25, 0.5, 0.75, 0.99])
        func `a file that was cut off`(_ part: Double) async throws {
            let store = ForeignStore.database("langchain-sqlite")
            let path = try database(in: try store.copy(to: tool.path))
            let whole = try Tool.bytes(path)
            try tool.overwrite(path, Array(whole.prefix(Int(Double(whole.count) * part))))
            let result = try tool.run("import", "--json", path)
            #expect(result.exitCode != 0)
            #expect(result.messages.contains(path), "\(result.messages)")
            let messages = try result.json().first?["messages"]?.integerValue ?? 0
            try tool.overwrite(path, whole)
            try await expectTheRest(of: store, at: path, afterwards: messages)
        }

        @Test(arguments: [0.0, 0.3, 0.7])
        func `a log that was cut off`(_ part: Double) async throws {
            let store = ForeignStore.database("openai-agents-sqlite-live")
            let folder = try store.copy(to: tool.path)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix("-wal") }
            let logs = names.map { folder + "/" + $0 }
            try #require(!logs.isEmpty)
            let whole = try logs.map { try Tool.bytes($0) }
            for (log, bytes) in zip(logs, whole) {
                try tool.overwrite(log, Array(bytes.prefix(Int(Double(bytes.count) * part))))
            }
            // What was committed up to there is one of the states that the database has had.
            let result = try tool.run("import", "--json", folder)
            let messages = try result.json().first?["messages"]?.integerValue ?? 0
            #expect(messages < Int64(try store.expected().values.map(\.count).reduce(0, +)))
            for (log, bytes) in zip(logs, whole) { try tool.overwrite(log, bytes) }
            try await expectTheRest(of: store, at: folder, afterwards: messages)
        }

        @Test func `a transaction whose writer was killed`() async throws {
            let store = ForeignStore.database("langchain-sqlite")
            let path = try database(in: try store.copy(to: tool.path))
            let script = """
                import os, signal, sqlite3, sys
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("PRAGMA journal_mode = DELETE")
                db.execute("PRAGMA cache_size = 1")
                db.execute("BEGIN")
                db.execute("DELETE FROM message_store WHERE id % 2")
                for n in range(5000):
                    db.execute("INSERT INTO message_store (session_id, message) VALUES ('half', ?)", (str(n) * 100,))
                os.kill(os.getpid(), signal.SIGKILL)
                """
            _ = try #require(try Program.run("python3", ["-c", script, path]))
            try #require(Tool.exists(path + "-journal"))
            let result = try tool.run("import", path)
            #expect(result.exitCode != 0)
            #expect(result.messages.contains("interrupted") && result.messages.contains(path), "\(result.messages)")
            // Whoever opens it to write takes the half of it back.
            let open = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM message_store')"
            _ = try #require(try Program.run("python3", ["-c", open, path]))
            try await expectTheRest(of: store, at: path, afterwards: 0)
        }
    }
#endif
