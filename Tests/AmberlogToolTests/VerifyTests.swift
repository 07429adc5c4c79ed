import AgentMemory
import LogFiles
import Testing

/// Verifying and repairing from the command line.
@Suite struct VerifyTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
        let lines = (1...20).map { #"{"session_id":"s\#($0 % 3)","role":"user","content":"message \#($0)"}"# }
        #expect(try tool.run("import", "-", input: lines.joined(separator: "\n")).exitCode == 0)
    }

    /// Changes a byte of the first file in a directory.
    private func damage(_ directory: String, at offset: UInt64) throws {
        let files = try PosixFileSystem(root: tool.store, create: false)
        let name = try #require(files.list(directory).sorted().first)
        let file = try files.open("\(directory)/\(name)", .readWrite)
        let byte = try file.bytes(from: offset, count: 1)
        try file.writeFully(byte.map { $0 ^ 0x5A }, at: offset)
    }

    @Test(arguments: [[], ["--quick"], ["--deep"]])
    func `a whole store`(_ depth: [String]) throws {
        let result = try tool.start(["verify"] + depth).finish()
        #expect(result.exitCode == 0 && result.messages.isEmpty)
        #expect(result.lines.last?.hasPrefix("Whole: 3 sessions, 20 messages, ") == true, "\(result.output)")
        let json = try tool.start(["verify", "--json"] + depth).finish().json()
        #expect(json.last?["whole"] == true && json.last?["damages"] == 0 && json.last?["messages"] == 20)
    }

    @Test func `damage has a place, and exit code 2`() throws {
        try damage("sessions/01", at: 300)
        let result = try tool.run("verify")
        #expect(result.exitCode == 2)
        #expect(result.lines.first?.hasPrefix("damage  sessions/01/1.1.seg at ") == true, "\(result.output)")
        #expect(result.lines.last?.hasPrefix("1 damage found: ") == true, "\(result.output)")
        let finding = try #require(try tool.run("verify", "--json").json().first)
        #expect(finding["severity"] == "damage" && finding["kind"] == "segment" && finding["session_id"] == "s1")
        #expect(finding["file"] == "sessions/01/1.1.seg" && finding["offset"] != nil && finding["first_sequence"] == 1)
        // The other sessions can be read, and this one says what is wrong.
        #expect(try tool.run("load", "s2").exitCode == 0)
        #expect(try tool.run("load", "s1").exitCode == 1)
    }

    @Test func `repairing`() throws {
        try damage("sessions/01", at: 300)
        let first = try tool.run("verify", "--repair")
        #expect(first.exitCode == 0, "\(first.output) \(first.messages)")
        #expect(first.lines.contains { $0.hasPrefix("gone    session s1, messages 1 to ") }, "\(first.output)")
        #expect(first.lines.contains { $0.hasPrefix("The report: quarantine/1-REPORT.txt") })
        #expect(first.lines.last?.hasPrefix("Whole: ") == true)
        let second = try tool.run("verify", "--repair")
        #expect(second.exitCode == 0 && second.lines.first == "Nothing to repair")
        #expect(try tool.run("load", "s1").exitCode == 0)
        #expect(try tool.run("save", "s1", "after the repair").exitCode == 0)
        #expect(try tool.run("load", "s1").output.contains("after the repair"))
    }

    @Test func `a lost manifest`() throws {
        let before = try tool.run("export").output
        let files = try PosixFileSystem(root: tool.store, create: false)
        for name in try files.list("") where name.hasPrefix("MANIFEST") || name == "CURRENT" || name == "STORE" {
            try files.remove(name)
        }
        #expect(try tool.run("verify").exitCode == 2)
        #expect(try tool.run("verify", "--repair").exitCode == 0)
        #expect(try tool.run("export").output == before)
        #expect(try tool.run("search", "--count", "message").output == "20\n")
    }

    @Test func `wrong usage`() throws {
        #expect(try tool.run("verify", "--quick", "--deep").exitCode == 64)
        #expect(try tool.run("verify", "--repair", "--quick").exitCode == 64)
        #expect(try tool.start(["verify", "--store", tool.store + "-not-there"]).finish().exitCode == 1)
    }
}
