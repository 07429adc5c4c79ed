internal import AgentMemory
internal import Amberlog
internal import LogFormat

/// Saves what sources hold, and what of it is new.
final class Importer {
    struct Options {
        /// The session of messages that name none, and the beginning of the names of sessions without one.
        var session: String?
        /// The name of the source; `nil` to know it by what it holds.
        var source: String?
        var format = InputFormat.auto
        var isStrict = false
        /// Gets what can't be imported, and why.
        var tell: (String) -> Void = Messages.print
    }

    /// How far a session has been read in the source at hand.
    private struct Reading {
        var seen: UInt64 = 0
        var digest = Identity(high: 0, low: 0)
        var source = Identity(high: 0, low: 0)
        /// What an earlier import has taken; 0 once it has been passed.
        var recorded = SourceRecord(messages: 0, digest: Identity(high: 0, low: 0))
        /// The origin has other sources, which must stay in it.
        var hasOrigin = false
        /// The source doesn't go on as it did in an earlier import.
        var isRefused = false
    }

    private let store: AmberlogStore
    private let options: Options
    private(set) var report = ImportReport()
    private var bad: BadInput
    private var progress: Progress
    private var batches = OpenBatches()
    private var readings: [Identity: Reading] = [:]
    private var touched: Set<Identity> = []
    private var digest = MessageDigest()
    /// Stands for the time of messages that tell none.
    private let now = Timestamp.now
    private let idKey = Identity.random()
    /// The source at hand.
    private var file = ""
    private var unnamedPrefix = ""

    /// - Parameter total: The bytes of all sources, for the progress bar.
    init(_ store: AmberlogStore, _ options: Options, total: UInt64?) {
        self.store = store
        self.options = options
        bad = BadInput(tell: options.tell)
        progress = Progress(total: total, counting: "messages")
    }

    /// Says what was passed over, once everything has been read.
    func finish() -> ImportReport {
        progress.clear()
        bad.tellRest()
        report.bad = bad.count
        report.sessions = touched.count
        return report
    }

    /// Imports one source.
    ///
    /// - Parameter done: The bytes of the sources before it, for the progress bar.
    func read(_ input: InputFile, after done: UInt64) async throws {
        file = input.name
        unnamedPrefix = options.session ?? Self.stem(of: input.name)
        report.files += 1
        readings = [:]
        let reader = try BlockReader(input)
        defer { reader.cancel() }
        do {
            try await read(reader, after: done)
        } catch let error as MemoryError where error.place.file == input.name && !options.isStrict {
            // What was read is good; the rest of this source can't be had.
            progress.clear()
            bad.add(input.name, error.message)
        } catch is StrictStop {
            try await saveAll()
            throw StrictStop()
        }
        try await saveAll()
    }

    private func read(_ reader: BlockReader, after done: UInt64) async throws {
        guard let first = try await reader.next() else { return }
        var format = options.format
        if format == .auto { format = InputFormat.detect(first.bytes) }
        let lines = LineSplitter()
        var document = DocumentSplitter()
        var block: BlockReader.Block? = first
        while let current = block {
            report.bytes += UInt64(current.bytes.count)
            if format.isLines {
                lines.begin(current.bytes)
                while let line = lines.next() {
                    try take(line)
                    while let full = batches.takeFull() { try await save(full) }
                }
            } else {
                document.add(current.bytes)
                try await take(document.takePieces())
            }
            progress.update(done: done + current.position, count: report.messages + report.present)
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
            while let full = batches.takeFull() { try await save(full) }
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
            while let full = batches.takeFull() { try await save(full) }
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
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate([message])
        batches.add(message, to: batches.batch(of: session, key: key(of: session)))
    }

    private func key(of session: String) -> Identity {
        var session = session
        return session.withUTF8 { Checksum.hash(ofID: UnsafeRawBufferPointer($0), key: idKey) }
    }

    /// What stands beside a session's messages becomes metadata of the session.
    private func noteMetadata(_ json: JSONValue, of session: String) {
        guard case .object(var object) = json else { return }
        for key in ["session_id", "messages", "exported_at"] { object[key] = nil }
        let own = object.removeValue(forKey: "metadata")?.objectValue ?? [:]
        object.merge(own) { _, own in own }
        if object.isEmpty { return }
        batches.batch(of: session, key: key(of: session)).metadata = object
    }

    private func refuse(_ line: Int, _ error: MemoryError, message: Int? = nil) throws {
        progress.clear()
        var error = error
        if let message {
            error.message = "Message \(message): " + error.message
            error.place.offset = nil
        }
        bad.add(file: file, line: line, error)
        if options.isStrict { throw StrictStop() }
    }

    // MARK: Saving

    private func saveAll() async throws {
        while let batch = batches.takeAny() { try await save(batch) }
    }

    /// Saves what of a batch the session doesn't have from this source.
    private func save(_ batch: MessageBatch) async throws {
        var reading = readings[batch.key] ?? Reading()
        var fresh: [Message] = []
        if reading.seen >= reading.recorded.messages, reading.seen > 0 {
            fresh = batch.messages
            for message in fresh { reading.digest = digest.next(after: reading.digest, message, unknownTime: now) }
            reading.seen += UInt64(fresh.count)
        } else {
            fresh.reserveCapacity(batch.messages.count)
            for message in batch.messages {
                reading.digest = digest.next(after: reading.digest, message, unknownTime: now)
                reading.seen += 1
                if reading.seen == 1 { try await begin(&reading, batch.session) }
                if reading.seen > reading.recorded.messages {
                    fresh.append(message)
                } else {
                    report.present += 1
                    if reading.seen == reading.recorded.messages, reading.digest != reading.recorded.digest {
                        reading.isRefused = true
                        refuseSource(batch.session, reading.seen)
                    }
                }
            }
        }
        if !fresh.isEmpty, !reading.isRefused {
            let record = SourceRecord(messages: reading.seen, digest: reading.digest)
            let old = reading.hasOrigin ? try await store.origin(of: batch.session) : nil
            let receipt = try await store.save(
                fresh, to: batch.session, expecting: nil,
                origin: record.origin(reading.source, updating: old, time: now))
            report.messages += UInt64(receipt.sequences.count)
            report.duplicates += UInt64(receipt.duplicates.count)
            touched.insert(batch.key)
        }
        readings[batch.key] = reading
        if !batch.metadata.isEmpty, !reading.isRefused { try await saveMetadata(of: batch) }
    }

    private func begin(_ reading: inout Reading, _ session: String) async throws {
        reading.source = options.source.map { Identity(hashing: $0) } ?? reading.digest
        guard let origin = try await store.origin(of: session) else { return }
        reading.hasOrigin = true
        if let record = SourceRecord(reading.source, in: origin) { reading.recorded = record }
    }

    private func refuseSource(_ session: String, _ count: UInt64) {
        progress.clear()
        bad.add(
            file,
            "Session \(session) was imported before from a source that begins like this one but has other messages "
                + "among its first \(count): nothing is added to it; --source NAME tells the two apart")
    }

    private func saveMetadata(of batch: MessageBatch) async throws {
        guard let info = try await store.info(batch.session) else { return }
        let merged = info.metadata.merging(batch.metadata) { _, new in new }
        if merged != info.metadata { try await store.setMetadata(merged, for: batch.session) }
    }
}
