internal import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

/// Searching: index what isn't yet, rank, look at the messages that were found.
extension Engine {
    /// A message that a search ranked, without its text.
    struct RankedHit: Sendable {
        var session: String
        var sequence: UInt64
        var score: Double
    }

    /// The best messages, best first, without looking at them: what a search costs before the answer is fetched.
    ///
    /// - Parameter limit: At least 1.
    func rank(
        _ plan: SearchPlan, in session: String?, limit: Int, ranking: SearchRanking
    ) async throws(MemoryError) -> (found: [RankedHit], isComplete: Bool) {
        if state.withLock({ $0.isClosed }) { throw .closedStore }
        catchUpInline()
        try indexBacklog()
        let number: UInt64?
        if let session {
            guard let known = state.withLock({ $0.sessionNumber(session) }) else { return ([], true) }
            number = known
        } else {
            number = nil
        }
        var attempt = 0
        while true {
            attempt += 1
            if search.contents.withLock({ $0.disk == nil }) {
                _ = try await onIOThread { () throws(MemoryError) in try self.openRuns().count }
            }
            let snapshot = searchSnapshot()
            do throws(MemoryError) {
                let ranked: [RankedDocument]
                do throws(MemoryError) {
                    ranked = try rank(snapshot, plan, number, limit, ranking, .cachedOnly)
                } catch  where error.isWouldBlock {
                    ranked = try await onIOThread { () throws(MemoryError) in
                        try self.rank(snapshot, plan, number, limit, ranking, .mayWait)
                    }
                }
                return (name(ranked), snapshot.isComplete)
            } catch {
                let isStale = search.contents.withLock { $0.version != snapshot.version }
                guard attempt < Self.attemptsMax else { throw error }
                if !noteDamage(error), !isStale { throw error }
            }
        }
    }

    private static let attemptsMax = 20

    func searchSnapshot() -> SearchIndex.Snapshot {
        search.contents.withLock { contents in
            let disk = contents.disk ?? []
            return SearchIndex.Snapshot(
                runs: disk.map(\.reader) + contents.memory.map(\.reader),
                isComplete: !contents.isCatchingUp, version: contents.version)
        }
    }

    private func rank(
        _ snapshot: SearchIndex.Snapshot, _ plan: SearchPlan, _ session: UInt64?, _ limit: Int,
        _ ranking: SearchRanking, _ patience: SegmentReader.Patience
    ) throws(MemoryError) -> [RankedDocument] {
        let ranker = Ranker(snapshot.runs, search.cache, patience, plan, ranking, liveSequences)
        switch plan.selection {
        case .nothing: return []
        case .newestFirst: return try ranker.newest(limit, in: session)
        case .ranked:
            if let session { return try ranker.best(limit, in: session) }
            return try ranker.best(limit)
        }
    }

    private func name(_ ranked: [RankedDocument]) -> [RankedHit] {
        state.withLock { state in
            ranked.compactMap { document in
                guard let slot = state.table.slot(ofNumber: document.session) else { return nil }
                return RankedHit(
                    session: state.table[slot].pointee.idText, sequence: document.sequence,
                    score: Ranker.score(document.score))
            }
        }
    }

    // MARK: Hits

    /// Searches and fetches what was found.
    func searchHits(
        _ text: String, in session: String?, options searchOptions: SearchOptions
    ) async throws(MemoryError) -> SearchResults {
        let searchOptions = Self.bounded(searchOptions)
        let plan = plan(text, searchOptions)
        var results = SearchResults(
            hits: [], isComplete: searchSnapshot().isComplete, indexedMessages: 0, messages: 0)
        let matcher = MessageMatcher(plan, stemsEnglish: options.stemsEnglish)
        var wanted = searchOptions.limit
        if matcher.rejectsSome { wanted = max(4 * wanted, 40) }
        while searchOptions.limit > 0 {
            let (found, isComplete) = try await rank(
                plan, in: session, limit: wanted, ranking: searchOptions.ranking)
            results.isComplete = isComplete
            results.hits = []
            for one in found {
                guard let hit = try await hit(one, matcher, searchOptions) else { continue }
                results.hits.append(hit)
                if results.hits.count == searchOptions.limit { break }
            }
            // Messages that are looked at may turn out not to be results: then more are looked at.
            if results.hits.count == searchOptions.limit || found.count < wanted { break }
            wanted *= 4
        }
        results.messages = state.withLock { $0.liveMessages }
        results.indexedMessages = searchSnapshot().runs.reduce(0) { $0 + UInt64($1.documents) }
        return results
    }

