#if SQLite
    import AgentMemory
    import Foundation
    import Testing

    @testable import ForeignDatabases
    @testable import ForeignStores

    /// A database of another library, and what an import of it has to give: see Tests/ForeignStores.
    struct DatabaseExpectation: CustomTestStringConvertible {
        /// The layouts as they are made, and what they are called when they are read.
        static let layouts = [
            "aakit-sqlite": "aakit-sqlite", "openai-agents-sqlite": "openai-agents-sqlite",
            "openai-agents-sqlite-live": "openai-agents-sqlite", "openai-agents-advanced": "openai-agents-sqlite",
            "openai-agents-sqlalchemy": "openai-agents-sqlite", "openai-agents-encrypted": "openai-agents-sqlite",
            "langchain-sqlite": "langchain-sqlite", "langgraph-sqlite": "langgraph-sqlite",
            "langgraph-sqlite-delta": "langgraph-sqlite", "agno-2-sqlite": "agno-sqlite",
            "agno-3-sqlite": "agno-sqlite", "agno-mixed-sqlite": "agno-sqlite",
            "google-adk-sqlite": "google-adk-sqlite", "google-adk-database": "google-adk-sqlite",
            "google-adk-database-v0": "google-adk-sqlite",
        ]

        let expectation: Expectation
        var testDescription: String { expectation.testDescription }
        var layout: String? { Self.layouts[testDescription] }

        /// A copy of the databases, so that what stands beside them may be looked at.
        func copy() throws -> [String] {
            let folder = FileManager.default.temporaryDirectory.appending(path: "foreign-\(UUID().uuidString)")
            try FileManager.default.copyItem(at: URL(filePath: expectation.folder), to: folder)
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".db") }
                .sorted().map { folder.appending(path: $0).path }
        }

        func keys() throws -> [String] {
            let notes = try JSONValue(
                parsing: try String(contentsOfFile: expectation.folder + "/NOTES.json", encoding: .utf8))
            return (notes["keys"]?.objectValue ?? [:]).values.compactMap(\.stringValue)
        }
    }

    extension Found {
        /// Reads what of a database is of a layout.
        static func read(_ source: DatabaseSource, keys: [String] = [], keepsOriginal: Bool = false) throws -> Found {
            let options = ReadingOptions(
                unknownTime: unknownTime, keepsOriginal: keepsOriginal, decryption: try source.decryption(keys))
            var output = ForeignOutput(options)
            var reader = source.layout.reader(options, of: source.tables)
            let file = try SQLiteFile(source.path)
            var found = Found()
            while let query = reader.nextQuery(into: &output) {
                try file.begin(query)
                while let next = try file.next() {
                    switch next {
                    case .row(let row, _): reader.add(row, into: &output)
                    case .refusal(let refusal): output.refuse(refusal.place, refusal.reason)
                    }
                    found.take(&output)
                }
            }
            reader.finish(into: &output)
            found.take(&output)
            return found
        }
    }

    /// The files of a directory: names, and all that is in them.
    func contents(ofDirectory path: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            contents[name] = try Data(contentsOf: URL(filePath: path + "/" + name))
        }
        return contents
    }
#endif
