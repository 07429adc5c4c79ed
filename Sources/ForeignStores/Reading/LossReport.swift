package import AgentMemory

/// What of another store was not carried over, though nothing was wrong with it.
package struct LossReport: Sendable, Equatable {
    package enum Kind: Sendable, Hashable {
        /// A message on a branch that was left: the prompt was edited, or the answer made again.
        case branch
        /// A message of a subagent's own chain.
        case subagent
        /// A message that the person never saw.
        case hidden
        /// What stood there before it was redacted.
        case redacted
        /// A file or an image of which the store has no more than the name.
        case file
        /// A message without a time gets that of the import.
        case time
        /// A member that has no place in a message.
        case field(String)
        /// Members of too many names to tell each.
        case otherFields
        /// JSON that is too large to be kept beside its message.
        case original
        /// A message that has changed since it was imported, and stays as it was.
        case changed

        /// For machines.
        package var name: String {
            switch self {
            case .branch: "branch"
            case .subagent: "subagent"
            case .hidden: "hidden"
            case .redacted: "redacted"
            case .file: "file"
            case .time: "time"
            case .field(let name): "field \(name)"
            case .otherFields: "other fields"
            case .original: "original"
            case .changed: "changed"
            }
        }

        /// For people: what stands behind the number.
        package var text: String {
            switch self {
            case .branch: "on branches that were left"
            case .subagent: "in the chains of subagents"
            case .hidden: "hidden from the conversation"
            case .redacted: "redacted: what stood there before"
            case .file: "files of which there is no more than the name"
            case .time: "without a time: they have that of the import"
            case .field(let name): "field \(name) (--keep-original keeps it)"
            case .otherFields: "other fields (--keep-original keeps them)"
            case .original: "too large to keep the original"
            case .changed: "changed since they were imported, and stay as they were"
            }
        }
    }

    package struct Entry: Sendable, Equatable {
        package var count = 0
        /// Where it was met first.
        package var example: ForeignPlace
    }

    private static let kindsMax = 64

    package private(set) var entries: [Kind: Entry] = [:]

    package init() {}

    package mutating func add(_ kind: Kind, at place: ForeignPlace, count: Int = 1) {
        guard count > 0 else { return }
        var kind = kind
        if case .field(let name) = kind, entries[kind] == nil {
            // Names come from the store: there may be any number of them, of any length.
            if entries.count >= Self.kindsMax || name.utf8.count > 64 { kind = .otherFields }
        }
        entries[kind, default: Entry(example: place)].count += count
    }

    package mutating func add(_ other: LossReport) {
        for (kind, entry) in other.sorted { add(kind, at: entry.example, count: entry.count) }
    }

    /// By how often it was met, then by name.
    package var sorted: [(kind: Kind, entry: Entry)] {
        entries.map { (kind: $0.key, entry: $0.value) }.sorted {
            $0.entry.count == $1.entry.count ? $0.kind.name < $1.kind.name : $0.entry.count > $1.entry.count
        }
    }

    package var json: JSONValue {
        .array(
            sorted.map { kind, entry in
                [
                    "kind": .string(kind.name), "count": .integer(Int64(entry.count)),
                    "example": .string(entry.example.description),
                ]
            })
    }
}
