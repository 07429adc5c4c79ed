import AgentMemory
import Amberlog
import Foundation
import Testing

/// Stores of other libraries that have grown add what is new.
@Suite struct ForeignGrowthTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
    }

    private func report(_ path: String) throws -> JSONValue {
        let result = try tool.run("import", "--json", path)
        return try #require(try result.json().first, "\(result.messages)")
    }

    private func contents(_ session: String) async throws -> [String] {
        try await StoreContents(tool.store).messages[session]?.map(\.content) ?? []
    }

    // MARK: Claude Code

    private func line(_ type: String, _ uuid: String, _ parent: String, _ content: String, answer: String = "")
        -> String
    {
        let parent = parent.isEmpty ? "null" : "\"\(parent)\""
        let id = answer.isEmpty ? "" : #""id":"\#(answer)","#
        return #"{"type":"\#(type)","uuid":"\#(uuid)","parentUuid":\#(parent),"sessionId":"s","#
            + #""timestamp":"2026-01-31T11:00:00Z","message":{\#(id)"role":"\#(type)","content":\#(content)}}"# + "\n"
    }

    /// A conversation whose answers take several lines, with calls side by side.
    private var transcript: [String] {
        var lines: [String] = []
        var last = ""
        for turn in 0..<6 {
            lines.append(line("user", "u\(turn)", last, "\"ask \(turn)\""))
            lines.append(
                line(
                    "assistant", "a\(turn)", "u\(turn)", #"[{"type":"text","text":"re \#(turn)"}]"#, answer: "m\(turn)")
            )
            for call in ["x", "y"] {
                lines.append(
                    line(
                        "assistant", "\(call)\(turn)", call == "x" ? "a\(turn)" : "x\(turn)",
                        #"[{"type":"tool_use","id":"\#(call)\#(turn)","name":"look","input":{}}]"#, answer: "m\(turn)"))
            }
            for call in ["x", "y"] {
                lines.append(
                    line(
                        "user", "r\(call)\(turn)", "\(call)\(turn)",
                        #"[{"type":"tool_result","tool_use_id":"\#(call)\#(turn)","content":"got \#(call)"}]"#))
            }
            last = "ry\(turn)"
        }
        return lines
    }

    @Test func `a transcript that is imported after every line is in the end as if it were imported once`() async throws
    {
        let lines = transcript
        for count in 1...lines.count {
            let path = try tool.file("s.jsonl", lines[..<count].joined())
            #expect(try report(path)["refused"] == 0, "after \(count) lines")
        }
        let grown = try await StoreContents(tool.store)
        let other = try Tool()
        try other.run("import", try other.file("s.jsonl", lines.joined()))
        let whole = try await StoreContents(other.store)
        #expect(grown.messages == whole.messages)
        #expect(whole.messages["s"]?.count == 24)
        #expect(grown.metadata == whole.metadata)
    }

    @Test func `an answer that was cut off is completed, also if it is the first`() async throws {
        let first = line("assistant", "a", "", #"[{"type":"text","text":"one"}]"#, answer: "m")
        let second = line("assistant", "b", "a", #"[{"type":"text","text":"two"}]"#, answer: "m")
        let path = try tool.file("s.jsonl", first)
        _ = try report(path)
        try tool.file("s.jsonl", first + second)
        let grown = try report(path)
        #expect(grown["replaced"] == 1)
        #expect(try await contents("s") == ["one\ntwo"])
        #expect(try report(path)["present"] == 1)
    }

    @Test func `a message that others follow in the store stays as it was, and the session is told of`() async throws {
        let first = line("assistant", "a", "", #"[{"type":"text","text":"one"}]"#, answer: "m")
        let second = line("assistant", "b", "a", #"[{"type":"text","text":"two"}]"#, answer: "m")
        let path = try tool.file("s.jsonl", first)
        _ = try report(path)
        try tool.run("save", "s", "mine")
        try tool.file("s.jsonl", first + second)
        #expect(try report(path)["refused"] == 1)
        #expect(try await contents("s") == ["one", "mine"])
    }

    @Test func `a prompt that was edited after it was imported is told of, and nothing is added`() async throws {
        let first = line("user", "a", "", "\"1\"")
        let path = try tool.file("s.jsonl", first + line("user", "b", "a", "\"2\"") + line("user", "c", "b", "\"3\""))
        _ = try report(path)
        try tool.file("s.jsonl", first + line("user", "d", "a", "\"2, edited\"") + line("user", "e", "d", "\"3\""))
        #expect(try report(path)["refused"] == 1)
        #expect(try await contents("s") == ["1", "2", "3"])
    }

    @Test func `a crash between taking out an answer and saving it anew costs nothing`() async throws {
        let start = line("user", "u", "", "\"go\"")
        let first = line("assistant", "a", "u", #"[{"type":"text","text":"one"}]"#, answer: "m")
        let second = line("assistant", "b", "a", #"[{"type":"text","text":"two"}]"#, answer: "m")
        let path = try tool.file("s.jsonl", start + first)
        _ = try report(path)
        // What a crash leaves: the earlier state is gone, the session's origin still counts it.
        try await removeLast("s")
        try tool.file("s.jsonl", start + first + second)
        #expect(try report(path)["refused"] == 0)
        #expect(try await contents("s") == ["go", "one\ntwo"])
    }

    private func removeLast(_ session: String) async throws {
        let store = try await AmberlogStore.open(tool.store)
        try await store.removeLast(1, from: session)
        try await store.close()
    }

    // MARK: Exports

    private func conversation(_ id: String, _ count: Int) -> String {
        let nodes = (0..<count).map {
            #""n\#($0)":{"parent":\#($0 == 0 ? "null" : "\"n\($0 - 1)\""),"message":{"id":"\#(id)\#($0)","author":{"role":"user"},"#
                + #""create_time":\#(1000 + $0),"content":{"parts":["\#(id) \#($0)"]}}}"#
        }
        return
            #"{"conversation_id":"\#(id)","current_node":"n\#(count - 1)","title":"\#(id) \#(count)","mapping":{\#(nodes.joined(separator: ","))}}"#
    }

    @Test func `an export with longer conversations, new ones, and in another order`() async throws {
        let path = try tool.file("conversations.json", "[\(conversation("a", 3)),\(conversation("b", 2))]")
        #expect(try report(path)["messages"] == 5)
        try tool.file(
            "conversations.json", "[\(conversation("c", 1)),\(conversation("b", 2)),\(conversation("a", 30))]")
        let grown = try report(path)
        #expect(grown["messages"] == 28 && grown["present"] == 5)
        #expect(try await contents("a") == (0..<30).map { "a \($0)" })
        #expect(try await StoreContents(tool.store).metadata["a"] == ["title": "a 30"])
        // The same, split.
        let first = try tool.file("conversations-000.json", "[\(conversation("a", 31))]")
        let second = try tool.file("conversations-001.json", "[\(conversation("b", 2))]")
        #expect(try report(first)["messages"] == 1)
        #expect(try report(second)["messages"] == 0)
    }

    // MARK: Files

    @Test func `a directory of Strands gets files, a file of LangChain gets messages`() async throws {
        let folder = "strands/session_s/agents/agent_default/messages"
        try FileManager.default.createDirectory(atPath: tool.path + "/" + folder, withIntermediateDirectories: true)
        func add(_ number: Int) throws {
            try tool.file(
                "\(folder)/message_\(number).json",
                #"{"message":{"role":"user","content":[{"text":"\#(number)"}]},"created_at":"2026-01-31T11:00:00+00:00"}"#
            )
        }
        for number in 0..<9 { try add(number) }
        #expect(try report(tool.path + "/strands")["messages"] == 9)
        for number in 9..<12 { try add(number) }
        #expect(try report(tool.path + "/strands")["messages"] == 3)
        #expect(try await contents("s") == (0..<12).map(String.init))

        func file(_ count: Int) throws -> String {
            let messages = (0..<count).map { #"{"type":"human","data":{"content":"\#($0)"}}"# }
            return try tool.file("h.json", "[" + messages.joined(separator: ",") + "]")
        }
        #expect(try report(file(5))["messages"] == 5)
        #expect(try report(file(8))["messages"] == 3)
        #expect(try await contents("h") == (0..<8).map(String.init))
    }
}
