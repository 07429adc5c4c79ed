import Glibc

/// The limit for loads: one file for each session, its descriptor open, where the newest messages begin known, and
/// one pread of them.
///
/// `@unchecked Sendable`: one caller at a time.
final class RawFiles: BlockingEngine, @unchecked Sendable {
    private struct Session {
        var descriptor: Int32 = -1
        /// Where each record begins, and the end of the last.
        var offsets: [UInt32] = [0]
    }

    /// What the harness keeps for a closed store: where the records are. The limit has no format of its own.
    private static let known = Known()

    /// `@unchecked Sendable`: engines are opened and closed one at a time.
    private final class Known: @unchecked Sendable {
        var offsets: [String: [[UInt32]]] = [:]
    }

    private let path: String
    private var sessions: [Session] = []
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: 2 << 20, alignment: 4096)

    init(_ path: String, _ mode: OpenMode) throws {
        self.path = path
        try Files.makeDirectory(path)
        if let offsets = Self.known.offsets[path] {
            sessions = try offsets.enumerated().map { index, offsets in
                Session(descriptor: try Self.open(path, index), offsets: offsets)
            }
        }
    }

    deinit {
        buffer.deallocate()
    }

    private static func open(_ path: String, _ session: Int) throws -> Int32 {
        let directory = "\(path)/\(session / 256)"
        try Files.makeDirectory(directory)
        let descriptor = Glibc.open("\(directory)/\(session)", O_RDWR | O_CREAT | O_APPEND, 0o644)
        if descriptor < 0 { throw SystemError("open \(directory)/\(session)") }
        return descriptor
    }

    func build(_ plan: Plan) async throws {
        // Session by session: only where the bytes lie counts.
        for save in plan.saves.sorted(by: { ($0.session, $0.sequence) < ($1.session, $1.sequence) }) {
            try self.save(plan, save, caller: 0)
        }
    }

    func save(_ plan: Plan, _ save: Plan.Save, caller: Int) throws {
        let number = Int(save.session)
        while sessions.count <= number { sessions.append(Session()) }
        if sessions[number].descriptor < 0 { sessions[number].descriptor = try Self.open(path, number) }
        let messages = plan.messages(of: save)
        let bytes = plan.pool.bytes(of: messages)
        if Glibc.write(sessions[number].descriptor, bytes.baseAddress, bytes.count) != bytes.count {
            throw SystemError("write")
        }
        for index in messages {
            sessions[number].offsets.append(
                sessions[number].offsets.last! + UInt32(plan.pool.entries[index].length))
        }
    }

    func saveGroup(_ plan: Plan, _ saves: ArraySlice<Plan.Save>) throws {
        for save in saves { try self.save(plan, save, caller: 0) }
    }

    @inline(__always)
    func load(_ session: UInt32, limit: Int, _ form: LoadForm) throws -> LoadTotal {
        let offsets = sessions[Int(session)].offsets
        let count = min(limit, offsets.count - 1)
        let first = offsets.count - 1 - count
        let start = offsets[first]
        let length = Int(offsets[offsets.count - 1] - start)
        if pread(sessions[Int(session)].descriptor, buffer, length, off_t(start)) != length {
            throw SystemError("pread")
        }
        switch form {
        case .undecoded:
            return LoadTotal(messages: count, contentBytes: length, sequences: 0)
        case .decoded:
            var page = Page(capacity: count)
            var record = UnsafeRawPointer(buffer)
            for index in 0..<count {
                let length = Record.length(record)
                Record.decode(record, length: length, sequence: UInt64(first + index + 1), into: &page)
                record += length
            }
            return page.total
        }
    }

    func clear(_ session: UInt32) throws {
        let number = Int(session)
        if sessions[number].descriptor < 0 { return }
        Glibc.close(sessions[number].descriptor)
        sessions[number] = Session()
        if unlink("\(path)/\(number / 256)/\(number)") != 0 { throw SystemError("unlink") }
    }

    func settleNow() throws {}
    func reclaimSpace() throws {}

    func closeNow() throws {
        Self.known.offsets[path] = sessions.map(\.offsets)
        for session in sessions where session.descriptor >= 0 { Glibc.close(session.descriptor) }
        sessions = []
    }
}
