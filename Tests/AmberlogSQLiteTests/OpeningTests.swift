#if SQLite
    import AgentMemory
    @testable import AmberlogSQLite
    import AmberlogTestKit
    import Foundation
    import GRDB
    import Testing

    /// What opens, what is refused, and with which error.
    @Suite struct OpeningTests {
        @Test(arguments: [
            "CREATE TABLE conversations (session_id TEXT, content TEXT)", "CREATE VIEW conversations AS SELECT 1",
            "CREATE TABLE Conversations_Messages (a)", "CREATE TABLE conversations_search (a)",
            "CREATE TABLE conversations_search_idx (a)", "CREATE TABLE conversations_schema (version)",
            "CREATE TABLE conversations_schema (format, version); INSERT INTO conversations_schema VALUES ('x', 1)",
            "CREATE TABLE conversations_schema (format, version)",
            "CREATE TABLE conversations_schema (format, version); INSERT INTO conversations_schema VALUES ('amberlog', 'x')",
            "CREATE TABLE a (b); CREATE INDEX conversations_messages_by_place ON a (b)",
        ])
        func `a table of something else is refused, and left alone`(_ sql: String) async throws {
            let fixture = try Fixture()
            try fixture.execute(sql)
            let schema = "SELECT group_concat(sql || name, '; ') FROM sqlite_master"
            let before = try fixture.withDatabase { try String.fetchOne($0, sql: schema) }
            let error = await #expect(throws: MemoryError.self) { _ = try await fixture.open() }
            #expect(error?.code == .notAStore)
            #expect(error?.message.lowercased().contains("conversations") == true)
            #expect(try fixture.withDatabase { try String.fetchOne($0, sql: schema) } == before)
            // Under another name there is room.
            let memory = try await fixture.open(table: "memories")
            try await memory.close()
        }

        @Test func `a newer version is refused`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("x"), to: "s")
            try await memory.close()
            try fixture.execute("UPDATE conversations_schema SET version = version + 1")
            #expect(await code { _ = try await fixture.open() } == .unsupportedFormat)
            try fixture.execute("UPDATE conversations_schema SET version = version - 1")
            let again = try await fixture.open()
            #expect(try await again.load("s") == texts("x"))
            try await again.close()
        }

        @Test func `a file that is no database`() async throws {
            let fixture = try Fixture()
            try Data(repeating: 0x41, count: 10_000).write(to: URL(filePath: fixture.path))
            #expect(await code { _ = try await fixture.open() } == .damaged)
        }

        @Test func `a directory that isn't there`() async throws {
            let fixture = try Fixture()
            let path = fixture.directory.path + "/missing/memory.db"
            let error = await #expect(throws: MemoryError.self) { _ = try await SQLiteBackend(path: path) }
            #expect(error?.code == .inputOutput)
            #expect(error?.message.contains("(code 14)") == true)
            #expect(error?.place.file == path)
        }

        @Test func `parameters that make no sense`() async throws {
            let fixture = try Fixture()
            let path = fixture.path
            #expect(await code { _ = try await SQLiteBackend(path: "") } == .invalidArgument)
            #expect(await code { _ = try await SQLiteBackend(path: path + "\0x") } == .invalidArgument)
            #expect(await code { _ = try await SQLiteBackend(path: ":memory:") } == .invalidArgument)
            #expect(await code { _ = try await SQLiteBackend(path: path, timeToLive: .zero) } == .invalidArgument)
            #expect(await code { _ = try await SQLiteBackend(path: path, maximumMessages: 0) } == .invalidArgument)
            #expect(!FileManager.default.fileExists(atPath: path))
        }

        @Test(arguments: SQLiteBackend.JournalMode.allCases, SQLiteBackend.Synchronous.allCases)
        func `modes are as they were asked for`(
            _ mode: SQLiteBackend.JournalMode, _ synchronous: SQLiteBackend.Synchronous
        ) async throws {
            let fixture = try Fixture()
            for autoVacuum in [true, false] {
                let memory = try await SQLiteBackend(
                    path: fixture.path + "\(autoVacuum)", autoVacuum: autoVacuum, journalMode: mode,
                    synchronous: synchronous)
                let pragmas = try await memory.connection.write { db in
                    try ["journal_mode", "synchronous", "auto_vacuum"].map {
                        try String.fetchOne(db, sql: "SELECT CAST(\($0) AS TEXT) FROM pragma_\($0)") ?? ""
                    }
                }
                let level = ["normal": "1", "full": "2", "extra": "3"][synchronous.rawValue]
                #expect(pragmas == [mode.rawValue, level, autoVacuum ? "1" : "0"])
                try await memory.close()
            }
        }

        @Test func `a file shrinks when something is removed`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts((1...3000).map { "\($0) " + String(repeating: "word ", count: 200) }), to: "s")
            try await memory.save(texts("stays"), to: "t")
            func bytes() throws -> Int {
                try FileManager.default.attributesOfItem(atPath: fixture.path)[.size] as? Int ?? 0
            }
            let before = try bytes()
            try await memory.clear("s")
            let after = try bytes()
            #expect(before > 3 << 20 && after < before / 4, "\(before), then \(after)")
            #expect(try await memory.load("t") == texts("stays"))
            try await memory.close()
        }
    }
#endif
