public import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

extension AmberlogStore {
    /// Moves what stands in the journal into segments now, rather than when the journal is full.
    public func checkpoint() async throws {
        try requireWritable()
        let engine = engine
        try await engine.onMaintenanceThread { () throws(MemoryError) in
            try engine.poisoning { () throws(MemoryError) in try engine.checkpoint() }
        }
    }

    /// Rewrites every segment that gains from it: dead messages go, live ones are compressed.
    public func compact() async throws -> CompactionReport {
        try requireWritable()
        let engine = engine
        return try await engine.onMaintenanceThread { () throws(MemoryError) in
            try engine.poisoning { () throws(MemoryError) in try engine.compactNow() }
        }
    }

    /// Removes the sessions that have expired, and returns them.
    @discardableResult
    public func sweep() async throws -> [SessionInfo] {
        try await engine.end(.expired, .expired)
    }

    /// Clears a session and returns after its bytes are out of every file of the store: overwritten, then removed.
    ///
    /// - Throws: `MemoryError` with `readersActive` while a read-only opener has an older state locked. The session is
    ///   gone for everyone else by then; its bytes go when the call is repeated, or at the next opening.
    @discardableResult
    public func erase(_ session: String) async throws -> EraseReport {
        try Self.check(session)
        return try await erase(.session(session))
    }

    /// Clears every session and returns after their bytes are out of every file of the store.
    @discardableResult
    public func eraseAll() async throws -> EraseReport {
        try await erase(.all)
    }

    private func erase(_ target: EndTarget) async throws -> EraseReport {
        _ = try await engine.end(target, .erased)
        let engine = engine
        return try await engine.onMaintenanceThread { () throws(MemoryError) in
            let report = try engine.poisoning { () throws(MemoryError) in try engine.finishErasures() }
            engine.requestMaintenance { $0.isJournalWanted = true }
            return report
        }
    }

    /// Copies the store as of now into a directory that is empty or doesn't exist, and verifies the copy. Saves and
    /// loads go on meanwhile.
    ///
    /// - Throws: `MemoryError`: `damaged` for a store that holds damaged data, of which a copy would tell nothing.
    public func backUp(to path: String) async throws -> BackupReport {
        let engine = engine
        if let refusal = engine.state.withLock({ engine.refusal($0) }) { throw refusal }
        let target = try Self.emptyDirectory(path)
        if engine.isReadOnly {
            return try await engine.onIOThread { () throws(MemoryError) in try engine.backUp(to: target) }
        }
        return try await engine.onMaintenanceThread { () throws(MemoryError) in try engine.backUp(to: target) }
    }

    /// Makes a store from a backup, in a directory that is empty or doesn't exist.
    public static func restore(from backup: String, to path: String) async throws -> BackupReport {
        var options = StoreOptions()
        options.access = .readOnly
        let source = try await open(backup, options: options)
        let report = try await source.backUp(to: path)
        try await source.close()
        return report
    }

    private static func emptyDirectory(_ path: String) throws(MemoryError) -> any FileSystem {
        try withFileErrors("Opening the target directory") { () throws(FileError) in
            try PosixFileSystem(root: path, create: true)
        }
    }

    // MARK: Searching

