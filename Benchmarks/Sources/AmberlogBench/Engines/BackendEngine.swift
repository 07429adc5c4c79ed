import AgentMemory

/// Anything that speaks the contract, under test. Amberlog comes in through it.
///
/// `@unchecked Sendable`: `batches` is written by `prepare`, which nothing runs beside.
final class BackendEngine<Backend: MemoryBackend>: Engine, @unchecked Sendable {
    /// What the contract has no name for.
    struct Maintenance: Sendable {
        var finishBuffered: @Sendable (Backend) async throws -> Void = { _ in }
        var settle: @Sendable (Backend) async throws -> Void = { _ in }
        var reclaim: @Sendable (Backend) async throws -> Void = { _ in }
    }

    /// How the messages that are saved hold their metadata.
    enum MetadataForm: Sendable {
        /// As JSON bytes, as the peers get it.
        case encoded
        /// As dictionaries, to be encoded by the save.
        case dictionaries
    }

    private let backend: Backend
    private let maintenance: Maintenance
    private let form: MetadataForm
    private var batches: [[Message]] = []

    init(_ backend: Backend, _ form: MetadataForm = .encoded, maintenance: Maintenance = Maintenance()) {
        self.backend = backend
        self.form = form
        self.maintenance = maintenance
    }

    func prepare(_ plan: Plan) {
        let messages = Self.messages(plan.pool, form)
        batches = (0..<(messages.count / plan.size)).map { Array(messages[($0 * plan.size)..<(($0 + 1) * plan.size)]) }
    }

    func save(_ plan: Plan, _ range: Range<Int>) async throws {
        for index in range {
            let save = plan.saves[index]
            try await backend.save(
                batches[Int(save.batch)], to: SessionNames.all[Int(save.session)], expecting: nil)
        }
    }

    func saveTimed(_ plan: Plan, _ range: Range<Int>, into latencies: inout [UInt64]) async throws {
        for index in range {
            let save = plan.saves[index]
            let start = nanoseconds()
            try await backend.save(
                batches[Int(save.batch)], to: SessionNames.all[Int(save.session)], expecting: nil)
            latencies.append(nanoseconds() - start)
        }
    }

    func saveConcurrently(_ plan: Plan, _ ranges: [Range<Int>], _ callers: Callers) async throws -> [UInt64] {
        try await ConcurrentCallers.tasks(ranges) { index in
            let save = plan.saves[index]
            try await self.backend.save(
                self.batches[Int(save.batch)], to: SessionNames.all[Int(save.session)], expecting: nil)
        }
    }

    func build(_ plan: Plan) async throws {
        try await save(plan, 0..<plan.count)
    }

    func load(_ sessions: ArraySlice<UInt32>, limit: Int, _ form: LoadForm) async throws -> LoadTotal {
        var total = LoadTotal()
        for session in sessions {
            for message in try await backend.load(SessionNames.all[Int(session)], limit: limit, before: nil) {
                total.add(sequence: message.sequence ?? 0, contentBytes: message.content.utf8.count)
            }
        }
        return total
    }

    func clear(_ sessions: ArraySlice<UInt32>, into latencies: inout [UInt64]) async throws {
        for session in sessions {
            let start = nanoseconds()
            try await backend.clear(SessionNames.all[Int(session)])
            latencies.append(nanoseconds() - start)
        }
    }

    func finishBuffered() async throws { try await maintenance.finishBuffered(backend) }
    func settle() async throws { try await maintenance.settle(backend) }
    func reclaim() async throws { try await maintenance.reclaim(backend) }
    func close() async throws { try await backend.close() }

    static func messages(_ pool: MessagePool, _ form: MetadataForm) -> [Message] {
        let buffer = MetadataBuffer(capacity: pool.entries.reduce(0) { $0 + $1.metadataLength })
        var position = 0
        return pool.entries.indices.map { index in
            let entry = pool.entries[index]
            let bytes = pool.metadata(index)
            (buffer.base + position).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            defer { position += bytes.count }
            let message = Message(
                role: Role(code: entry.role)!, content: String(decoding: pool.content(index), as: UTF8.self),
                timestamp: Timestamp(microseconds: entry.time), id: nil, sequence: nil,
                encodedMetadata: EncodedMetadata(buffer: buffer, offset: position, count: bytes.count))
            if form == .encoded { return message }
            return Message(
                role: message.role, content: message.content, timestamp: message.timestamp, metadata: message.metadata)
        }
    }
}

/// The ids of the sessions, made before anything is timed.
enum SessionNames {
    static let all: [String] = (0..<100_000).map { number in
        let digits = String(number)
        return "session-" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
