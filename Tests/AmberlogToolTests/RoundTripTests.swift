import AgentMemory
import Testing

/// What comes in by import goes out by export as it was.
@Suite struct RoundTripTests {
    private static let lines = [
        #"{"session_id":"a","role":"user","content":"plain","timestamp":"2026-01-31T11:00:00.500000Z","sequence":1}"#,
        #"{"session_id":"a","role":"assistant","content":"with \"quotes\", \\ and \u0000","timestamp":"1969-12-31T23:59:59.999999Z","metadata":{"b":[1,1.0,null],"a":{"x":true}},"id":"m-2","sequence":2}"#,
        #"{"session_id":"a","role":"critic","content":"","timestamp":"2026-01-31T11:00:01.000000Z","sequence":3,"name":"Bo","tool_calls":[{"id":"c"}]}"#,
        #"{"session_id":"né","role":"tool","content":"naïve 日本語 😀\nsecond line","timestamp":"2026-01-31T11:00:02.123456Z","metadata":{"__extra":1},"sequence":1}"#,
    ]

    @Test func `every line survives byte for byte`() throws {
        let tool = try Tool()
        let path = try tool.file("in.jsonl", Self.lines.joined(separator: "\n"))
        #expect(try tool.run("import", path).exitCode == 0)
        let export = try tool.run("export")
        #expect(export.exitCode == 0)
        #expect(export.lines == Self.lines)
    }

    @Test func `an export imports into another store as the same`() throws {
        let tool = try Tool()
        let path = try tool.file("in.jsonl", Conversations.lines(sessions: 7, messages: 300, padding: 100))
        try tool.run("import", path)
        let out = tool.path + "/out.jsonl"
        let other = tool.path + "/other"
        #expect(try tool.run("export", "--output", out).exitCode == 0)
        #expect(try tool.run("import", out, "--store", other).exitCode == 0)
        #expect(try tool.run("export", "--store", other).output == Tool.text(out))
    }

    @Test func `a JSON document round-trips too, session metadata included`() throws {
        let tool = try Tool()
        let session =
            #"{"session_id":"a","metadata":{"tools":[1]},"messages":[{"role":"user","content":"x","id":"1","timestamp":5}]}"#
        try tool.run("import", try tool.file("in.json", "[\n\(session)\n]"))
        let out = tool.path + "/out.json"
        let other = tool.path + "/other"
        try tool.run("export", "--format", "json", "-o", out)
        try tool.run("import", out, "--store", other)
        let one = try tool.run("export", "--format", "json", "--session", "a", "--store", other).output
        #expect(one.contains(#""metadata":{"tools":[1]}"#))
        #expect(try tool.run("export").output == tool.run("export", "--store", other).output)
    }

    @Test func `an export to a file leaves nothing when it fails`() throws {
        let tool = try Tool()
        let out = tool.path + "/out.jsonl"
        #expect(try tool.run("export", "--output", out, "--store", tool.path).exitCode == 1)
        #expect(!Tool.exists(out))
    }
}
