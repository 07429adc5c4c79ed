import AgentMemory
import Testing

/// Searching from the command line.
@Suite struct SearchTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
        let lines = [
            ("a", "user", "The garden tools are in the shed", "2026-01-10", #"{"lang":"en"}"#),
            ("a", "assistant", "Which tools of the garden do you mean?", "2026-01-11", #"{"lang":"en"}"#),
            ("a", "user", "A draft about roses", "2026-02-01", "{}"),
            ("b", "user", "Der Garten, the garden, a draft", "2026-03-01", #"{"lang":"de"}"#),
        ]
        let text = lines.map { session, role, content, day, metadata in
            #"{"session_id":"\#(session)","role":"\#(role)","content":"\#(content)","#
                + #""timestamp":"\#(day)T12:00:00Z","metadata":\#(metadata)}"#
        }
        #expect(try tool.run("import", "-", input: text.joined(separator: "\n")).exitCode == 0)
    }

    /// What has the words, in the order of sessions and sequences.
    private func found(_ arguments: String...) throws -> [String] {
        let result = try tool.start(["search", "--json", "--ranking", "words"] + arguments).finish()
        #expect(result.exitCode == 0 && result.messages.isEmpty, "\(result.messages)")
        return try result.json().map { "\($0["session_id"]?.stringValue ?? "")\($0["sequence"] ?? .null)" }.sorted()
    }

    @Test func `the query language`() throws {
        #expect(try found("garden") == ["a1", "a2", "b1"])
        #expect(try found("garden", "roses") == ["a1", "a2", "a3", "b1"])
        #expect(try found(#""garden tools""#) == ["a1"])
        #expect(try found("+garden +draft") == ["b1"])
        #expect(try found("garden -draft") == ["a1", "a2"])
        #expect(try found("--", "-draft garden") == ["a1", "a2"])
        #expect(try found("gard*") == ["a1", "a2", "b1"])
        #expect(try found("garden role:assistant") == ["a2"])
        #expect(try found("garden meta.lang:de") == ["b1"])
        #expect(try found("role:user before:2026-02-15") == ["a1", "a3"])
        #expect(try found("zebra").isEmpty)
    }

    @Test func `options narrow it down as the language does`() throws {
        #expect(try found("garden", "--session", "a") == ["a1", "a2"])
        #expect(try found("garden", "--role", "assistant") == ["a2"])
        #expect(try found("garden", "--after", "2026-01-11") == ["a2", "b1"])
        #expect(try found("garden", "--after", "2026-01-11", "--before", "2026-03") == ["a2"])
        #expect(try found("garden", "--before", "yesterday", "--limit", "2").count == 2)
        #expect(try found("garden", "--after", "1d").isEmpty)
        try tool.run("save", "c", "garden of today")
        #expect(try found("garden", "--after", "1d") == ["c1"])
    }

    @Test func `how many match`() throws {
        func count(_ arguments: String...) throws -> String {
            let result = try tool.start(["search", "--count"] + arguments).finish()
            #expect(result.exitCode == 0 && result.messages.isEmpty, "\(result.messages)")
            return result.output
        }
        #expect(try count("garden") == "3\n")
        #expect(try count("garden", "--limit", "1") == "3\n")
        #expect(try count("shed") == "1\n")
        #expect(try count("\"garden tools\"") == "1\n")
        #expect(try count("garden", "--session", "a", "--role", "user") == "1\n")
        #expect(try count("zebra", "--json") == #"{"matches":0}"# + "\n")
    }

    @Test func `in a conversation, what stands beside a hit is found after it`() throws {
        func hits(_ ranking: String) throws -> [JSONValue] {
            try tool.run("search", "shed", "--json", "--ranking", ranking).json()
        }
        #expect(try hits("words").map { $0["sequence"] } == [1])
        let conversation = try hits("conversation")
        #expect(conversation.first?["sequence"] == 1 && conversation.count == 3)
        #expect(conversation.allSatisfy { $0["session_id"] == "a" })
    }

    @Test func `the keys of a line`() throws {
        let hits = try tool.run("search", "roses", "--json").json()
        #expect(
            hits[0].objectValue?.keys.sorted() == [
                "content", "highlights", "metadata", "role", "score", "sequence", "session_id", "snippet", "timestamp",
            ])
        let start = try #require(hits[0]["highlights"]?[0]?[0]?.integerValue)
        let end = try #require(hits[0]["highlights"]?[0]?[1]?.integerValue)
        let snippet = Array(try #require(hits[0]["snippet"]?.stringValue).utf8)
        #expect(String(decoding: snippet[Int(start)..<Int(end)], as: UTF8.self) == "roses")
    }

    @Test func `for people: no color where no terminal is, and a word when there is nothing`() throws {
        let shown = try tool.run("search", "roses")
        #expect(shown.output.contains("A draft about roses") && !shown.output.contains("\u{1B}"))
        let nothing = try tool.run("search", "zebra")
        #expect(nothing.exitCode == 0 && nothing.output.isEmpty && nothing.messages.contains("Nothing found"))
    }

    @Test func `without the index every message is read`() throws {
        #expect(try found("garden", "--no-index") == ["a1", "a2", "b1"])
    }
}
