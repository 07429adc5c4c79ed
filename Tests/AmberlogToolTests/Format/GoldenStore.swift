import AgentMemory
import Foundation
import Testing

/// A store that an earlier build has written, as `Tests/Fixtures` keeps it: packed, beside what it holds.
struct GoldenStore: CustomTestStringConvertible, Sendable {
    let name: String
    /// Whether the process that wrote it was killed while it saved.
    let isKilled: Bool

    static let all = [GoldenStore(name: "closed", isKilled: false), GoldenStore(name: "killed", isKilled: true)]

    var testDescription: String { name }

    static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/format-1").path

    private var archive: String { Self.directory + "/\(name).tar.gz" }

    /// A copy of it, in a directory of its own.
    func unpack() throws -> StoreDirectory {
        let directory = try StoreDirectory([:])
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        let found = try Program.run("tar", ["-xzf", archive, "-C", directory.path])
        let program = try #require(found, "tar is missing")
        try #require(program.exitCode == 0, "\(program.messages)")
        return directory
    }

    /// What `amberlog export` has to write.
    func messages() throws -> [JSONValue] { try lines("messages") }
    /// What `amberlog sessions` has to list, by id.
    func sessions() throws -> [JSONValue] { try lines("sessions") }

    private func lines(_ kind: String) throws -> [JSONValue] {
        try Tool.text(Self.directory + "/\(name).\(kind).jsonl").split(separator: "\n")
            .map { try JSONValue(parsing: String($0)) }
    }

    /// Packs a store and writes down what it holds.
    func pack(_ files: [String: [UInt8]]) throws {
        let directory = try StoreDirectory(files)
        try FileManager.default.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        let program = try Program.run("tar", ["-czf", archive, "-C", directory.path] + names)
        try #require(program?.exitCode == 0)
        for (kind, arguments) in Self.readings {
            let result = try directory.tool.run(arguments)
            try #require(result.exitCode == 0, "\(result.messages)")
            try directory.tool.overwrite(Self.directory + "/\(name).\(kind).jsonl", Array(result.output.utf8))
        }
    }

    static let readings = [
        ("messages", ["export", "--no-index"]),
        ("sessions", ["sessions", "--json", "--sort", "id", "--no-index"]),
    ]
}
