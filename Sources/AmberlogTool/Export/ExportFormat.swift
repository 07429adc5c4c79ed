internal import AgentMemory
internal import ArgumentParser
internal import ForeignStores

/// What an export writes.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    /// A message a line, with everything that import takes back.
    case jsonl
    /// Sessions with their messages: an array of them, or one object for one session.
    case json
    /// For reading.
    case markdown
    /// A chat a line, as services take them: without times and metadata.
    case openai
    /// An SQLite database that openai-agents opens.
    case openaiAgents = "openai-agents"
    /// One session as LangChain keeps it in a file.
    case langchain
}

/// What sessions are written to, one after another.
protocol SessionSink {
    mutating func begin(_ session: SessionInfo) async throws
    mutating func add(_ messages: [Message], of session: SessionInfo) async throws
    mutating func end(_ session: SessionInfo) async throws
    mutating func finish() async throws
}

/// Writes sessions one after another as text, message by message.
struct ExportWriter: SessionSink {
    let format: ExportFormat
    let output: Output
    /// Only one session comes: its JSON needs no array around it.
    let isSingle: Bool
    private let time = Timestamp.now
    private var sessions = 0
    private var messages = 0

    init(_ format: ExportFormat, to output: Output, isSingle: Bool) {
        self.format = format
        self.output = output
        self.isSingle = isSingle
    }

    mutating func begin(_ session: SessionInfo) throws {
        sessions += 1
        messages = 0
        switch format {
        case .jsonl, .openaiAgents: break
        case .langchain: try output.write("[")
        case .json:
            if !isSingle { try output.write(sessions == 1 ? "[\n" : ",\n") }
            try output.write("{\"session_id\":\(JSONValue.string(session.id).description),")
            if !session.metadata.isEmpty {
                try output.write("\"metadata\":\(JSONValue.object(session.metadata).description),")
            }
            try output.write("\"messages\":[")
        case .markdown:
            if sessions > 1 { try output.write("\n") }
            try output.line("# \(Visible.line(session.id))")
        case .openai:
            try output.write("{\"messages\":[")
        }
    }

    mutating func add(_ messages: [Message], of session: SessionInfo) throws {
        for message in messages { try add(message, of: session) }
    }

    private mutating func add(_ message: Message, of session: SessionInfo) throws {
        messages += 1
        switch format {
        case .jsonl:
            try output.line { message.appendLine(to: &$0, session: session.id) }
        case .json:
            try output.write(messages == 1 ? "\n" : ",\n")
            var object = message.toJSON().objectValue ?? [:]
            if let sequence = message.sequence { object["sequence"] = .integer(Int64(clamping: sequence)) }
            try output.append { JSONValue.object(object).append(to: &$0) }
        case .markdown:
            try output.line("\n**\(Visible.line(message.role.name))** · \(message.timestamp)\n")
            try output.line(message.content)
        case .openai:
            if messages > 1 { try output.write(",") }
            var object = message.toJSON().objectValue ?? [:]
            if case .object(let restored) = ContentParts.restore(.object(object)) { object = restored }
            for key in ["timestamp", "metadata", "id"] { object[key] = nil }
            try output.append { JSONValue.object(object).append(to: &$0) }
        case .langchain:
            try output.write(messages == 1 ? "\n" : ",\n")
            try output.append { LangChainExport.json(of: message).append(to: &$0) }
        case .openaiAgents: break
        }
    }

    mutating func end(_ session: SessionInfo) throws {
        switch format {
        case .jsonl, .markdown, .openaiAgents: break
        case .langchain: try output.write("\n]\n")
        case .json: try output.write("\n],\"exported_at\":\"\(time)\"}\(isSingle ? "\n" : "")")
        case .openai:
            try output.write("]")
            // What stood beside the messages when the chat was imported: tools and the like.
            for (key, value) in session.metadata.sorted(by: { $0.key < $1.key }) where key != "messages" {
                try output.write(",\(JSONValue.string(key).description):\(value.description)")
            }
            try output.write("}\n")
        }
    }

    mutating func finish() throws {
        if format == .json, !isSingle { try output.write(sessions == 0 ? "[]\n" : "\n]\n") }
        try output.flush()
    }
}
