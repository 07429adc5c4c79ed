import AgentMemory
import Foundation
import Testing

/// The reader in Python, which knows FORMAT.md and nothing of this code (`Tests/FormatReader`).
enum FormatReader {
    /// Whether there is a Python. Linux has to have one: there the format is checked by every run of the tests.
    static let isThere: Bool = {
        #if os(Linux)
            true
        #else
            (try? Program.run("python3", ["--version"])) != nil
        #endif
    }()

    private static let script = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "FormatReader/read_store.py").path

    /// - Returns: The lines that a command of the reader writes, as JSON.
    static func run(_ command: String, _ store: String, _ files: [String] = []) throws -> [JSONValue] {
        let found = try Program.run("python3", ["-B", script, command, store] + files)
        let program = try #require(found, "python3 is missing, so nothing checks what FORMAT.md says. Install it.")
        try #require(program.exitCode == 0, "the reader in Python: \(program.messages)")
        return try program.lines.map { try JSONValue(parsing: $0) }
    }
}

/// Files of a store in a directory.
struct StoreDirectory {
    let tool: Tool
    var path: String { tool.store }

    init(_ files: [String: [UInt8]]) throws {
        tool = try Tool()
        for (name, bytes) in files {
            let file = URL(filePath: tool.store).appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }

    /// All files, by their paths in the store.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let names = try #require(FileManager.default.enumerator(atPath: path))
        for case let name as String in names {
            let file = URL(filePath: path).appending(path: name)
            let isDirectory = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false
            if !isDirectory { files[name] = Array(try Data(contentsOf: file)) }
        }
        return files
    }

    /// Whether the reader in Python sees the frames of every file that `amberlog dump` sees.
    ///
    /// - Returns: How many frames were compared.
    func compareFrames() throws -> Int {
        let names = try files().keys.sorted().filter { name in
            name != "LOCK" && !name.hasPrefix("tails/") && !name.hasPrefix("quarantine/")
        }
        let read = Dictionary(grouping: try FormatReader.run("frames", path, names)) { $0["path"] }
        for name in names {
            // Room that isn't used, and what a crash left behind the last frame, are no frames.
            let dumped = try tool.run("dump", path + "/" + name, "--json").json().filter { frame in
                !["zeros", "remains", "damaged"].contains(frame["kind"]?.stringValue ?? "") && frame["damage"] == nil
            }
            let frames = read[.string(name)] ?? []
            #expect(frames.map { Self.without(["path"], $0) } == dumped, "the frames of \(name)")
        }
        return read.values.reduce(0) { $0 + $1.count }
    }

    /// Whether the reader in Python sees the messages and sessions that the tool sees, and whether the index says of
    /// messages what they are. The tool comes last: it may change the store.
    ///
    /// - Returns: How many messages were compared, and how many messages of index runs.
    func compareContents() throws -> (messages: Int, indexed: Int) {
        let messages = try FormatReader.run("messages", path)
        let sessions = try FormatReader.run("sessions", path)
        let index = try #require(try FormatReader.run("index", path).first)
        #expect(messages == (try tool.run("export", "--no-index").json()))
        let listed = try tool.run("sessions", "--json", "--sort", "id", "--limit", "100000", "--no-index").json()
        // After a replay, how many bytes went with messages that are gone is an estimate.
        let apart = ["metadata", "bytes"]
        #expect(sessions.map { Self.without(apart, $0) } == listed.map { Self.without(apart, $0) })
        for session in listed where session["messages"] == 0 { #expect(session["bytes"] == 0, "\(session)") }
        let exported = try JSONValue(parsing: try tool.run("export", "--format", "json", "--no-index").output)
        let metadata = exported.arrayValue?.map { $0["metadata"] ?? [:] } ?? []
        #expect(sessions.map { $0["metadata"] ?? [:] } == metadata)
        return (messages.count, Int(index["messages"]?.integerValue ?? 0))
    }

    /// An object without some of its members.
    static func without(_ keys: [String], _ value: JSONValue) -> JSONValue {
        var object = value.objectValue ?? [:]
        for key in keys { object[key] = nil }
        return .object(object)
    }
}
