import AgentMemory
import Testing

@testable import ForeignStores

/// Layouts are recognized by what files begin with and how directories look.
@Suite struct DetectionTests {
    private func recognize(_ text: String, isWhole: Bool = true) -> (name: String, confidence: Recognition.Confidence)?
    {
        ForeignLayouts.files.recognize(FileHead(path: "f", bytes: Array(text.utf8), isWhole: isWhole)).map {
            ($0.layout.name, $0.recognition.confidence)
        }
    }

    @Test(arguments: [
        (
            #"[{"title":null,"mapping":{"a":{"parent":null}},"id":"c"}]"#, "chatgpt-export",
            Recognition.Confidence.certain
        ),
        (#"[{"mapping":{},"current_node":null}]"#, "chatgpt-export", .likely),
        (#"[{"mapping":1}]"#, "chatgpt-export", .possible),
        (#"[{"uuid":"u","chat_messages":[]}]"#, "claude-export", .certain),
        (#"[{"chat_messages":[]}]"#, "claude-export", .likely),
        (#"[{"type":"human","data":{"content":""}}]"#, "langchain-file", .certain),
        (#"[{"type":"ai","data":{}}]"#, "langchain-file", .likely), (#"[{"type":"ai"}]"#, "langchain-file", .possible),
        (#"{"type":"FoundationModels.Transcript","version":9}"#, "foundation-models", .certain),
        (#"{"transcript":{"entries":[]}}"#, "foundation-models", .possible),
        ("{\"type\":\"summary\"}\n{\"type\":\"user\",\"uuid\":\"u\",\"parentUuid\":null}", "claude-code", .certain),
        (#"{"type":"summary","leafUuid":"x"}"#, "claude-code", .likely),
        (#"{"messages":[{"role":"user","content":""}]}"#, "openai-chat", .certain),
        (#"{"session_id":"s","messages":[{"role":"user","content":""}]}"#, "openai-chat", .possible),
        (#"{"messages":[{}]}"#, "openai-chat", .possible),
    ])
    func `a whole file`(text: String, name: String, confidence: Recognition.Confidence) throws {
        let found = try #require(recognize(text))
        #expect(found == (name, confidence))
        #expect(recognize("\u{FEFF}\n " + text).map(\.name) == name)
    }

    @Test(arguments: [
        (
            #"[ {"title":"a, b","mapping":{"r":{"id":"r","message":null,"parent":null},"x":{"id":"x","mess"#,
            "chatgpt-export"
        ),
        (#"[{"uuid":"u","name":"\"[","chat_messages":[{"uuid":"m","text":"half a te"#, "claude-export"),
        (#"[{"type": "human", "data": {"content": "cut o"#, "langchain-file"),
        (#"{"type":"FoundationModels.Transcript","version":1,"transcript":{"entries":[{"id"#, "foundation-models"),
        (#"{"parentUuid":null,"sessionId":"s","type":"user","message":{"content":"a long te"#, "claude-code"),
        (#"{"messages":[{"role":"user","content":"a long te"#, "openai-chat"),
    ])
    func `a beginning that ends anywhere`(text: String, name: String) {
        #expect(recognize(text, isWhole: false).map(\.name) == name)
    }

    @Test(arguments: [
        "", " ", "[", "[]", "{}", "7", "null", "{\"role\":\"user\",\"content\":\"x\"}", "[{\"role\":\"user\"}]",
        "{\"role\":\"user\",\"content\":\"x\"}\n{\"messages\":[{\"role\":\"user\"}]}",
        "SQLite format 3\0", "\u{1F}\u{8B}", "]", "}", "{\"a\":", "\"", "[[[[", "{\"type\":7}",
    ])
    func `what is of no layout`(text: String) {
        #expect(recognize(text) == nil)
        #expect(recognize(text, isWhole: false) == nil)
    }

    @Test func `brackets without end take no stack`() {
        for open in ["[", "{\"a\":"] {
            #expect(recognize(String(repeating: open, count: 60_000), isWhole: false) == nil)
        }
    }

    @Test func `a directory is looked through, but nothing hidden`() {
        let disk = Tree([
            "d/conversations.json": #"[{"uuid":"u","chat_messages":[]}]"#, "d/users.json": "[]", "d/photo.png": "x",
            "d/.git/conversations.json": #"[{"uuid":"u","chat_messages":[]}]"#,
            "d/projects/-a/s.jsonl": #"{"type":"user","uuid":"u","parentUuid":null}"#,
            "d/strands/session_s/agents/agent_default/messages/message_0.json": "{}",
        ])
        var walk = DirectoryWalk(disk, layouts: .files)
        walk.walk("d")
        #expect(walk.sources.map(\.layout.name) == ["claude-export", "claude-code", "strands-files"])
        #expect(walk.passedOver == ["d/photo.png", "d/users.json"])
        var chosen = DirectoryWalk(disk, layouts: .files, chosen: ChatGPTExport())
        chosen.walk("d/")
        #expect(chosen.sources.map(\.path) == ["d/conversations.json"])
        var none = DirectoryWalk(disk, layouts: .files)
        none.walk("gone")
        #expect(none.refusals.count == 1)
    }

    @Test func `directories that go too deep are refused`() {
        var walk = DirectoryWalk(
            Tree(["d" + String(repeating: "/x", count: 40) + "/f.json": "[]"]), layouts: .files)
        walk.walk("d")
        #expect(walk.refusals.count == 1 && walk.sources.isEmpty)
    }

    @Test func `names of sessions keep their dots`() {
        #expect(FileName.session(of: "a/my.chat.v2.jsonl.gz", extension: "jsonl") == "my.chat.v2")
        #expect(FileName.session(of: ".json", extension: "json") == ".json")
        #expect(FileName.session(of: "notes", extension: "json") == "notes")
        #expect(FileName.session(of: "standard input", extension: "json") == "stdin")
    }

    @Test func `a name is a layout, the name of a split export, too`() {
        for name in ForeignLayouts.files.names { #expect(ForeignLayouts.files[name]?.name == name) }
        #expect(ForeignLayouts.files["chatgpt-export-split"]?.name == "chatgpt-export")
        #expect(ForeignLayouts.files["nothing"] == nil)
    }

    /// A layout that is not in the list of files: tables known by their columns.
    private struct Table: ForeignLayout {
        let name = "table"
        let summary = "A table"
        func recognize(_ tables: DatabaseShape) -> Recognition? {
            tables.tables(with: ["session_id", "message"]).first.map { Recognition(.likely, "the table \($0)") }
        }
        func recognize(_ keys: [ServerKey]) -> Recognition? {
            keys.contains(ServerKey(name: "m:1", type: "list")) ? Recognition(.possible, "the list m:1") : nil
        }
    }

    @Test func `layouts can be added, of tables and keys as well`() {
        var layouts = ForeignLayouts.files
        layouts.add(Table())
        let shape = DatabaseShape(tables: ["x": ["session_id", "message", "id"], "y": ["id"]])
        #expect(layouts.recognize(shape).map(\.recognition.reason) == ["the table x"])
        #expect(layouts.recognize([ServerKey(name: "m:1", type: "list")]).map(\.layout.name) == ["table"])
        #expect(layouts.recognize([ServerKey(name: "m:1", type: "hash")]).isEmpty)
    }
}
