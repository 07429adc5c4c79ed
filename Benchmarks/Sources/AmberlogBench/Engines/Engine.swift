/// How an engine is opened.
struct OpenMode: Sendable, Hashable {
    enum Durability: Sendable {
        /// A save returns when its bytes are on the disk.
        case synced
        /// A save returns when the operating system, or the process, has them.
        case buffered
    }

    var durability = Durability.buffered
    /// Opened to read what is there: engines that have a setting for it use it.
    var forReading = false

    static let synced = OpenMode(durability: .synced)
    static let buffered = OpenMode(durability: .buffered)
    static let reading = OpenMode(durability: .buffered, forReading: true)
}

/// Who calls when many save at once.
enum Callers: Sendable {
    /// Tasks, as they call an engine that is asynchronous itself, or a group-commit queue in front of one that isn't.
    case tasks
    /// Threads in front of a group-commit queue.
    case threads
    /// Threads that call the engine itself.
    case nativeThreads
}

/// What a load hands out.
enum LoadForm: Sendable {
    /// Messages with text of their own.
    case decoded
    /// The bytes, copied to a buffer.
    case undecoded
}

/// A store under test. One caller at a time, but for `saveConcurrently`.
///
/// The loops are inside of the engines, so that no dynamic call or suspension point that one of them doesn't need is
/// charged to it. Engines that block conform to ``BlockingEngine``, which has all loops.
protocol Engine: AnyObject, Sendable {
    /// What an engine needs of a plan in a form of its own. Never timed.
    func prepare(_ plan: Plan)

    /// The saves of a range, one after another, each a transaction of its own.
    func save(_ plan: Plan, _ range: Range<Int>) async throws

    /// The same, and the nanoseconds of each.
    func saveTimed(_ plan: Plan, _ range: Range<Int>, into latencies: inout [UInt64]) async throws

    /// One caller for each range, all at once.
    func saveConcurrently(_ plan: Plan, _ ranges: [Range<Int>], _ callers: Callers) async throws -> [UInt64]

    /// All saves, in order, in transactions of any size: makes a store for other operations.
    func build(_ plan: Plan) async throws

    /// The newest messages of each of the sessions, one load after another.
    func load(_ sessions: ArraySlice<UInt32>, limit: Int, _ form: LoadForm) async throws -> LoadTotal

    /// Removes sessions, one after another, and appends the nanoseconds of each.
    func clear(_ sessions: ArraySlice<UInt32>, into latencies: inout [UInt64]) async throws

    /// What is charged to a run of buffered saves at its end: a checkpoint, for an engine that takes them.
    func finishBuffered() async throws

    /// Leaves a store as an operator would before a long time of reading: checkpointed and compacted.
    func settle() async throws

    /// Gives the space of what was removed back to the file system.
    func reclaim() async throws

    func close() async throws
}

/// An engine with calls that block.
protocol BlockingEngine: Engine {
    /// One transaction. `caller` tells apart threads that call at the same time.
    func save(_ plan: Plan, _ save: Plan.Save, caller: Int) throws
    /// One transaction for several saves.
    func saveGroup(_ plan: Plan, _ saves: ArraySlice<Plan.Save>) throws
    func load(_ session: UInt32, limit: Int, _ form: LoadForm) throws -> LoadTotal
    /// Called before and after a run of loads, for engines with something to set up for each thread.
    func beginLoads() throws
    func endLoads()
    func clear(_ session: UInt32) throws
    func reclaimSpace() throws
    func settleNow() throws
    func closeNow() throws
}

extension BlockingEngine {
    func save(_ plan: Plan, _ range: Range<Int>) async throws {
        for index in range { try save(plan, plan.saves[index], caller: 0) }
    }

    func saveTimed(_ plan: Plan, _ range: Range<Int>, into latencies: inout [UInt64]) async throws {
        for index in range {
            let start = nanoseconds()
            try save(plan, plan.saves[index], caller: 0)
            latencies.append(nanoseconds() - start)
        }
    }

    func saveConcurrently(_ plan: Plan, _ ranges: [Range<Int>], _ callers: Callers) async throws -> [UInt64] {
        switch callers {
        case .nativeThreads:
            return try ConcurrentCallers.threads(ranges) { index, caller in
                try self.save(plan, plan.saves[index], caller: caller)
            }
        case .threads:
            let queue = GroupCommit { try self.saveGroup(plan, $0.map { plan.saves[$0] }[...]) }
            defer { queue.stop() }
            let parkings = ranges.map { _ in GroupCommit.Parking() }
            return try ConcurrentCallers.threads(ranges) { index, caller in
                try queue.submit(index, parking: parkings[caller])
            }
        case .tasks:
            let queue = GroupCommit { try self.saveGroup(plan, $0.map { plan.saves[$0] }[...]) }
            defer { queue.stop() }
            return try await ConcurrentCallers.tasks(ranges) { try await queue.submit($0) }
        }
    }

    func build(_ plan: Plan) async throws {
        var start = 0
        while start < plan.count {
            let end = min(plan.count, start + 5000)
            try saveGroup(plan, plan.saves[start..<end])
            start = end
        }
    }

    func load(_ sessions: ArraySlice<UInt32>, limit: Int, _ form: LoadForm) async throws -> LoadTotal {
        try beginLoads()
        defer { endLoads() }
        var total = LoadTotal()
        for session in sessions { total += try load(session, limit: limit, form) }
        return total
    }

    func clear(_ sessions: ArraySlice<UInt32>, into latencies: inout [UInt64]) async throws {
        for session in sessions {
            let start = nanoseconds()
            try clear(session)
            latencies.append(nanoseconds() - start)
        }
    }

    func prepare(_ plan: Plan) {}
    func beginLoads() throws {}
    func endLoads() {}
    func finishBuffered() async throws {}
    func settle() async throws { try settleNow() }
    func reclaim() async throws { try reclaimSpace() }
    func close() async throws { try closeNow() }
}