    /// The messages that match a query best: the hits of ``searchResults(_:in:options:)``.
    public func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        try await searchResults(query, in: session, options: options).hits
    }

    /// Searches, and says how much of the store was looked at.
    ///
    /// ```swift
    /// let results = try await store.searchResults(#"+"refund policy" role:user after:7d"#, in: "user_123")
    /// for hit in results.hits { print(hit.sequence, hit.snippet.text) }
    /// ```
    ///
    /// The words of a query are OR-ed and ranked; `"a phrase"`, `+must`, `-not`, `prefix*`, `role:tool`,
    /// `after:2026-01-01`, `before:`, `meta.key:value` narrow it down. Any string is a query. A message is found from the
    /// moment that its save has returned.
    ///
    /// In one session the ranking uses nothing but that session's own statistics, and costs time in proportion to its
    /// messages. Otherwise it is in proportion to the messages that have the words, much less where the best of many
    /// are wanted. See <doc:Search>.
    ///
    /// - Throws: `MemoryError`: `invalidSessionID`, `invalidArgument` for a negative limit or context, `closed`,
    ///   `damaged` when a message that was found can't be read.
    public func searchResults(
        _ query: String, in session: String? = nil, options: SearchOptions = SearchOptions()
    ) async throws -> SearchResults {
        if let session { try Self.check(session) }
        guard options.limit >= 0, options.context >= 0 else {
            throw MemoryError(.invalidArgument, "A search needs a limit and a context of 0 or more")
        }
        let engine = engine
        guard engine.options.isSearchEnabled else {
            let hits = try await scannedHits(query, in: session, options: options)
            let messages = engine.state.withLock { $0.liveMessages }
            return SearchResults(hits: hits, isComplete: true, indexedMessages: 0, messages: messages)
        }
        // One session is searched at once, in microseconds; the whole store may be work for another thread.
        if session != nil { return try await engine.searchHits(query, in: session, options: options) }
        return try await Self.elsewhere { try await engine.searchHits(query, in: nil, options: options) }
    }

    /// How many messages match a query: have one of its words, all that it demands, and nothing that it excludes.
    ///
    /// ```swift
    /// let count = try await store.matchCount("refund role:user", in: "user_123")
    /// ```
    ///
    /// Takes time in proportion to the matches; for phrases and conditions on time and metadata each of them is read.
    /// Neighbors of a match, which a search in a conversation may rank, don't count. Of the options, role, after and
    /// before count.
    ///
    /// - Throws: As ``searchResults(_:in:options:)`` does; `invalidArgument` for a store that was opened without
    ///   search.
    public func matchCount(
        _ query: String, in session: String? = nil, options: SearchOptions = SearchOptions()
    ) async throws -> Int {
        if let session { try Self.check(session) }
        guard engine.options.isSearchEnabled else {
            throw MemoryError(.invalidArgument, "The store was opened without search")
        }
        let engine = engine
        return try await Self.elsewhere { try await engine.matchCount(query, in: session, options: options) }
    }

    /// Where the best messages are, without reading them: what a search costs before its answer is fetched.
    ///
    /// The same messages in the same order as ``searchHits(_:in:options:)``.
    public func searchMatches(
        _ query: String, in session: String? = nil, options: SearchOptions = SearchOptions()
    ) async throws -> [RankedScan.Match] {
        if let session { try Self.check(session) }
        let engine = engine
        if engine.options.isSearchEnabled {
            let matches =
                session != nil
                ? try await engine.searchMatches(query, in: session, options: options)
                : try await Self.elsewhere { try await engine.searchMatches(query, in: nil, options: options) }
            if let matches { return matches }
        }
        return try await searchHits(query, in: session, options: options).map {
            RankedScan.Match(session: $0.session, sequence: $0.sequence, score: $0.score)
        }
    }

    /// Runs work on the shared pool of threads, whatever the caller's actor is.
    @concurrent
    private static func elsewhere<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        try await work()
    }

    /// Merges the index into one run, or two where ``StoreOptions/stemsEnglish`` has changed: searches are fastest then. It
    /// happens in the background by itself, in tiers.
    public func mergeIndex() async throws {
        try requireWritable()
        let engine = engine
        try await engine.onMaintenanceThread { () throws(MemoryError) in
            try engine.checkpoint()
            try engine.mergeAllRuns()
        }
    }

    /// Makes the index anew from the messages.
    ///
    /// ```swift
    /// try await store.reindex { done, total in print("\(done) of \(total) sessions") }
    /// ```
    ///
    /// For a store whose messages were indexed with another ``StoreOptions/stemsEnglish``. Damaged and missing parts of
    /// the index are made again without it. Until it is done, searches find what has been indexed so far.
    ///
    /// - Parameter progress: Told how many sessions of how many have been read.
    public func reindex(progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil) async throws {
        try requireWritable()
        let engine = engine
        engine.search.contents.withLock { $0.isReindexWanted = engine.options.isSearchEnabled }
        try await engine.onMaintenanceThread { () throws(MemoryError) in try engine.reindex(progress: progress) }
    }

    /// What the store holds and how it is doing. O(1).
    public var statistics: StoreStatistics {
        let engine = engine
        var (manifest, journals) = engine.catalog.withLock { catalog in
            (catalog.length, catalog.journals.values.reduce(0) { $0 + $1.size })
        }
        journals += engine.catalog.withLock { $0.recyclable.reduce(0) { $0 + $1.size } }
        let index = engine.indexStatistics
        return engine.state.withLock { state in
            StoreStatistics(
                sessions: state.table.count, messages: state.liveMessages, liveBytes: state.liveBytes,
                segmentBytes: state.segmentBytes, manifestBytes: manifest, journalBytes: journals,
                pendingBytes: state.pendingBytes, hotSessions: state.hot.count - state.freeHot.count,
                openFiles: state.descriptors.count, cachedBytes: state.messageCache.cost,
                committedBatch: state.committedThrough,
                durableBatch: state.durableThrough, indexRuns: index.runs, indexBytes: index.bytes,
                indexedMessages: index.messages, indexMemoryBytes: index.memoryBytes,
                isIndexComplete: index.isComplete ?? (index.through >= state.committedThrough),
                damages: state.damages, failure: state.failure,
                lastMaintenanceFailure: state.lastMaintenanceFailure)
        }
    }

    private func requireWritable() throws(MemoryError) {
        if engine.isReadOnly { throw .readOnlyStore }
        if let refusal = engine.state.withLock({ engine.refusal($0) }) { throw refusal }
    }
}
