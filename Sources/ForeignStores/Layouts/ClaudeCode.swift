internal import AgentMemory

/// Transcripts of Claude Code: `projects/DIRECTORY/SESSION.jsonl`.
package struct ClaudeCode: FileLayout {
    package let name = "claude-code"
    package let summary = "Transcripts of Claude Code"
    package let hasUniqueSessions = true
    package let fileExtension = "jsonl"

    package init() {}

    package func recognize(_ head: FileHead) -> Recognition? {
        if head.isArray { return nil }
        var recognition: Recognition?
        for line in head.lines {
            guard let type = line["type"]?.stringValue else { continue }
            if line["parentUuid"] != nil, line["uuid"] != nil || line["sessionId"] != nil {
                return Recognition(.certain, "its lines have type, uuid, parentUuid and sessionId")
            }
            if Self.besides.contains(type), recognition == nil {
                recognition = Recognition(.likely, "its lines have the type '\(type)'")
            }
        }
        return recognition
    }

    /// Lines that stand beside the conversation, and may be all that a file begins with.
    private static let besides: Set<String> = [
        "file-history-snapshot", "summary", "custom-title", "ai-title", "queue-operation",
    ]

    package func reader(_ options: ReadingOptions) -> any ForeignFileReader { ClaudeCodeReader() }
}

/// Reads one transcript: all of its lines, then the chain.
private struct ClaudeCodeReader: ForeignFileReader {
    private var file = ""
    private var cutter = LineCutter()
    private var transcript = Transcript()

    mutating func begin(_ file: String, into output: inout ForeignOutput) {
        self.file = file
        (cutter, transcript) = (LineCutter(), Transcript())
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, into output: inout ForeignOutput) {
        for line in cutter.add(bytes) { take(line, into: &output) }
    }

    mutating func end(into output: inout ForeignOutput) {
        if let line = cutter.finish() { take(line, into: &output) }
        let session = output.options.session ?? FileName.session(of: file, extension: "jsonl")
        TranscriptWriter(transcript, file: file, session: session).write(into: &output)
        transcript = Transcript()
    }

    private mutating func take(_ line: LineCutter.Line, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            try transcript.add(try line.json(), line.bytes ?? [], number: line.number)
        } catch {
            output.refuse(ForeignPlace(file: file, line: line.number), error)
        }
    }
}
