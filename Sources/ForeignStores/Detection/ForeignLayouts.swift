/// The layouts that are known: an open list.
///
/// ```swift
/// var layouts = ForeignLayouts.files
/// layouts.add(LangChainTable())
/// let found = layouts.recognize(FileHead(name: "conversations.json", bytes: beginning, isWhole: false))
/// ```
package struct ForeignLayouts: Sendable {
    package private(set) var all: [any ForeignLayout]

    package init(_ all: [any ForeignLayout]) {
        self.all = all
    }

    /// Those that are files of JSON, and need no database driver.
    package static let files = ForeignLayouts([
        OpenAIChat(), ClaudeCode(), ChatGPTExport(), ClaudeExport(), FoundationModels(), StrandsFiles(),
        LangChainFile(),
    ])

    /// Those that are tables of an SQLite database. The ones that are made of a message a row come last: they look like most.
    package static let tables = ForeignLayouts([
        AAKitTable(), OpenAIAgentsTables(), LangGraphTables(), AgnoTables(), ADKTables(), LangChainTable(),
    ])

    /// Those that are tables of a PostgreSQL server.
    package static let postgreSQL = ForeignLayouts([
        OpenAIAgentsTables(in: .postgreSQL), LangChainTable(of: .postgreSQL), LangChainTable(of: .communityPostgreSQL),
    ])

    /// Those that are keys of a Redis server.
    package static let redis = ForeignLayouts([AAKitKeys(), OpenAIAgentsKeys(), LangChainKeys()])

    /// All that are known, whatever this build can open.
    package static let known = ForeignLayouts(files.all + tables.all + postgreSQL.all + redis.all)

    package mutating func add(_ layout: any ForeignLayout) {
        all.append(layout)
    }

    package var names: [String] { all.map(\.name) }

    /// The layout of that name. An export that is split has the layout of one that isn't.
    package subscript(name: String) -> (any ForeignLayout)? {
        let name = name == "chatgpt-export-split" ? "chatgpt-export" : name
        return all.first { $0.name == name }
    }

    /// The layout that a file is most surely of; of those that are as sure, the first in the list.
    package func recognize(_ head: FileHead) -> (layout: any ForeignLayout, recognition: Recognition)? {
        best { $0.recognize(head) }
    }

    /// The layouts that a database has, the surest of them first: several may share one.
    package func recognize(_ tables: DatabaseShape) -> [(layout: any ForeignLayout, recognition: Recognition)] {
        found { $0.recognize(tables) }
    }

    /// The layouts that a server has, the surest of them first.
    package func recognize(_ keys: [ServerKey]) -> [(layout: any ForeignLayout, recognition: Recognition)] {
        found { $0.recognize(keys) }
    }

    private func best(
        _ recognize: (any ForeignLayout) -> Recognition?
    ) -> (layout: any ForeignLayout, recognition: Recognition)? {
        var best: (layout: any ForeignLayout, recognition: Recognition)?
        for layout in all {
            guard let recognition = recognize(layout) else { continue }
            if let known = best, known.recognition.confidence >= recognition.confidence { continue }
            best = (layout, recognition)
        }
        return best
    }

    private func found(
        _ recognize: (any ForeignLayout) -> Recognition?
    ) -> [(layout: any ForeignLayout, recognition: Recognition)] {
        var found: [(layout: any ForeignLayout, recognition: Recognition)] = []
        for layout in all {
            if let recognition = recognize(layout) { found.append((layout, recognition)) }
        }
        // A stable sort: of equally sure ones the list's order stays.
        return found.enumerated().sorted {
            let (left, right) = ($0.element.recognition.confidence, $1.element.recognition.confidence)
            return left == right ? $0.offset < $1.offset : left > right
        }.map(\.element)
    }
}
