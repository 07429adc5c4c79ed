internal import AgentMemory

/// Prints what a search found, for people or as lines of JSON.
struct HitPrinter {
    private let output: Output
    private let conversation: ConversationPrinter
    private let style = Style()
    private let withContext: Bool

    /// - Parameter withContext: Neighbors were asked for.
    init(_ output: Output, withContext: Bool) {
        self.output = output
        conversation = ConversationPrinter(output)
        self.withContext = withContext
    }

    func print(_ hit: SearchHit, number: Int) throws {
        if number > 1 { try output.line("") }
        for message in hit.before { try conversation.print(message, marker: "  ") }
        try output.line(
            "\(style.bold("\(number)."))  \(style.role(hit.message.role.name))  \(Visible.line(hit.session)) "
                + style.dim("#\(hit.sequence)  \(Humanized.time(hit.message.timestamp))")
                + style.dim("  score \(Humanized.decimal(hit.score, places: 2))"))
        try output.line("    " + highlighted(hit.snippet))
        for message in hit.after { try conversation.print(message, marker: "  ") }
    }

    func printJSON(_ hit: SearchHit) throws {
        var line = json(hit.message, hit.sequence)
        line["session_id"] = .string(hit.session)
        line["score"] = .double(hit.score)
        line["snippet"] = .string(hit.snippet.text)
        line["highlights"] = .array(
            hit.snippet.highlights.map { [.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))] })
        if withContext {
            line["before"] = .array(hit.before.map { .object(json($0, $0.sequence)) })
            line["after"] = .array(hit.after.map { .object(json($0, $0.sequence)) })
        }
        try output.line(.object(line))
    }

    private func json(_ message: Message, _ sequence: UInt64?) -> [String: JSONValue] {
        guard case .object(var object) = message.toJSON() else { return [:] }
        if let sequence { object["sequence"] = .integer(Int64(clamping: sequence)) }
        return object
    }

    /// The snippet on one line, its matches in color.
    private func highlighted(_ snippet: Snippet) -> String {
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