    private func plan(_ text: String, _ searchOptions: SearchOptions) -> SearchPlan {
        var query = Query(parsing: text, now: Timestamp(microseconds: clock.now_µs()))
        if let role = searchOptions.role, query.filters.roles.isEmpty { query.filters.add(role, isExcluded: false) }
        if let after = searchOptions.after { query.filters.add(after: after) }
        if let before = searchOptions.before { query.filters.add(before: before) }
        return SearchPlan(query, stemsEnglish: options.stemsEnglish, ranking: searchOptions.ranking)
    }

    /// How many messages have what a query asks for.
    func matchCount(
        _ text: String, in session: String?, options searchOptions: SearchOptions
    ) async throws(MemoryError) -> Int {
        var searchOptions = searchOptions
        searchOptions.ranking = .wordsOnly
        searchOptions.context = 0
        let plan = plan(text, searchOptions)
        let matcher = MessageMatcher(plan, stemsEnglish: options.stemsEnglish)
        let found = try await rank(plan, in: session, limit: RunLayout.documentsMax, ranking: .wordsOnly).found
        guard matcher.rejectsSome else { return found.count }
        var count = 0
        for one in found where try await hit(one, matcher, searchOptions) != nil { count += 1 }
        return count
    }

    /// Options with numbers that can be added to and multiplied: nobody has so many messages in a run, or reads so many
    /// neighbors.
    private static func bounded(_ options: SearchOptions) -> SearchOptions {
        var options = options
        options.limit = min(options.limit, RunLayout.documentsMax)
        options.context = min(options.context, contextMax)
        return options
    }

    private static let contextMax = 100_000

    /// The best messages without their texts; `nil` when the texts have to be looked at to tell.
    func searchMatches(
        _ text: String, in session: String?, options searchOptions: SearchOptions
    ) async throws(MemoryError) -> [RankedScan.Match]? {
        let searchOptions = Self.bounded(searchOptions)
        guard searchOptions.limit > 0, searchOptions.role == nil, searchOptions.after == nil,
            searchOptions.before == nil
        else { return searchOptions.limit == 0 ? [] : nil }
        let query = Query(parsing: text, now: Timestamp(microseconds: clock.now_µs()))
        let plan = SearchPlan(query, stemsEnglish: options.stemsEnglish, ranking: searchOptions.ranking)
        guard plan.phrases.isEmpty, plan.filters.isEmpty else { return nil }
        return try await rank(plan, in: session, limit: searchOptions.limit, ranking: searchOptions.ranking).found.map {
            RankedScan.Match(session: $0.session, sequence: $0.sequence, score: $0.score)
        }
    }

    private func hit(
        _ found: RankedHit, _ matcher: MessageMatcher, _ searchOptions: SearchOptions
    ) async throws(MemoryError) -> SearchHit? {
        let context = searchOptions.context
        var before = try await load(found.session, limit: context + 1, before: found.sequence + 1)
        // Gone since it was ranked.
        guard let message = before.popLast(), message.sequence == found.sequence else { return nil }
        if let role = searchOptions.role, message.role != role { return nil }
        guard let matches = matcher.matches(in: message) else { return nil }
        let after = context > 0 ? try await load(found.session, from: found.sequence + 1, limit: context) : []
        return SearchHit(
            session: found.session, sequence: found.sequence, score: found.score, message: message,
            snippet: SnippetMaker(content: message.content).snippet(matches), before: before, after: after)
    }
}

extension EngineState {
    fileprivate func sessionNumber(_ id: String) -> UInt64? {
        var id = id
        guard let slot = id.withUTF8({ table.find(UnsafeRawBufferPointer($0)) }) else { return nil }
        return table[slot].pointee.number
    }
}
