internal import AgentMemory

/// Ranks the messages of one snapshot of the index for one query. Belongs to one search.
///
/// In the whole store here; with their neighbors, in one session, and by time alone in the files beside this one.
final class Ranker {
    /// Which of some sequences of a session are there.
    typealias Liveness = (_ session: UInt64, _ sequences: Range<UInt64>) -> [Range<UInt64>]

    let runs: [RunReader]
    let accesses: [any RunAccess]
    let plan: SearchPlan
    let ranking: SearchRanking
    let isLive: Liveness
    private var knownColumns: [RunColumns?]
    /// Messages of before or after these seconds are left out; the exact times are looked at in the message.
    let times_s: ClosedRange<Int64>?

    init(
        _ runs: [RunReader], _ cache: PageCache, _ patience: SegmentReader.Patience, _ plan: SearchPlan,
        _ ranking: SearchRanking, _ isLive: @escaping Liveness
    ) {
        self.runs = runs
        accesses = runs.map { $0.access(cache, patience) }
        knownColumns = Array(repeating: nil, count: runs.count)
        self.plan = plan
        self.ranking = ranking
        self.isLive = isLive
        if plan.filters.after != nil || plan.filters.before != nil {
            let first = plan.filters.after.map { MessageIndexer.seconds($0.microseconds) } ?? .min
            let last = plan.filters.before.map { MessageIndexer.seconds($0.microseconds) } ?? .max
            times_s = first...max(first, last)
        } else {
            times_s = nil
        }
    }

    func columns(_ run: Int) throws(MemoryError) -> RunColumns {
        if let known = knownColumns[run] { return known }
        let columns = try runs[run].columns(accesses[run])
        knownColumns[run] = columns
        return columns
    }

    // MARK: Terms

    /// More terms than this with one beginning are too many to mean anything.
    private static let expansionMax = 10_000

    /// The postings of a term in a run; `nil` when there are none.
    func cursor(_ term: SearchPlan.Term, _ run: Int) throws(MemoryError) -> PostingsCursor? {
        let reader = runs[run]
        let access = accesses[run]
        if term.isPrefix {
            var entries: [TermEntry] = []
            try withBytes(term.key) { (key) throws(MemoryError) in
                try reader.dictionary.forEach(from: key, access) { (found, entry) throws(MemoryError) in
                    guard found.count >= key.count,
                        compare(UnsafeRawBufferPointer(rebasing: found[..<key.count]), key) == 0
                    else { return false }
                    entries.append(entry)
                    return entries.count < Self.expansionMax
                }
            }
            return try union(entries, run)
        }
        if term.alternatives.isEmpty {
            guard let entry = try find(term.key, run) else { return nil }
            return try PostingsCursor(reader, entry, access)
        }
        var entries: [TermEntry] = []
        for key in [term.key] + term.alternatives { if let entry = try find(key, run) { entries.append(entry) } }
        return try union(entries, run)
    }

    private func union(_ entries: [TermEntry], _ run: Int) throws(MemoryError) -> PostingsCursor? {
        if entries.isEmpty { return nil }
        if entries.count == 1 { return try PostingsCursor(runs[run], entries[0], accesses[run]) }
        var list: [(document: UInt32, count: UInt8)] = []
        for entry in entries {
            let cursor = try PostingsCursor(runs[run], entry, accesses[run])
            try cursor.forEach { list.append(($0, $1)) }
        }
        list.sort { $0.document < $1.document }
        var merged: [(document: UInt32, count: UInt8)] = []
        for item in list {
            if let last = merged.last, last.document == item.document {
                merged[merged.count - 1].count = UInt8(min(255, Int(last.count) + Int(item.count)))
            } else {
                merged.append(item)
            }
        }
        return PostingsCursor(runs[run], merged, accesses[run])
    }

    func find(_ key: [UInt8], _ run: Int) throws(MemoryError) -> TermEntry? {
        try withBytes(key) { (key) throws(MemoryError) in try runs[run].dictionary.find(key, accesses[run]) }
    }

    private func withBytes<Result>(
        _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(MemoryError) -> Result
    ) throws(MemoryError) -> Result {
        try bytes.withUnsafeBytes { (bytes) -> Swift.Result<Result, MemoryError> in
            do throws(MemoryError) { return .success(try body(bytes)) } catch { return .failure(error) }
        }.get()
    }

