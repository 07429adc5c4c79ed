internal import AgentMemory

/// Ranks the messages of one snapshot of the index for one query. Belongs to one search.
final class Ranker {
    /// Which of some sequences of a session are there.
    typealias Liveness = (_ session: UInt64, _ sequences: Range<UInt64>) -> [Range<UInt64>]

    private let runs: [RunReader]
    let accesses: [any RunAccess]
    private let plan: SearchPlan
    private let ranking: SearchRanking
    private let isLive: Liveness
    /// Messages of before or after these seconds are left out; the exact times are looked at in the message.
    private let times_s: ClosedRange<Int64>?

    init(
        _ runs: [RunReader], _ cache: PageCache, _ patience: SegmentReader.Patience, _ plan: SearchPlan,
        _ ranking: SearchRanking, _ isLive: @escaping Liveness
    ) {
        self.runs = runs
        accesses = runs.map { $0.access(cache, patience) }
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

    // MARK: Terms

    /// More terms than this with one beginning are too many to mean anything.
    private static let expansionMax = 256

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
        for term in plan.terms {
            var list: [PostingsCursor?] = []
            for run in runs.indices { list.append(try cursor(term, run)) }
            let count = list.reduce(0) { $0 + ($1?.entry.count ?? 0) }
            exactWeights.append(Scoring.inverseFrequency(count, of: documents))
            weights.append(
                term.isFilter || term.isFunctionWord || term.isExcluded
                    ? 0 : weight(Scoring.inverseFrequency(count, of: documents), parameters))
            cursors.append(list)
        }
        let tables = weights.map { ContributionTable(scoring, weight: $0) }
        // Neighbors can lift a message that isn't among the best by its own words.
        var top = TopDocuments(limit: spreads ? max(10 * limit, 100) : limit)
        for run in runs.indices {
            try evaluate(run, cursors, tables, weights, into: &top)
        }
        let ranked = top.sorted()
        if ranking.isEmpty { return ranked }
        return try rescore(ranked, cursors, weights, exactWeights, lengthSum / Double(documents), parameters, limit)
    }

    private func weight(_ rarity: Double, _ parameters: RankingParameters) -> Double {
        parameters.rarityPower == 1 ? rarity : Self.power(rarity, parameters.rarityPower)
    }

    static func power(_ base: Double, _ exponent: Double) -> Double {
        base <= 0 ? 0 : PlatformMath.pow(base, exponent)
    }

    private func evaluate(
        _ run: Int, _ cursors: [[PostingsCursor?]], _ tables: [ContributionTable], _ weights: [Double],
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
        let evaluator = RunEvaluator(runs[run], accesses[run]) { [self] (document, score) throws(MemoryError) in
            try locate(document, score: score, run)
        }
        try evaluator.evaluate(terms, into: &top)
    }

    /// Where a message stands and when it was said; `nil` if it isn't there any more or not of the right time.
    private func locate(_ document: UInt32, score: UInt32, _ run: Int) throws(MemoryError) -> RankedDocument? {
        let reader = runs[run]
        let access = accesses[run]
        let time = try self.time(document, run)
        if let times_s, !times_s.contains(time) { return nil }
        let entry = try reader.directory.entry(ofDocument: document, access)
        let sequence = entry.firstSequence + UInt64(document - entry.start)
        if isLive(entry.session, sequence..<(sequence + 1)).isEmpty { return nil }
        return RankedDocument(
            score: score, time_s: time, session: entry.session, sequence: sequence, run: Int32(run),
            document: document)
    }

    private func time(_ document: UInt32, _ run: Int) throws(MemoryError) -> Int64 {
        let summary = runs[run].summary
        let bytes = try accesses[run].bytes(
            at: summary.times + 4 * UInt64(document), count: 4, of: runs[run].bytes)
        return summary.timeBase_s + Int64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    }

    // MARK: Neighbors, in the whole store

