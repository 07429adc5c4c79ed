import AgentMemory
import Testing

/// `import --detect` says what files and directories are, and imports nothing.
@Suite struct DetectTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
    }

    @Test func `files of several layouts, and of none`() throws {
        let files = [
            try tool.file("a.json", #"[{"conversation_id":"c","mapping":{"n":{"parent":null}}}]"#),
            try tool.file("b.jsonl", #"{"session_id":"s","role":"user","content":"x"}"#),
            try tool.file("c.json.gz", gzip(#"[{"type":"human","data":{"content":"x"}}]"#)),
            try tool.file("d.bin", "\u{1}\u{2}"),
        ]
        let found = try tool.run(["import", "--detect", "--json"] + files).json()
        #expect(found.map { $0["layout"] } == ["chatgpt-export", "amberlog", "langchain-file", .null])
        #expect(found.map { $0["confidence"] } == ["certain", "certain", "certain", .null])
        #expect(found.map { $0["path"]?.stringValue } == files)
        let lines = try tool.run(["import", "--detect"] + files).lines
        #expect(lines[0].hasPrefix("\(files[0]): chatgpt-export (certain: "))
        #expect(lines[3] == "\(files[3]): unknown")
        #expect(!Tool.exists(tool.store))
    }

    @Test func `standard input is looked at without losing its beginning`() throws {
        let text = #"[{"type":"human","data":{"content":"x"}},{"type":"ai","data":{"content":"y"}}]"#
        #expect(try tool.run("import", "--detect", "--json", "-", input: text).json()[0]["layout"] == "langchain-file")
        #expect(try tool.run("import", "-", "--session", "s", input: text).exitCode == 0)
        #expect(try tool.run("load", "s", "--json").json().map { $0["content"] } == ["x", "y"])
        try tool.run("import", "-", input: text)
        #expect(try tool.run("load", "stdin", "--json").lines.count == 2)
    }

    @Test func `a layout that is named is taken, whatever the file looks like`() throws {
        let path = try tool.file("x.json", #"[{"role":"user","content":"x"}]"#)
        let result = try tool.run("import", "--format", "langchain-file", path)
        #expect(result.exitCode == 1)
        #expect(result.messages.contains("The message has no type"))
        #expect(try tool.run("import", "--format", "strands-files", path).messages.contains("name the directory"))
        #expect(try tool.run("import", "--format", "nothing", path).exitCode == 64)
    }

    @Test func `a directory without anything known, and one that isn't there`() throws {
        try tool.file("readme.txt", "x")
        let result = try tool.run("import", tool.path)
        #expect(result.exitCode == 64)
        #expect(result.messages.contains("nothing of a known layout"))
        #expect(try tool.run("import", tool.path + "/gone").exitCode == 1)
        #expect(!Tool.exists(tool.store))
    }

    @Test func `a file of Amberlog's own in a directory is passed over, and that is told`() throws {
        try tool.file("own.jsonl", #"{"session_id":"s","role":"user","content":"x"}"#)
        try tool.file("t.jsonl", #"{"type":"user","uuid":"u","parentUuid":null,"message":{"content":"x"}}"#)
        let report = try tool.run("import", "--json", tool.path).json()[0]
        #expect(report["messages"] == 1 && report["passed_over"] == 1)
    }

    @Test func `an archive is not taken for lines`() throws {
        let result = try tool.run("import", try tool.file("export.zip", [0x50, 0x4B, 3, 4, 20, 0]))
        #expect(result.exitCode == 64)
        #expect(result.messages.contains("unpack it"))
    }
}
