import AgentMemory
import Foundation
import Testing

/// What a database is found by its tables, or why it can't be.
@Suite struct DatabaseDetectionTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
    }

    private func database(_ layout: String, _ name: String) throws -> String {
        try ForeignStore.database(layout).copy(to: tool.path) + "/" + name
    }

    #if SQLite
        @Test func `what was found, and how sure that is`() throws {
            let path = try database("openai-agents-sqlite-live", "conversations.db")
            let found = try tool.run("import", "--detect", "--json", path).json()
            #expect(found.count == 1 && found[0]["layout"] == "openai-agents-sqlite")
            #expect(found[0]["confidence"] == "certain" && found[0]["path"]?.stringValue == path)
            #expect(found[0]["reason"]?.stringValue?.contains("chat_messages") == true)
            let inDirectory = try tool.run("import", "--detect", "--json", tool.path + "/openai-agents-sqlite-live")
            #expect(try inDirectory.json() == found)
            #expect(!Tool.exists(tool.store))
        }

        @Test func `tables that nobody knows`() throws {
            let path = tool.path + "/own.db"
            let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('CREATE TABLE t (x)')"
            #expect(try Program.run("python3", ["-c", script, path])?.exitCode == 0)
            #expect(try tool.run("import", "--detect", path).lines == ["\(path): unknown"])
            let result = try tool.run("import", path)
            #expect(result.exitCode == 64 && result.messages.contains("no known layout"))
            let chosen = try tool.run("import", "--format", "agno-sqlite", path)
            #expect(chosen.exitCode == 64 && chosen.messages.contains("no tables of agno-sqlite"))
            #expect(!Tool.exists(tool.store))
        }

        @Test func `what is named like a database is passed over in a directory`() throws {
            _ = try database("aakit-sqlite", "agentz_memory.db")
            try tool.file("aakit-sqlite/thumbs.db", "no database")
            let report = try tool.run("import", "--json", tool.path + "/aakit-sqlite").json()[0]
            #expect(report["passed_over"] == 1 && report["messages"] == 15)
            let only = try tool.run("import", "--json", "--format", "aakit-sqlite", tool.path + "/aakit-sqlite").json()
            #expect(only[0]["messages"] == 0 && only[0]["present"] == 15)
        }

        @Test func `a pipe, and a file that is compressed`() throws {
            let path = try database("aakit-sqlite", "agentz_memory.db")
            #expect(try Program.run("gzip", ["-k", path])?.exitCode == 0)
            let result = try tool.run("import", path + ".gz")
            #expect(result.exitCode != 0 && result.messages.contains("compressed"), "\(result.messages)")
            let piped = try tool.run("import", "--format", "aakit-sqlite", "-", input: "x")
            #expect(piped.exitCode == 64 && piped.messages.contains("must be a file"))
        }
    #else
        @Test func `a build without the trait says which one it is`() throws {
            let path = try database("aakit-sqlite", "agentz_memory.db")
            let result = try tool.run("import", path)
            #expect(result.exitCode != 0 && result.messages.contains("trait SQLite"), "\(result.messages)")
            let directory = try tool.run("import", tool.path + "/aakit-sqlite")
            #expect(directory.exitCode == 1 && directory.messages.contains("trait SQLite"))
        }
    #endif

    #if SQLite && Encryption
        @Test func `keys come from files or the environment, and wrong ones are told of`() throws {
            let path = try database("openai-agents-encrypted", "passphrase.db")
            let key = try #require(try ForeignStore.database("openai-agents-encrypted").keys()["passphrase.db"])
            let missing = try tool.run("import", path)
            #expect(missing.exitCode == 64 && missing.messages.contains("--key-file"))
            let wrong = try tool.run("import", path, "--key-file", try tool.file("wrong", "secret\n"))
            #expect(wrong.exitCode == 64 && wrong.messages.contains("another key"))
            #expect(!wrong.messages.contains("secret"))
            #expect(try tool.run("import", path, "--key-file", try tool.file("empty", "\n")).exitCode == 64)
            #expect(try tool.run("import", path, "--key-file", tool.path + "/gone").exitCode == 1)
            #expect(!Tool.exists(tool.store))
            let right = try tool.run("import", "--json", path, environment: ["AMBERLOG_IMPORT_KEY=\(key)"])
            #expect(try right.json().first?["messages"] == 5, "\(right.messages)")
        }
    #elseif SQLite
        @Test func `a build without encryption says which trait it needs`() throws {
            let path = try database("openai-agents-encrypted", "passphrase.db")
            let result = try tool.run("import", path, "--key-file", try tool.file("key", "secret"))
            #expect(result.exitCode != 0 && result.messages.contains("trait Encryption"), "\(result.messages)")
        }
    #endif
}
