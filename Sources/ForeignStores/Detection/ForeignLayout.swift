/// How another library lays out its conversations.
///
/// A layout says what it is recognized by; what it is read with depends on where it lies (``FileLayout``,
/// ``DirectoryLayout``, ``RowLayout``). ``ForeignLayouts`` has the list of them.
package protocol ForeignLayout: Sendable {
    /// What `--format` takes: `chatgpt-export`.
    var name: String { get }
    /// Whose it is, in a few words: `Export of ChatGPT`.
    var summary: String { get }

    /// Recognizes a file by its beginning.
    func recognize(_ head: FileHead) -> Recognition?
    /// Recognizes a database by its tables and their columns.
    func recognize(_ tables: DatabaseShape) -> Recognition?
    /// Recognizes a server by some of its keys.
    func recognize(_ keys: [ServerKey]) -> Recognition?
}

extension ForeignLayout {
    package func recognize(_ head: FileHead) -> Recognition? { nil }
    package func recognize(_ tables: DatabaseShape) -> Recognition? { nil }
    package func recognize(_ keys: [ServerKey]) -> Recognition? { nil }
}

/// A layout of one or more files.
package protocol FileLayout: ForeignLayout {
    /// What its files' names end in, without a dot: `json`.
    var fileExtension: String { get }
    /// Whether a file of that name is one of its files, if it stands in a directory of such. Beside them others may
    /// stand that are no conversations.
    func takes(_ file: String) -> Bool
    /// Whether a session's id is found in no other store than its own, as a UUID is: then the session is the same
    /// wherever it is met, even if its beginning has changed.
    var hasUniqueSessions: Bool { get }
    /// What reads its files, one after another.
    func reader(_ options: ReadingOptions) -> any ForeignFileReader
}

extension FileLayout {
    package func takes(_ file: String) -> Bool {
        let name = FileName.last(of: file)
        return (name.hasSuffix(".gz") ? String(name.dropLast(3)) : name).hasSuffix("." + fileExtension)
    }

    package var hasUniqueSessions: Bool { false }
}

/// A layout of which the files mean something by where they stand in a directory.
package protocol DirectoryLayout: FileLayout {
    /// What of this layout a directory is or has directly in it; nothing if it is no such directory.
    func sources(in directory: String, _ listing: any DirectoryListing) throws -> [ForeignSource]
}

/// A layout of rows: of tables, or of a server's keys.
package protocol RowLayout: ForeignLayout {
    /// What makes messages of the rows, which come in the layout's order.
    func reader(_ options: ReadingOptions) -> any ForeignRowReader
}

/// That something is of a layout, how sure that is, and why.
package struct Recognition: Sendable, Hashable {
    package enum Confidence: String, Sendable, Comparable {
        /// It could be; other layouts look like this, too.
        case possible
        /// Nothing else is known that looks like this.
        case likely
        /// It says so, or has what nothing else has.
        case certain

        private var rank: Int {
            switch self {
            case .possible: 0
            case .likely: 1
            case .certain: 2
            }
        }

        package static func < (left: Confidence, right: Confidence) -> Bool { left.rank < right.rank }
    }

    package var confidence: Confidence
    /// What it was recognized by, in words: `its elements have mapping and current_node`.
    package var reason: String

    package init(_ confidence: Confidence, _ reason: String) {
        self.confidence = confidence
        self.reason = reason
    }
}

/// The tables of a database: name, and the names of their columns. Tables are known by their columns, because their
/// names are often arguments.
package struct DatabaseShape: Sendable, Hashable {
    package var tables: [String: Set<String>]

    package init(tables: [String: Set<String>]) {
        self.tables = tables
    }

    /// The tables that have all of the columns, by name.
    package func tables(with columns: Set<String>) -> [String] {
        tables.filter { $0.value.isSuperset(of: columns) }.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// A key of a server and the type of its value: `list`, `hash`.
package struct ServerKey: Sendable, Hashable {
    package var name: String
    package var type: String

    package init(name: String, type: String) {
        self.name = name
        self.type = type
    }
}
