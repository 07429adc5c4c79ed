internal import AgentMemory
internal import Amberlog

/// Saves what sources hold, and what of it is new.
final class Importer {
    struct Options {
        /// The session of messages that name none, and the beginning of the names of sessions without one.
        var session: String?
        /// The name of the source; `nil` to know it by what it holds.
        var source: String?
        var isStrict = false
        /// Gets what can't be imported, and why.
        var tell: (String) -> Void = Messages.print
    }

    let run: ImportRun
    private var options: Options { run.options }
    private var saver: SessionSaver { run.saver }
    /// Stands for the time of messages that tell none.
    private var now: Timestamp { run.saver.now }
    /// The source at hand.
    private var file = ""
    private var unnamedPrefix = ""

    /// - Parameter total: The bytes of all sources, for the progress bar.
    convenience init(_ store: AmberlogStore, _ options: Options, total: UInt64?) {
        self.init(ImportRun(store, options, total: total))
    }

    init(_ run: ImportRun) {
        self.run = run
    }

    /// Says what was passed over, once everything has been read.
    func finish() -> ImportReport { run.finish() }

    /// Imports one source.
    ///
    /// - Parameter done: The bytes of the sources before it, for the progress bar.
    func read(_ input: InputFile, _ format: InputFormat = .auto, after done: UInt64) async throws {
        file = input.name
        unnamedPrefix = options.session ?? Self.stem(of: input.name)
        run.begin(input.name)
        let reader = try BlockReader(input)
        defer { reader.cancel() }
        do {
            try await read(reader, format, after: done)
        } catch let error as MemoryError where error.place.file == input.name && !options.isStrict {
            // What was read is good; the rest of this source can't be had.
            run.tell(input.name, error.message)
        } catch is StrictStop {
            try await saver.saveAll()
            throw StrictStop()
        }
        try await saver.saveAll()
    }

    private func read(_ reader: BlockReader, _ format: InputFormat, after done: UInt64) async throws {
        guard let first = try await reader.next() else { return }
        let format = format == .auto ? InputFormat.detect(first.bytes) : format
        let lines = LineSplitter()
        var document = DocumentSplitter()
        var block: BlockReader.Block? = first
        while let current = block {
            run.report.bytes += UInt64(current.bytes.count)
            if format.isLines {
                lines.begin(current.bytes)
                while let line = lines.next() {
                    try take(line)
                    try await saver.saveFull()
                }
            } else {
                document.add(current.bytes)
                try await take(document.takePieces())
            }
            run.update(done: done + current.position)
            reader.recycle(current)
            block = try await reader.next()
        }
        if let line = lines.finish() { try take(line) }
        if !format.isLines {
            document.finish()
            try await take(document.takePieces())
            try await endSession(upTo: nil, named: nil)
        }
    }

    // MARK: Reading values

    private func take(_ piece: LineSplitter.Piece) throws {
        switch piece {
        case .tooLong(let number):
            try refuse(number, MemoryError(.tooLarge, "The line is longer than \(LineSplitter.lineBytesMax) bytes"))
        case .line(let bytes, let number):
            if bytes.allSatisfy({ $0 <= 0x20 }) { return }
            do throws(MemoryError) {
                let line = try MessageLine(parsing: bytes, timestamp: now)
                try add(line.message, to: line.session)
            } catch {
                try takeOther(bytes, number, error)
            }
        }
    }

    /// A line that is no message as it stands: a message whose content comes in parts, or a session.
    private func takeOther(_ bytes: UnsafeRawBufferPointer, _ number: Int, _ error: MemoryError) throws {
        guard error.code == .invalidMessage, let json = try? JSONValue(parsing: bytes), case .object = json else {
            return try refuse(number, error)
        }
        if let messages = json["messages"]?.arrayValue {
            let session = name(of: json) ?? "\(unnamedPrefix)-\(number)"
            for (index, message) in messages.enumerated() {
                do throws(MemoryError) {
                    try add(try Message(json: ContentParts.flatten(message), timestamp: now), to: session)
                } catch {
                    try refuse(number, error, message: index + 1)
                }
            }
            noteMetadata(json, of: session)
            return
        }
        let flat = ContentParts.flatten(json)
        if flat == json { return try refuse(number, error) }
        do throws(MemoryError) {
            try add(try Message(json: flat, timestamp: now), to: name(of: json))
        } catch {
            try refuse(number, error)
        }
    }

