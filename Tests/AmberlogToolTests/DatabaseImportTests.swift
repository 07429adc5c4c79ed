#if SQLite && Encryption
    import AgentMemory
    import Foundation
    import Testing

    /// Databases of other libraries are imported as Tests/ForeignStores specifies, once, and left as they are.
    @Suite struct DatabaseImportTests {
        private let tool: Tool

        init() throws {
            tool = try Tool()
        }

        private func report(_ arguments: [String]) throws -> JSONValue {
            let result = try tool.run(["import", "--json"] + arguments)
            return try #require(try result.json().first, "\(result.messages)")
        }

        private func files(_ path: String) throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            return Dictionary(
                uniqueKeysWithValues: try names.map { ($0, try Data(contentsOf: URL(filePath: path + "/" + $0))) })
        }

        @Test func `every layout is there`() {
            #expect(Set(ForeignStore.databases.map(\.layout)).count == 15)
        }

        @Test(arguments: ForeignStore.databases)
        func `everything is imported, and nothing the second time`(_ store: ForeignStore) async throws {
            let path = try store.copy(to: tool.path)
            let before = try files(path)
            let keys = try store.keyArguments(in: tool)
            let count = Int64(try store.expected().values.map(\.count).reduce(0, +))
            let first = try report([path] + keys)
            #expect(first["messages"]?.integerValue == count)
            #expect(first["refused"]?.integerValue == (try store.refused()))
            #expect(first["sessions"]?.integerValue == Int64(try store.expected().count))
            let contents = try await StoreContents(tool.store)
            try contents.expect(store)
            let second = try report([path, "--format", store.format] + keys)
            #expect(second["messages"] == 0)
            #expect(second["present"]?.integerValue == count)
            let again = try await StoreContents(tool.store)
            #expect(again.messages == contents.messages && again.metadata == contents.metadata)
            #expect(try files(path) == before)
        }

        @Test(arguments: ForeignStore.databases)
        func `with the originals, which make no message a new one`(_ store: ForeignStore) async throws {
            let path = try store.copy(to: tool.path)
            let keys = try store.keyArguments(in: tool)
            let first = try report([path, "--keep-original"] + keys)
            let contents = try await StoreContents(tool.store)
            try contents.expect(store)
            let originals = contents.messages.values.joined().compactMap { $0.metadata["original"]?.stringValue }
            #expect(originals.count > 5)
            for original in originals { #expect(throws: Never.self) { try JSONValue(parsing: original) } }
            let losses = (first["losses"]?.arrayValue ?? []).compactMap { $0["kind"]?.stringValue }
            #expect(losses.allSatisfy { !$0.hasPrefix("field") }, "\(losses)")
            #expect(try report([path] + keys)["messages"] == 0)
        }

        @Test(arguments: ForeignStore.databases.filter { (try? $0.refused()) ?? 0 > 0 })
        func `strict stops at the first that is refused`(_ store: ForeignStore) throws {
            let path = try store.copy(to: tool.path)
            let result = try tool.run("import", path, "--strict", "--json")
            #expect(result.exitCode == 1)
            #expect(try result.json().first?["refused"] == 1)
            #expect(result.messageLines.count == 1)
        }

        @Test func `a database that has grown adds what is new`() throws {
            let path = try ForeignStore.database("openai-agents-sqlite").copy(to: tool.path) + "/conversations.db"
            #expect(try report([path])["messages"]?.integerValue ?? 0 > 0)
            let script = """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1])
                db.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('0', ?)", ('{"role":"user","content":"and then?"}',))
                db.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('new', ?)", ('{"role":"user","content":"hello"}',))
                db.commit()
                """
            #expect(try Program.run("python3", ["-c", script, path])?.exitCode == 0)
            let grown = try report([path])
            #expect(grown["messages"] == 2 && grown["sessions"] == 2)
            #expect(try tool.run("load", "0", "--json").json().last?["content"] == "and then?")
        }

        @Test func `several layouts in one database`() throws {
            let path = try ForeignStore.database("langchain-sqlite").copy(to: tool.path) + "/history.db"
            let script = """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1])
                db.execute("CREATE TABLE memory_records (id INTEGER PRIMARY KEY, session_id, timestamp, role, content, metadata)")
                db.execute("INSERT INTO memory_records VALUES (1, 'aakit', 1.5, 'user', 'x', NULL)")
                db.commit()
                """
            #expect(try Program.run("python3", ["-c", script, path])?.exitCode == 0)
            let found = try tool.run("import", "--detect", "--json", path).json()
            #expect(found.map { $0["layout"] } == ["aakit-sqlite", "langchain-sqlite"])
            #expect(try report([path])["sessions"] == 7)
            #expect(try report([path, "--format", "aakit-sqlite"])["messages"] == 0)
        }
    }
#endif