    /// The second phase: the best by their own words, and the messages around them, are scored with their neighbors.
    private func rescore(
        _ ranked: [RankedDocument], _ cursors: [[PostingsCursor?]], _ weights: [Double], _ exactWeights: [Double],
        _ averageLength: Double, _ parameters: RankingParameters, _ limit: Int
    ) throws(MemoryError) -> [RankedDocument] {
        var top = TopDocuments(limit: limit)
        let byRun = Dictionary(grouping: ranked, by: \.run)
        for (run, documents) in byRun.sorted(by: { $0.key < $1.key }) {
            let run = Int(run)
            let sorted = documents.map(\.document).sorted()
            var index = 0
            while index < sorted.count {
                // Candidates that are near each other share a window.
                let entry = try runs[run].directory.entry(ofDocument: sorted[index], accesses[run])
                let first = sorted[index]
                var last = first
                while index < sorted.count, sorted[index] < entry.end, sorted[index] <= last + 8 {
                    last = sorted[index]
                    index += 1
                }
                let reach: UInt32 = ranking.contains(.neighbors) ? 3 : 0
                let centers = max(entry.start, first >= reach ? first - reach : 0)..<min(entry.end, last + reach + 1)
                try rescore(
                    centers, entry, run, cursors, weights, exactWeights, averageLength, parameters, into: &top)
            }
        }
        return top.sorted()
    }

    private func rescore(
        _ centers: Range<UInt32>, _ entry: DirectoryEntry, _ run: Int, _ cursors: [[PostingsCursor?]],
        _ weights: [Double], _ exactWeights: [Double], _ averageLength: Double, _ parameters: RankingParameters,
        into top: inout TopDocuments
    ) throws(MemoryError) {
        let lower = max(entry.start, centers.lowerBound >= 3 ? centers.lowerBound - 3 : 0)
        let window = lower..<min(entry.end, centers.upperBound + 3)
        var conversation = ConversationWindow(count: window.count)
        let firstSequence = entry.firstSequence + UInt64(window.lowerBound - entry.start)
        for live in isLive(entry.session, firstSequence..<(firstSequence + UInt64(window.count))) {
            for sequence in live { conversation.isPresent[Int(sequence - firstSequence)] = true }
        }
        let lengths = RunLengths(runs[run], accesses[run])
        for (place, document) in window.enumerated() {
            conversation.lengths[place] = try lengths[document]
            conversation.times_s[place] = try time(document, run)
        }
        for (index, term) in plan.terms.enumerated() {
            let own =
                try cursors[index][run].map { (cursor) throws(MemoryError) in
                    try Self.postings(cursor, in: window)
                } ?? []
            if term.isRequired, own.isEmpty { return }
            conversation.restrict(term, own)
            if term.isFilter || term.isExcluded { continue }
            let exactWeight = exactWeights[index]
            if !term.isPrefix { conversation.addExact(exactWeight, own) }
            if term.isFunctionWord { continue }
            conversation.add(weights[index], try own + formPostings(term, run, window))
            if ranking.contains(.authors), let key = term.authorKey {
                conversation.addAuthor(try postings(of: key, run, in: window))
            }
        }
        for (kind, keys) in features(conversation.namesAuthor) {
            for key in keys { conversation.add(kind, try postings(of: key, run, in: window)) }
        }
        let (scores, exact) = conversation.scores(
            parameters: parameters, averageLength: Float(averageLength), dates: plan.dates, withSittings: false)
        for document in centers {
            let place = Int(document - window.lowerBound)
            guard conversation.isResult(place), scores[place] > 0 else { continue }
            if let times_s, !times_s.contains(conversation.times_s[place]) { continue }
            let isExact = (exact?[place] ?? 0) > 0
            top.offer(
                RankedDocument(
                    score: Self.points(isExact ? exact?[place] ?? 0 : scores[place], isExact: isExact),
                    time_s: conversation.times_s[place], session: entry.session,
                    sequence: firstSequence + UInt64(place), run: Int32(run), document: document))
        }
    }

    private func formPostings(
        _ term: SearchPlan.Term, _ run: Int, _ window: Range<UInt32>
    ) throws(MemoryError) -> ConversationWindow.Postings {
        var postings: ConversationWindow.Postings = []
        for key in term.forms { postings += try self.postings(of: key, run, in: window) }
        return postings
    }

    private func postings(
        of key: [UInt8], _ run: Int, in window: Range<UInt32>
    ) throws(MemoryError) -> ConversationWindow.Postings {
        guard let entry = try find(key, run) else { return [] }
        return try Self.postings(try PostingsCursor(runs[run], entry, accesses[run]), in: window)
    }

    private static func postings(
        _ cursor: PostingsCursor, in window: Range<UInt32>
    ) throws(MemoryError) -> ConversationWindow.Postings {
        var postings: ConversationWindow.Postings = []
        try cursor.forEach(in: window) { postings.append((Int($0 - window.lowerBound), $1)) }
        return postings
    }

    /// Messages with every word of the query come before all others: their scores begin where those of the others end.
    static func points(_ score: Float, isExact: Bool) -> UInt32 {
        let points = UInt32(min(Double(score) * Scoring.unit, 2e9))
        return isExact ? points + 0x8000_0000 : points
    }

