import AgentMemory
import Testing

/// Importing again adds what is new and nothing else.
@Suite struct RerunTests {
    private let tool: Tool
    private let text = Conversations.lines(sessions: 5, messages: 40)

    init() throws {
        tool = try Tool()
    }

    private func report(_ arguments: String...) throws -> (messages: Int64?, present: Int64?, code: Int32) {
        let result = try tool.start(["import", "--json"] + arguments).finish()
        let json = try result.json().first
        return (json?["messages"]?.integerValue, json?["present"]?.integerValue, result.exitCode)
    }

    @Test func `the same file adds nothing`() throws {
        let path = try tool.file("in.jsonl", text)
        #expect(try report(path) == (200, 0, 0))
        let before = try tool.run("export").output
        #expect(try report(path) == (0, 200, 0))
        #expect(try tool.run("export").output == before)
    }

    @Test func `nor does the same under another name, compressed or laid out differently`() throws {
        #expect(try report(tool.file("in.jsonl", text)) == (200, 0, 0))
        #expect(try report(tool.file("other.jsonl.gz", gzip(text))) == (0, 200, 0))
        let array = "[\n" + text.split(separator: "\n").joined(separator: ",\n") + "\n]"
        #expect(try report(tool.file("array.json", array)) == (0, 200, 0))
    }

    @Test func `messages without a time are known again`() throws {
        let path = try tool.file("in.jsonl", #"{"session_id":"a","role":"user","content":"x"}"#)
        #expect(try report(path) == (1, 0, 0))
        #expect(try report(path) == (0, 1, 0))
    }

    @Test func `a file that has grown adds what is new`() throws {
        let path = try tool.file("in.jsonl", text)
        #expect(try report(path) == (200, 0, 0))
        let more = #"{"session_id":"session-2","role":"user","content":"and another"}"# + "\n"
        try tool.file("in.jsonl", text + more)
        #expect(try report(path) == (1, 200, 0))
        #expect(try report(path) == (0, 201, 0))
    }

    @Test func `what was saved in between stays in between`() throws {
        let path = try tool.file("in.jsonl", #"{"session_id":"a","role":"user","content":"one"}"# + "\n")
        try tool.run("import", path)
        try tool.run("save", "a", "two")
        try tool.file(
            "in.jsonl",
            #"{"session_id":"a","role":"user","content":"one"}"# + "\n"
                + #"{"session_id":"a","role":"user","content":"three"}"# + "\n")
        #expect(try report(path) == (1, 1, 0))
        let contents = try tool.run("load", "a", "--json").json().map { $0["content"]?.stringValue }
        #expect(contents == ["one", "two", "three"])
    }

    @Test func `two files that share a session are told apart`() throws {
        let first = try tool.file("1.jsonl", #"{"session_id":"a","role":"user","content":"one"}"#)
        let second = try tool.file("2.jsonl", #"{"session_id":"a","role":"user","content":"two"}"#)
        #expect(try report(first, second) == (2, 0, 0))
        #expect(try report(first, second) == (0, 2, 0))
        #expect(try report(second) == (0, 1, 0))
    }

    @Test func `a file that begins alike and goes on differently is refused, unless it is named`() throws {
        let line = #"{"session_id":"a","role":"user","content":"one"}"# + "\n"
        let first = try tool.file("1.jsonl", line + #"{"session_id":"a","role":"user","content":"two"}"#)
        let second = try tool.file("2.jsonl", line + #"{"session_id":"a","role":"user","content":"three"}"#)
        #expect(try report(first) == (2, 0, 0))
        let refused = try tool.run("import", second)
        #expect(refused.exitCode == 1)
        #expect(refused.messages.contains("Session a was imported before"))
        #expect(try tool.run("load", "a", "--json").lines.count == 2)
        #expect(try report(second, "--source", "second") == (2, 0, 0))
        #expect(try report(second, "--source", "second") == (0, 2, 0))
    }

    @Test func `a line with an id that the session has is not added twice`() throws {
        try tool.run("save", "a", "hello", "--id", "m1")
        let path = try tool.file("in.jsonl", #"{"session_id":"a","role":"user","content":"hello","id":"m1"}"#)
        let json = try tool.run("import", path, "--json").json()[0]
        #expect(json["messages"] == 0)
        #expect(json["duplicates"] == 1)
    }

    @Test func `a session that was cleared is imported again`() throws {
        let path = try tool.file("in.jsonl", text)
        #expect(try report(path) == (200, 0, 0))
        try tool.run("clear", "session-1", "--yes")
        #expect(try report(path) == (40, 160, 0))
    }
}