    // MARK: Documents

    /// Messages of a session whose name has not come yet.
    private var unnamed: [(message: Message, line: Int)] = []
    private var unnamedBytes = 0
    private var unnamedSessions = 0
    private static let unnamedBytesMax = 64 << 20

    private func take(_ pieces: [DocumentSplitter.Piece]) async throws {
        for piece in pieces {
            switch piece {
            case .failure(let reason, let line):
                try refuse(line, MemoryError(.invalidMessage, reason))
            case .message(let bytes, let line):
                do throws(MemoryError) {
                    let json = try JSONValue(parsing: bytes)
                    try add(try Message(json: ContentParts.flatten(json), timestamp: now), to: name(of: json))
                } catch {
                    try refuse(line, error)
                }
            case .sessionMessage(let bytes, let line, let session):
                do throws(MemoryError) {
                    let message = try Message(json: ContentParts.flatten(JSONValue(parsing: bytes)), timestamp: now)
                    if let name = (try? JSONValue(parsing: session)).flatMap(name(of:)) {
                        try add(message, to: name)
                    } else {
                        unnamedBytes += bytes.count
                        guard unnamedBytes <= Self.unnamedBytesMax else {
                            throw MemoryError(
                                .tooLarge, "A session of this size must have its session_id in front of its messages")
                        }
                        unnamed.append((message, line))
                    }
                } catch {
                    try refuse(line, error)
                }
            case .sessionEnd(let bytes, let line):
                try await endSession(upTo: line, named: bytes)
            }
            try await saver.saveFull()
        }
    }

    private func endSession(upTo line: Int?, named bytes: [UInt8]?) async throws {
        let messages = unnamed
        (unnamed, unnamedBytes) = ([], 0)
        var json: JSONValue?
        if let bytes, let line {
            do throws(MemoryError) {
                json = try JSONValue(parsing: bytes)
            } catch {
                try refuse(line, error)
            }
        }
        unnamedSessions += 1
        let session = json.flatMap(name(of:)) ?? "\(unnamedPrefix)-\(unnamedSessions)"
        for (message, line) in messages {
            do throws(MemoryError) {
                try add(message, to: session)
            } catch {
                try refuse(line, error)
            }
            try await saver.saveFull()
        }
        if let json { noteMetadata(json, of: session) }
    }

    /// The `session_id` of a message or a session.
    private func name(of json: JSONValue) -> String? {
        switch json["session_id"] {
        case .string(let name): name.isEmpty ? nil : name
        case .integer(let number): String(number)
        default: nil
        }
    }

    private static func stem(of path: String) -> String {
        if path == "standard input" { return "stdin" }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.prefix { $0 != "." }
        return stem.isEmpty ? name : String(stem)
    }

    // MARK: Collecting

    private func add(_ message: Message, to name: String?) throws(MemoryError) {
        guard let session = name ?? options.session else {
            throw MemoryError(.invalidMessage, "The message names no session; give one with --session")
        }
        try saver.add(message, to: session)
    }

    /// What stands beside a session's messages becomes metadata of the session.
    private func noteMetadata(_ json: JSONValue, of session: String) {
        guard case .object(var object) = json else { return }
        for key in ["session_id", "messages", "exported_at"] { object[key] = nil }
        let own = object.removeValue(forKey: "metadata")?.objectValue ?? [:]
        object.merge(own) { _, own in own }
        if object.isEmpty { return }
        saver.note(object, of: session)
    }

    private func refuse(_ line: Int, _ error: MemoryError, message: Int? = nil) throws {
        let offset = message == nil ? error.place.offset.map { " at byte \($0)" } ?? "" : ""
        try run.refuse(
            "\(file):\(line)", (message.map { "Message \($0): " } ?? "") + error.message + offset)
    }
}