    /// What ``points(_:isExact:)`` stands for.
    static func score(_ points: UInt32) -> Double {
        // All scores that aren't exact are below this.
        points >= 0x8000_0000 ? 8192 + Double(points - 0x8000_0000) / Scoring.unit : Double(points) / Scoring.unit
    }

    /// Words that say something about a message whatever the query is, looked up only if the query makes them matter.
    private func features(_ namesAuthor: Bool) -> [(ConversationWindow.Feature, [[UInt8]])] {
        var features: [(ConversationWindow.Feature, [[UInt8]])] = []
        if plan.asksForTime { features.append((.time, FeatureWords.times)) }
        if namesAuthor { features.append((.firstPerson, FeatureWords.firstPerson)) }
        return features
    }

    // MARK: One session

    /// The best messages of a session, by the statistics of its own live messages.
    func best(_ limit: Int, in session: UInt64) throws(MemoryError) -> [RankedDocument] {
        var stretches: [(entry: DirectoryEntry, run: Int)] = []
        for run in runs.indices {
            for entry in try runs[run].directory.entries(ofSession: session, accesses[run]) {
                stretches.append((entry, run))
            }
        }
        guard limit > 0, let (base, span) = keepLive(&stretches, of: session) else { return [] }
        var conversation = ConversationWindow(count: Int(span))
        for live in isLive(session, base..<(base + span)) {
            for sequence in live { conversation.isPresent[Int(sequence - base)] = true }
        }
        // Only what the index has: the rest can't be found.
        var isIndexed = [Bool](repeating: false, count: Int(span))
        let needsTimes = !ranking.isEmpty || times_s != nil
        for (entry, run) in stretches {
            let place = Int(entry.firstSequence - base)
            let lengths = RunLengths(runs[run], accesses[run])
            for offset in 0..<Int(entry.count) {
                conversation.lengths[place + offset] = try lengths[entry.start + UInt32(offset)]
                isIndexed[place + offset] = true
                if needsTimes { conversation.times_s[place + offset] = try time(entry.start + UInt32(offset), run) }
            }
        }
        var live = 0
        var lengthSum = 0.0
        for place in 0..<Int(span) {
            if !isIndexed[place] { conversation.isPresent[place] = false }
            if conversation.isPresent[place] {
                live += 1
                lengthSum += Double(DocumentLength.table[Int(conversation.lengths[place])])
            }
        }
        guard live > 0 else { return [] }
        let parameters = RankingParameters.of(ranking, isQuestion: plan.isQuestion)
        for term in plan.terms {
            let postings = try sessionPostings(stretches, base) { (run) throws(MemoryError) -> PostingsCursor? in
                try cursor(term, run)
            }
            let count = conversation.presentCount(postings)
            if count == 0, term.isRequired { return [] }
            conversation.restrict(term, postings)
            if term.isFilter || term.isExcluded { continue }
            if !ranking.isEmpty, !term.isPrefix {
                conversation.addExact(Scoring.inverseFrequency(count, of: live), postings)
            }
            if term.isFunctionWord { continue }
            var all = postings
            for key in term.forms { all += try sessionPostings(stretches, base, of: key) }
            let allCount = term.forms.isEmpty ? count : conversation.presentCount(Self.unique(all))
            conversation.add(weight(Scoring.inverseFrequency(allCount, of: live), parameters), all)
            if ranking.contains(.authors), let key = term.authorKey {
                conversation.addAuthor(try sessionPostings(stretches, base, of: key))
            }
        }
        for (kind, keys) in features(conversation.namesAuthor) {
            for key in keys { conversation.add(kind, try sessionPostings(stretches, base, of: key)) }
        }
        let (scores, exact) = conversation.scores(
            parameters: parameters, averageLength: Float(lengthSum / Double(live)), dates: plan.dates,
            withSittings: ranking.contains(.sittings))
        var top = TopDocuments(limit: limit)
        for place in 0..<Int(span) where scores[place] > 0 {
            guard conversation.isResult(place) else { continue }
            if let times_s, !times_s.contains(conversation.times_s[place]) { continue }
            let isExact = (exact?[place] ?? 0) > 0
            let points = Self.points(isExact ? exact?[place] ?? 0 : scores[place], isExact: isExact)
            if points < top.threshold { continue }
            top.offer(
                RankedDocument(
                    score: points, time_s: needsTimes ? conversation.times_s[place] : 0, session: session,
                    sequence: base + UInt64(place), run: -1, document: 0))
        }
        return top.sorted()
    }

