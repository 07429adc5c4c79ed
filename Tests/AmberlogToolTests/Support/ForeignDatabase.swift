import AgentMemory
import Foundation
import Testing

/// Databases of other libraries: see Tests/ForeignStores.
extension ForeignStore {
    /// The layouts as they are made, and what `--format` calls them.
    private static let formats = [
        "aakit-sqlite": "aakit-sqlite", "openai-agents-sqlite": "openai-agents-sqlite",
        "openai-agents-sqlite-live": "openai-agents-sqlite", "openai-agents-advanced": "openai-agents-sqlite",
        "openai-agents-sqlalchemy": "openai-agents-sqlite", "openai-agents-encrypted": "openai-agents-sqlite",
        "langchain-sqlite": "langchain-sqlite", "langgraph-sqlite": "langgraph-sqlite",
        "langgraph-sqlite-delta": "langgraph-sqlite", "agno-2-sqlite": "agno-sqlite", "agno-3-sqlite": "agno-sqlite",
        "agno-mixed-sqlite": "agno-sqlite", "google-adk-sqlite": "google-adk-sqlite",
        "google-adk-database": "google-adk-sqlite", "google-adk-database-v0": "google-adk-sqlite",
    ]

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/foreign").path

    /// Where `make foreign-stores` has made them all.
    static let generated = ProcessInfo.processInfo.environment["AMBERLOG_FOREIGN_STORES"]

    /// Python with the libraries themselves, where `make foreign-stores` has installed them.
    static let python = generated.map { $0 + "/.environments/requirements/bin/python" }

    /// A little of each layout, and whatever AMBERLOG_FOREIGN_STORES has.
    static let databases: [ForeignStore] = ([fixtures] + (generated.map { [$0] } ?? [])).flatMap { folder in
        formats.keys.sorted().map { ForeignStore(folder: folder, layout: $0) }
    }
    .filter { FileManager.default.fileExists(atPath: $0.path) }

    static func database(_ layout: String) -> ForeignStore { ForeignStore(folder: fixtures, layout: layout) }

    var format: String { Self.formats[layout] ?? layout }

    /// The keys of its files.
    func keys() throws -> [String: String] {
        let notes = try JSONValue(parsing: try Data(contentsOf: URL(filePath: path + "/NOTES.json")).map { $0 })
        return (notes["keys"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
    }

    /// `--key-file` for each of its keys.
    func keyArguments(in tool: Tool) throws -> [String] {
        try keys().sorted { $0.key < $1.key }.flatMap { name, key in
            ["--key-file", try tool.file("\(name).key", key + "\n")]
        }
    }
}
