/// Copies sessions from one backend to another.
///
/// ```swift
/// let result = try await migrateMemory(from: sqlite, to: store, batchSize: 500) { progress in
///     print(progress.sessions, "sessions,", progress.messages, "messages")
/// }
/// for line in result.errors { print(line) }
/// ```
///
/// **Interrupted** at any point, by a crash as well, it is run again: with every batch the target records, in the same
/// atomic save, how much of the session it holds and a digest of that (``MemoryBackend/origin(of:)``), and a rerun
/// compares and goes on. Nothing is copied twice, nothing left out. A target that keeps no such record is compared
/// message by message.
///
/// **What goes along**: messages with role, content, timestamp, metadata and id, in their order; a session's metadata,
/// its time of creation and its time to live (which begins anew) where the target keeps those
/// (``MemoryBackend/begin(_:createdAt:timeToLive:)``), else they are counted in ``MigrationResult/losses``. Sequences
/// are the target's own.
///
/// **Memory**: a batch for each of the sessions that are copied at once, whatever the length of the session and the
/// size of the store. Sessions that are saved to meanwhile are copied as far as they are read; those that come into
/// being meanwhile may be left to the next run.
///
/// - Parameters:
///   - sessions: The ids of those to copy; `nil` for all. One that the source doesn't have fails.
///   - batchSize: So many messages are read and saved at once, fewer when they are large.
///   - progress: Told after every batch, from any thread.
/// - Returns: What was done. A session that fails is in ``MigrationResult/failedSessions``, and the others go on.
/// - Throws: `CancellationError`; what listing the source throws; ``MemoryError/Code/conflict`` with
///   ``MigrationOptions/Conflict/fail``.
public func migrateMemory(
    from source: any MemoryBackend, to target: any MemoryBackend, sessions: [String]? = nil, batchSize: Int = 100,
    options: MigrationOptions = MigrationOptions(),
    progress: (@Sendable (MigrationProgress) -> Void)? = nil
) async throws -> MigrationResult {
    guard batchSize > 0 else { throw MemoryError(.invalidArgument, "A batch holds at least one message") }
    let begun = ContinuousClock.now
    let tally = MigrationTally(totalSessions: sessions?.count, report: progress)
    var ids = SessionQueue(source: source, given: sessions)
    try await withThrowingTaskGroup(of: Void.self) { group in
        var running = 0
        while !tally.isStopped, let id = try await ids.next() {
            if running >= options.concurrency {
                try await group.next()
                running -= 1
            }
            group.addTask {
                var session = SessionMigration(
                    id: id, source: source, target: target, batchSize: batchSize, options: options, tally: tally)
                try await session.run()
            }
            running += 1
        }
        try await group.waitForAll()
    }
    var result = tally.result
    result.duration = ContinuousClock.now - begun
    return result
}

/// The ids to copy: those given, or those that the source lists.
private struct SessionQueue {
    private var given: ArraySlice<String>?
    private var listed: SessionStream.Iterator

    init(source: any MemoryBackend, given: [String]?) {
        self.given = given?[...]
        listed = source.allSessions().makeAsyncIterator()
    }

    mutating func next() async throws -> String? {
        if given != nil { return given?.popFirst() }
        return try await listed.next()?.id
    }
}
