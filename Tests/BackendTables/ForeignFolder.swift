import AgentMemory
import AmberlogTestKit
import Foundation
import TestServers

/// A store of another library, as Tests/ForeignStores makes it, and where it is imported from.
struct ForeignFolder {
    /// What the generator calls it.
    let name: String
    let path: String
    private let notes: JSONValue

    init(_ path: String) throws {
        self.path = path
        name = URL(filePath: path).lastPathComponent
        notes = try JSONValue(parsing: Array(try Data(contentsOf: URL(filePath: path + "/NOTES.json"))))
    }

    /// Those in some directories; of two with the same name, the first.
    static func all(in directories: [String]) throws -> [ForeignFolder] {
        var found: [String: ForeignFolder] = [:]
        for directory in directories {
            for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() {
                let path = directory + "/" + name
                guard found[name] == nil, FileManager.default.fileExists(atPath: path + "/NOTES.json") else { continue }
                found[name] = try ForeignFolder(path)
            }
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// Libraries and their versions.
    var libraries: String {
        let libraries = notes["libraries"]?.objectValue ?? [:]
        if libraries.isEmpty { return "fixture" }
        return libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.stringValue ?? "?")" }
            .joined(separator: ", ")
    }

    /// What its generator says that an import has to give.
    func expected(_ member: String) -> Int64? { notes["expected"]?[member]?.integerValue }

    /// `--key-file` for what is encrypted.
    func keyArguments(in directory: String) throws -> [String] {
        try (notes["keys"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.flatMap { name, key in
            let path = "\(directory)/\(name).key"
            try Data((key.stringValue ?? "").utf8).write(to: URL(filePath: path))
            return ["--key-file", path]
        }
    }

    /// Where it is imported from: a copy without what stands beside it, or the URL of a server with the dump.
    ///
    /// - Parameter servers: Kept running by whoever holds them.
    func place(in directory: String, _ servers: inout [RedisServer]) async throws -> String {
        let dumps = URL(filePath: path).deletingLastPathComponent().path
        if name.hasSuffix("-redis") {
            let data = directory + "/redis"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: dumps + "/redis/dump.rdb", toPath: data + "/dump.rdb")
            let server = try await RedisServer(arguments: ["--dir", data])
            servers.append(server)
            return server.url
        }
        if name.hasSuffix("-postgres") {
            let server = try await PostgreSQLServer.shared()
            let database = "import_" + name.replacing("-", with: "_")
            try await server.run("CREATE DATABASE \(database)")
            try await server.run(
                try String(contentsOfFile: dumps + "/postgres/dump.sql", encoding: .utf8), database: database)
            return server.url(database: database)
        }
        let copy = directory + "/" + name
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        for file in ["expected.jsonl", "sessions.jsonl", "NOTES.json"] {
            try? FileManager.default.removeItem(atPath: copy + "/" + file)
        }
        return copy
    }
}
