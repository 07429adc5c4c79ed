internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Save: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Save one message, or JSON lines from standard input.",
        discussion: """
            Without a text, standard input is read as JSON lines of messages, which are saved together: all of them, \
            or none when one can't be read. The text - takes standard input as the text.

            Example:
              amberlog save user_123 "My name is Alice" --meta lang=en
              echo '{"role":"assistant","content":"Hello Alice"}' | amberlog save user_123
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "The session.")
    var session: String

    @Argument(help: "What was said.")
    var text: String?

    @Option(help: "Who said it: user, assistant, system, tool or another name.")
    var role = "user"

    @Option(name: .customLong("meta"), help: ArgumentHelp("Metadata: a JSON value or a text.", valueName: "key=value"))
    var metadata: [MetadataArgument] = []

    @Option(help: "When it was said: ISO 8601 or seconds since 1970 (default: now).")
    var timestamp: TimeArgument?

    @Option(help: "The message's own id: saving it again adds nothing.")
    var id: String?

    @Option(
        help: ArgumentHelp("Save only if this is the session's last sequence (0: a new session).", valueName: "seq"))
    var expecting: UInt64?

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func validate() throws {
        try checkSessionID(session)
        if text == nil, Terminal.isInput { throw ValidationError("Give the text, or JSON lines on standard input.") }
    }

    func run() async throws {
        let messages = try messages()
        let receipt = try await store.open(.createIfMissing) { store in
            try await store.save(messages, to: session, expecting: expecting)
        }
        let output = Output()
        if json {
            try output.line(
                [
                    "session_id": .string(session), "messages": .integer(Int64(receipt.sequences.count)),
                    "first_sequence": receipt.sequences.first.map { .integer(Int64($0)) } ?? .null,
                    "last_sequence": receipt.sequences.last.map { .integer(Int64($0)) } ?? .null,
                    "duplicates": .array(receipt.duplicates.map { .integer(Int64($0)) }),
                ])
        } else {
            var line = "Saved \(Humanized.count(receipt.sequences.count, "message")) to \(Visible.line(session))"
            if let first = receipt.sequences.first, let last = receipt.sequences.last {
                line += first == last ? ", sequence \(first)" : ", sequences \(first) to \(last)"
            }
            if !receipt.duplicates.isEmpty { line += "; \(receipt.duplicates.count) there already" }
            try output.line(line)
        }
        try output.flush()
    }

    private func messages() throws -> [Message] {
        if let text, text != "-" { return [message(text)] }
        let input = try InputFile("-")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        while true {
            let count = try input.read(into: buffer)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
            // What one save can take, and room for its JSON.
            guard bytes.count <= 2 * MemoryLimits.saveBytes else {
                throw MemoryError(.tooLarge, "This is more than one save can take; import takes any size")
            }
        }
        if text == "-" {
            guard let content = String(validating: bytes, as: UTF8.self) else {
                throw MemoryError(.invalidMessage, "The text is not UTF-8", at: .init(file: input.name))
            }
            return [message(content)]
        }
        var messages: [Message] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ $0 <= 0x20 }) { continue }
            do throws(MemoryError) {
                messages.append(try read(Array(line)))
            } catch {
                var error = error
                error.place.file = input.name
                error.place.line = index + 1
                throw error
            }
        }
        return messages
    }

    private func message(_ content: String) -> Message {
        let pairs = metadata.map { ($0.key, $0.value) }
        return Message(
            role: Role(role), content: content, timestamp: timestamp?.time ?? .now,
            metadata: Dictionary(pairs) { _, last in last }, id: id)
    }

    private func read(_ line: [UInt8]) throws(MemoryError) -> Message {
        let json = try JSONValue(parsing: line)
        if let named = json["session_id"]?.stringValue, !named.isEmpty, !named.utf8.elementsEqual(session.utf8) {
            throw MemoryError(.invalidMessage, "The message belongs to another session, \(named)")
        }
        return try Message(json: ContentParts.flatten(json), timestamp: timestamp?.time ?? .now)
    }
}
