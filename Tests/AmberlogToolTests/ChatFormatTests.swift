import AgentMemory
import Testing

/// Chats as services write them, and JSON that spans lines.
@Suite struct ChatFormatTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
    }

    private static let chat =
        #"{"messages":[{"role":"system","content":"Be brief."},"#
        + #"{"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"u"}}]},"#
        + #"{"role":"assistant","content":null,"tool_calls":[{"id":"c1","function":{"name":"look"}}]},"#
        + #"{"role":"tool","tool_call_id":"c1","content":"a cat"}],"tools":[{"type":"function"}]}"#

    @Test func `a chat a line becomes a session a line, and comes out as it was`() throws {
        let path = try tool.file("train.jsonl", Self.chat + "\n" + Self.chat + "\n")
        #expect(try tool.run("import", path, "--format", "openai").exitCode == 0)
        let sessions = try tool.run("sessions", "--sort", "id", "--json").json().map { $0["session_id"] }
        #expect(sessions == ["train-1", "train-2"])
        let contents = try tool.run("load", "train-1", "--json").json().map { $0["content"] }
        #expect(contents == ["Be brief.", "What is this?", "", "a cat"])
        let out = try tool.run("export", "--format", "openai").json()
        #expect(out == [try JSONValue(parsing: Self.chat), try JSONValue(parsing: Self.chat)])
    }

    @Test func `one message a line, in parts`() throws {
        let line = #"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#
        try tool.run("import", "-", "--session", "s", input: line)
        #expect(try tool.run("load", "s", "--json").json()[0]["content"] == "a\nb")
    }

    @Test(arguments: [
        // The shape of an exported conversation.
        "{\n  \"session_id\": \"a\",\n  \"messages\": [\n    {\"role\": \"user\",\n \"content\": \"x ]}\"},\n"
            + "    {\"role\": \"user\", \"content\": \"y\"}\n  ],\n  \"exported_at\": \"2026-01-31T10:00:00\"\n}\n",
        // The name behind the messages.
        "{\n\"messages\": [{\"role\":\"user\",\"content\":\"x ]}\"},{\"role\":\"user\",\"content\":\"y\"}],\n"
            + "\"session_id\": \"a\"}",
        // An array of messages.
        "[{\"session_id\":\"a\",\"role\":\"user\",\"content\":\"x ]}\"},\n\n"
            + "{\"session_id\":\"a\",\"role\":\"user\",\"content\":\"y\"}]",
        // An array of sessions, a byte order mark in front.
        "\u{FEFF}[{\"session_id\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"x ]}\"}]},\n"
            + "{\"session_id\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"y\"}]}]",
        // One line.
        "{\"session_id\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"x ]}\"},{\"role\":\"user\",\"content\":\"y\"}]}",
    ])
    func `documents`(document: String) throws {
        let result = try tool.run("import", try tool.file("in.json", document))
        #expect(result.exitCode == 0, "\(result.messages)")
        let contents = try tool.run("load", "a", "--json").json().map { $0["content"] }
        #expect(contents == ["x ]}", "y"])
    }

    @Test func `a broken first line doesn't make lines a document`() throws {
        let lines =
            #"{"session_id":"a","role":"user","content":"x""# + "\n"
            + #"{"session_id":"a","role":"user","content":"y"}"#
        let result = try tool.run("import", "-", input: lines)
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("standard input:1: "))
        #expect(try tool.run("load", "a", "--json").lines.count == 1)
    }
}
