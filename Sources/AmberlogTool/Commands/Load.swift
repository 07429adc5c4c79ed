internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a conversation.",
        discussion: """
            Example:
              amberlog load user_123 --limit 20
              amberlog load user_123 --limit 20 --before 81 --json
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "The session.")
    var session: String

    @Option(help: "Only the newest so many messages.")
    var limit: Int?

    @Option(help: ArgumentHelp("Only messages before this sequence.", valueName: "seq"))
    var before: UInt64?

    @Flag(help: "Print each message as a line of JSON.")
    var json = false

    func validate() throws {
        try checkSessionID(session)
        try checkLimit(limit, atLeast: 0)
    }

    private static let pageSize = 1024

    func run() async throws {
        try await store.read { store in
            let output = Output()
            let printer = ConversationPrinter(output)
            var isEmpty = true
            func show(_ messages: [Message]) throws {
                for message in messages {
                    isEmpty = false
                    if json {
                        try output.line { message.appendLine(to: &$0, session: session) }
                    } else {
                        try printer.print(message)
                    }
                }
            }
            if let limit, limit <= Self.pageSize {
                try show(try await store.load(session, limit: limit, before: before))
            } else {
                // Forwards, page by page: a long session is never held as a whole.
                var from: UInt64 = 1
                if let limit { from = try await start(of: limit, in: store) }
                while true {
                    var page = try await store.load(session, from: from, limit: Self.pageSize)
                    let isLast = page.count < Self.pageSize
                    if let before { page.removeAll { ($0.sequence ?? 0) >= before } }
                    try show(page)
                    guard let last = page.last?.sequence, !isLast else { break }
                    from = last + 1
                }
            }
            try output.flush()
            if isEmpty, !json { Messages.print("No messages in \(session)") }
        }
    }

    /// The sequence of the first of the newest `limit` messages.
    private func start(of limit: Int, in store: AmberlogStore) async throws -> UInt64 {
        var left = limit
        var before = before
        while left > 0 {
            let page = try await store.load(session, limit: min(left, Self.pageSize), before: before)
            guard let first = page.first?.sequence else { break }
            before = first
            left -= page.count
        }
        return before ?? 1
    }
}
