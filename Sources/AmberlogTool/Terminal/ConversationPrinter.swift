internal import AgentMemory

/// Prints messages for people.
struct ConversationPrinter {
    private let output: Output
    private let style = Style()

    init(_ output: Output) {
        self.output = output
    }

    /// A line with role, time, sequence and metadata, and the content below it, indented.
    func print(_ message: Message, marker: String = "") throws {
        var head = marker + style.role(message.role.name)
        head += style.dim("  \(Humanized.time(message.timestamp))")
        if let sequence = message.sequence { head += style.dim("  #\(sequence)") }
        if message.hasMetadata {
            let json = JSONValue.object(message.metadata).description
            head += style.dim("  " + Visible.cut(Visible.line(json), to: 100))
        }
        try output.line(head)
        for line in Visible.text(message.content).split(separator: "\n", omittingEmptySubsequences: false) {
            try output.line(line.isEmpty ? "" : "  \(line)")
        }
    }
}
