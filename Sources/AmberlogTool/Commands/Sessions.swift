internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Sessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the sessions.",
        discussion: """
            Example:
              amberlog sessions --sort size --limit 10
            """)

    @OptionGroup var store: StoreArguments

    @Option(help: "updated, id or size.")
    var sort: Sorting = .updated

    @Option(help: "Only the first so many.")
    var limit: Int?

    @Flag(help: "Print each session as a line of JSON.")
    var json = false

    enum Sorting: String, ExpressibleByArgument, CaseIterable {
        case updated, id, size

        var order: SessionOrder {
            switch self {
            case .updated: .updated
            case .id: .id
            case .size: .size
            }
        }
    }

    private static let pageSize = 2048

    func validate() throws {
        try checkLimit(limit)
    }

    func run() async throws {
        try await store.read { store in
            let output = Output()
            let style = Style()
            let now = Timestamp.now
            var left = limit ?? .max
            var after: String?
            var isFirst = true
            repeat {
                let page = try await store.sessions(by: sort.order, after: after, limit: min(left, Self.pageSize))
                left -= page.sessions.count
                after = page.next
                if json {
                    for session in page.sessions { try output.line(session.toolJSON) }
                } else if isFirst, page.sessions.isEmpty {
                    Messages.print("No sessions")
                } else {
                    var table = Table([
                        ("SESSION", .left), ("MESSAGES", .right), ("SIZE", .right), ("UPDATED", .left),
                        ("CREATED", .left),
                    ])
                    for session in page.sessions {
                        table.add([
                            Visible.cut(Visible.line(session.id), to: 64), Humanized.count(session.messageCount),
                            Humanized.bytes(session.byteCount), Humanized.age(session.updatedAt, now: now),
                            Humanized.age(session.createdAt, now: now),
                        ])
                    }
                    try table.write(to: output, style)
                }
                isFirst = false
            } while after != nil && left > 0
            try output.flush()
        }
    }
}

extension SessionInfo {
    /// The session as the tool prints it for programs.
    var toolJSON: JSONValue {
        var object: [String: JSONValue] = [
            "session_id": .string(id), "messages": .integer(Int64(messageCount)),
            "bytes": .integer(Int64(clamping: byteCount)), "created": .string(createdAt.description),
            "updated": .string(updatedAt.description), "first_sequence": .integer(Int64(firstSequence)),
            "last_sequence": .integer(Int64(lastSequence)),
            "expires": expiresAt.map { .string($0.description) } ?? .null,
        ]
        if !metadata.isEmpty { object["metadata"] = .object(metadata) }
        return .object(object)
    }
}
