import AgentMemory
import Testing

/// The keys that programs rely on.
@Suite struct JSONShapeTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
        try tool.run("import", "-", input: Conversations.lines(sessions: 3, messages: 10))
    }

    private func keys(_ arguments: String...) throws -> [String] {
        let result = try tool.start(arguments).finish()
        #expect(result.exitCode == 0, "\(result.messages)")
        return try result.json().first?.objectValue?.keys.sorted() ?? []
    }

    @Test func `load gives message lines with their sequence`() throws {
        let lines = try tool.run("load", "session-1", "--json", "--limit", "3").json()
        #expect(lines.map { $0["sequence"] } == [8, 9, 10])
        #expect(
            lines[0].objectValue?.keys.sorted() == [
                "content", "metadata", "role", "sequence", "session_id", "timestamp",
            ])
        let earlier = try tool.run("load", "session-1", "--json", "--limit", "3", "--before", "8").json()
        #expect(earlier.map { $0["sequence"] } == [5, 6, 7])
        #expect(try tool.run("load", "nobody", "--json").output.isEmpty)
    }

    @Test func `search adds score, snippet and neighbors`() throws {
        let hits = try tool.run("search", "message 4", "--session", "session-2", "--json", "--context", "1").json()
        #expect(hits[0]["sequence"] == 5)
        #expect(hits[0]["session_id"] == "session-2")
        #expect(hits[0]["score"]?.doubleValue ?? 0 > 0)
        #expect(hits[0]["snippet"]?.stringValue?.contains("message 4") == true)
        #expect(hits[0]["before"]?[0]?["sequence"] == 4)
        #expect(hits[0]["after"]?[0]?["sequence"] == 6)
        let filtered = try tool.run("search", "message", "--role", "user", "--json", "--limit", "50").json()
        #expect(filtered.count == 15 && filtered.allSatisfy { $0["role"] == "user" })
    }

    @Test func `sessions, sorted and limited`() throws {
        let lines = try tool.run("sessions", "--json", "--sort", "id", "--limit", "2").json()
        #expect(lines.map { $0["session_id"] } == ["session-0", "session-1"])
        #expect(
            lines[0].objectValue?.keys.sorted() == [
                "bytes", "created", "expires", "first_sequence", "last_sequence", "messages", "session_id", "updated",
            ])
    }

    @Test func `the others give one object`() throws {
        #expect(
            try keys("save", "a", "x", "--json") == [
                "duplicates", "first_sequence", "last_sequence", "messages", "session_id",
            ])
        #expect(try keys("compact", "--json") == ["bytes_after", "bytes_before", "seconds", "sessions"])
        #expect(try keys("sweep", "--json") == ["bytes", "messages", "session_ids", "sessions"])
        #expect(
            try keys("backup", tool.path + "/copy", "--json") == ["bytes", "messages", "seconds", "sessions"])
        #expect(
            try keys("restore", tool.path + "/copy", "--store", tool.path + "/again", "--json") == [
                "bytes", "messages", "seconds", "sessions",
            ])
        #expect(
            try keys("clear", "session-1", "--erase", "--yes", "--json") == [
                "bytes", "dry_run", "erased", "messages", "session_ids", "sessions",
            ])
        #expect(
            try keys("import", "-", "--json") == [
                "bytes", "duplicates", "files", "losses", "messages", "passed_over", "present", "refused", "replaced",
                "seconds", "sessions",
            ])
        let stats = try tool.run("stats", "--json").json()[0]
        #expect(stats["sessions"] == 3 && stats["messages"] == 21)
    }

    @Test func `metadata on the command line is JSON or text`() throws {
        try tool.run("save", "m", "x", "--meta", "n=1", "--meta", "t=a=b", "--meta", "l=[1,2]", "--role", "tool")
        let line = try tool.run("load", "m", "--json").json()[0]
        #expect(line["metadata"] == ["n": 1, "t": "a=b", "l": [1, 2]])
        #expect(line["role"] == "tool")
    }
}