    // MARK: The whole store

    /// The best messages of all sessions.
    func best(_ limit: Int) throws(MemoryError) -> [RankedDocument] {
        let documents = runs.reduce(0) { $0 + $1.documents }
        guard documents > 0, limit > 0 else { return [] }
        let lengthSum = runs.reduce(0.0) { $0 + Double($1.summary.lengthSum) }
        let spreads = ranking.contains(.neighbors)
        let parameters = RankingParameters.of(ranking, isQuestion: plan.isQuestion)
        let scoring = Scoring(
            k1: Double(parameters.k1), b: Double(parameters.b), averageLength: lengthSum / Double(documents))
        var cursors: [[PostingsCursor?]] = []
        var weights: [Double] = []
        var exactWeights: [Double] = []
        var tables: [ContributionTable] = []
        for term in plan.terms {
            var list: [PostingsCursor?] = []
            for run in runs.indices { list.append(try cursor(term, run)) }
            let count = list.reduce(0) { $0 + ($1?.entry.count ?? 0) }
            let rarity = Scoring.inverseFrequency(count, of: documents)
            let weight = term.isFilter || term.isFunctionWord || term.isExcluded ? 0 : weight(rarity, parameters)
            exactWeights.append(rarity)
            weights.append(weight)
            tables.append(ContributionTable(scoring, weight: weight, count: count))
            cursors.append(list)
        }
        // Neighbors can lift a message that isn't among the best by its own words.
        let wanted = spreads ? max(10 * limit, 100) : limit
        // First as if everything were still there, which is nearly always so: finding out costs more than scoring.
        var top = TopDocuments(limit: wanted)
        for run in runs.indices { try evaluate(run, cursors, tables, checksLiveness: false, into: &top) }
        if top.items.contains(where: { isLive($0.session, $0.sequence..<($0.sequence + 1)).isEmpty }) {
            top = TopDocuments(limit: wanted)
            for run in runs.indices { try evaluate(run, cursors, tables, checksLiveness: true, into: &top) }
        }
        let ranked = top.sorted()
        if ranking.isEmpty { return ranked }
        return try rescore(ranked, cursors, weights, exactWeights, lengthSum / Double(documents), parameters, limit)
    }

    func weight(_ rarity: Double, _ parameters: RankingParameters) -> Double {
        parameters.rarityPower == 1 || rarity <= 0 ? max(0, rarity) : PlatformMath.pow(rarity, parameters.rarityPower)
    }

    private func evaluate(
        _ run: Int, _ cursors: [[PostingsCursor?]], _ tables: [ContributionTable], checksLiveness: Bool,
        into top: inout TopDocuments
    ) throws(MemoryError) {
        var terms: [RunEvaluator.Term] = []
        for (index, term) in plan.terms.enumerated() {
            if term.isFunctionWord, !term.isRequired { continue }
            guard let cursor = cursors[index][run] else {
                if term.isRequired { return }
                continue
            }
            terms.append(
                try RunEvaluator.Term(
                    cursor, tables[index], isRequired: term.isRequired, isExcluded: term.isExcluded))
        }
        let evaluator = RunEvaluator(runs[run], try columns(run)) { [self] (document, score, top) throws(MemoryError) in
            let time = try time(document, run)
            if !top.admits(score, time_s: time) { return }
            if let times_s, !times_s.contains(time) { return }
            let found = try locate(document, score: score, time_s: time, run)
            if checksLiveness, isLive(found.session, found.sequence..<(found.sequence + 1)).isEmpty { return }
            top.offer(found)
        }
        try evaluator.evaluate(terms, into: &top)
    }

    /// Where a message stands.
    func locate(
        _ document: UInt32, score: UInt32, time_s: Int64, _ run: Int
    ) throws(MemoryError) -> RankedDocument {
        let entry = try columns(run).entry(ofDocument: document)
        return RankedDocument(
            score: score, time_s: time_s, session: entry.session,
            sequence: entry.firstSequence + UInt64(document - entry.start), run: Int32(run), document: document)
    }

    func time(_ document: UInt32, _ run: Int) throws(MemoryError) -> Int64 {
        let summary = runs[run].summary
        let bytes = try accesses[run].bytes(
            at: summary.times + 4 * UInt64(document), count: 4, of: runs[run].bytes)
        return summary.timeBase_s + Int64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    }
}