    /// Cuts stretches to where the session's live messages are, so that what is gone costs nothing.
    ///
    /// - Returns: The first sequence and how many there are up to the last.
    private func keepLive(
        _ stretches: inout [(entry: DirectoryEntry, run: Int)], of session: UInt64
    ) -> (base: UInt64, span: UInt64)? {
        guard let lower = stretches.map(\.entry.sequences.lowerBound).min(),
            let upper = stretches.map(\.entry.sequences.upperBound).max()
        else { return nil }
        let live = isLive(session, lower..<upper)
        guard let first = live.first, let last = live.last else { return nil }
        let range = first.lowerBound..<last.upperBound
        guard range.upperBound - range.lowerBound <= UInt64(RunLayout.documentsMax) else { return nil }
        stretches = stretches.compactMap { entry, run in
            let kept = entry.sequences.clamped(to: range)
            if kept.isEmpty { return nil }
            var entry = entry
            entry.start += UInt32(kept.lowerBound - entry.firstSequence)
            entry.firstSequence = kept.lowerBound
            entry.count = UInt32(kept.count)
            return (entry, run)
        }
        return (range.lowerBound, range.upperBound - range.lowerBound)
    }

    private static func unique(_ postings: ConversationWindow.Postings) -> ConversationWindow.Postings {
        var seen: Set<Int> = []
        return postings.filter { seen.insert($0.place).inserted }
    }

    private func sessionPostings(
        _ stretches: [(entry: DirectoryEntry, run: Int)], _ base: UInt64, of key: [UInt8]
    ) throws(MemoryError) -> ConversationWindow.Postings {
        try sessionPostings(stretches, base) { (run) throws(MemoryError) -> PostingsCursor? in
            guard let entry = try find(key, run) else { return nil }
            return try PostingsCursor(runs[run], entry, accesses[run])
        }
    }

    /// A term's postings in a session, by place.
    private func sessionPostings(
        _ stretches: [(entry: DirectoryEntry, run: Int)], _ base: UInt64,
        _ cursor: (_ run: Int) throws(MemoryError) -> PostingsCursor?
    ) throws(MemoryError) -> [(place: Int, count: UInt8)] {
        var postings: [(place: Int, count: UInt8)] = []
        var cursors: [Int: PostingsCursor?] = [:]
        for (entry, run) in stretches {
            let known: PostingsCursor?
            if let made = cursors[run] {
                known = made
            } else {
                known = try cursor(run)
                cursors[run] = .some(known)
            }
            guard let known else { continue }
            let offset = Int(entry.firstSequence - base) - Int(entry.start)
            try known.forEach(in: entry.start..<entry.end) { postings.append((Int($0) + offset, $1)) }
        }
        return postings
    }

    // MARK: Without words

    /// The newest messages that pass the filters, of one session or of all.
    func newest(_ limit: Int, in session: UInt64?) throws(MemoryError) -> [RankedDocument] {
        var top = TopDocuments(limit: limit)
        for run in runs.indices {
            var required: [PostingsCursor] = []
            var excluded: [PostingsCursor] = []
            var isImpossible = false
            for term in plan.terms {
                let cursor = try cursor(term, run)
                if term.isExcluded { if let cursor { excluded.append(cursor) } }
                if term.isRequired { if let cursor { required.append(cursor) } else { isImpossible = true } }
            }
            if isImpossible { continue }
            let ranges: [Range<UInt32>]
            if let session {
                ranges = try runs[run].directory.entries(ofSession: session, accesses[run]).map { $0.start..<$0.end }
            } else {
                ranges = [0..<runs[run].summary.documents]
            }
            for range in ranges {
                var allowed = [Bool](repeating: true, count: range.count)
                for cursor in required {
                    var has = [Bool](repeating: false, count: range.count)
                    try cursor.forEach(in: range) { document, _ in has[Int(document - range.lowerBound)] = true }
                    for index in allowed.indices where !has[index] { allowed[index] = false }
                }
                for cursor in excluded {
                    try cursor.forEach(in: range) { document, _ in allowed[Int(document - range.lowerBound)] = false }
                }
                for index in allowed.indices where allowed[index] {
                    let document = range.lowerBound + UInt32(index)
                    // Of equal scores the newer comes first, and most are older than the worst that is kept.
                    if top.isFull, let worst = top.items.first, try time(document, run) < worst.time_s { continue }
                    if let found = try locate(document, score: 0, run) { top.offer(found) }
                }
            }
        }
        return top.sorted()
    }
}
