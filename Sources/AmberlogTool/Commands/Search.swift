internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find messages, best first.",
        discussion: """
            Example:
              amberlog search "walk in the rain" --limit 5 --context 1
              amberlog search deadline --session user_123 --role user --after 2026-01-01 --json
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "The words to find.")
    var query: String

    @Option(help: "Only this session.")
    var session: String?

    @Option(help: "At most so many hits.")
    var limit = 10

    @Option(help: ArgumentHelp("So many neighbors on either side of each hit.", valueName: "n"))
    var context = 0

    @Option(help: "Only messages of this role.")
    var role: String?

    @Option(help: "Only messages said at or after this time.")
    var after: TimeArgument?

    @Option(help: "Only messages said before this time.")
    var before: TimeArgument?

    @Flag(help: "Print each hit as a line of JSON.")
    var json = false

    func validate() throws {
        try checkSessionID(session)
        try checkLimit(limit)
        try checkLimit(context, atLeast: 0, "--context")
    }

    func run() async throws {
        let options = SearchOptions(
            limit: limit, context: context, role: role.map { Role($0) }, after: after?.time, before: before?.time)
        let hits = try await store.read { try await $0.searchHits(query, in: session, options: options) }
        let output = Output()
        let printer = ConversationPrinter(output)
        let style = Style()
        for (index, hit) in hits.enumerated() {
            if json {
                try output.line(line(of: hit))
                continue
            }
            if index > 0 { try output.line("") }
            for message in hit.before { try printer.print(message, marker: "  ") }
            try output.line(
                "\(style.bold("\(index + 1)."))  \(style.role(hit.message.role.name))  \(Visible.line(hit.session)) "
                    + style.dim("#\(hit.sequence)  \(Humanized.time(hit.message.timestamp))")
                    + style.dim("  score \(Humanized.decimal(hit.score, places: 2))"))
            try output.line("    " + highlighted(hit.snippet, style))
            for message in hit.after { try printer.print(message, marker: "  ") }
        }
        try output.flush()
        if hits.isEmpty, !json { Messages.print("Nothing found") }
    }

    private func line(of hit: SearchHit) -> JSONValue {
        var message = hit.message
        message.sequence = hit.sequence
        guard case .object(var line) = json(message) else { return .null }
        line["session_id"] = .string(hit.session)
        line["score"] = .double(hit.score)
        line["snippet"] = .string(hit.snippet.text)
        line["highlights"] = .array(
            hit.snippet.highlights.map { [.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))] })
        if context > 0 {
            line["before"] = .array(hit.before.map(json))
            line["after"] = .array(hit.after.map(json))
        }
        return .object(line)
    }

    private func json(_ message: Message) -> JSONValue {
        guard case .object(var object) = message.toJSON() else { return .null }
        if let sequence = message.sequence { object["sequence"] = .integer(Int64(sequence)) }
        return .object(object)
    }

    /// The snippet on one line, its matches in color.
    private func highlighted(_ snippet: Snippet, _ style: Style) -> String {
        let utf8 = Array(snippet.text.utf8)
        var text = ""
        var at = 0
        for range in snippet.highlights where range.lowerBound >= at && range.upperBound <= utf8.count {
            text += Visible.line(String(decoding: utf8[at..<range.lowerBound], as: UTF8.self))
            text += style.match(Visible.line(String(decoding: utf8[range], as: UTF8.self)))
            at = range.upperBound
        }
        return text + Visible.line(String(decoding: utf8[at...], as: UTF8.self))
    }
}
