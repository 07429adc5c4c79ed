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
    private var knownColumns: [RunColumns?]
    /// Messages of before or after these seconds are left out; the exact times are looked at in the message.
    private let times_s: ClosedRange<Int64>?

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

    private func columns(_ run: Int) throws(MemoryError) -> RunColumns {
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
        let tables = plan.terms.indices.map { index in
            let count = cursors[index].reduce(0) { $0 + ($1?.entry.count ?? 0) }
            return ContributionTable(scoring, weight: weights[index], count: count)
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

    private func weight(_ rarity: Double, _ parameters: RankingParameters) -> Double {
        parameters.rarityPower == 1 ? rarity : Self.power(rarity, parameters.rarityPower)
    }

    static func power(_ base: Double, _ exponent: Double) -> Double {
        base <= 0 ? 0 : PlatformMath.pow(base, exponent)
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
    private func locate(
        _ document: UInt32, score: UInt32, time_s: Int64, _ run: Int
    ) throws(MemoryError) -> RankedDocument {
        let entry = try columns(run).entry(ofDocument: document)
        return RankedDocument(
            score: score, time_s: time_s, session: entry.session,
            sequence: entry.firstSequence + UInt64(document - entry.start), run: Int32(run), document: document)
    }

    private func time(_ document: UInt32, _ run: Int) throws(MemoryError) -> Int64 {
        let summary = runs[run].summary
        let bytes = try accesses[run].bytes(
            at: summary.times + 4 * UInt64(document), count: 4, of: runs[run].bytes)
        return summary.timeBase_s + Int64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    }

    // MARK: Neighbors, in the whole store

    /// What the second phase looks up in a run, each once.
    private struct RunTerms {
        var own: [PostingsCursor?]
        /// Other forms of the terms, by term.
        var forms: [[PostingsCursor]]
        var authors: [PostingsCursor]
        var times: [PostingsCursor] = []
    }

    /// The second phase: the best by their own words, and the messages around them, are scored with their neighbors.
    private func rescore(
        _ ranked: [RankedDocument], _ cursors: [[PostingsCursor?]], _ weights: [Double], _ exactWeights: [Double],
        _ averageLength: Double, _ parameters: RankingParameters, _ limit: Int
    ) throws(MemoryError) -> [RankedDocument] {
        var top = TopDocuments(limit: limit)
        for run in runs.indices {
            let documents = ranked.filter { $0.run == Int32(run) }.map(\.document).sorted()
            if documents.isEmpty { continue }
            let windows = try windows(around: documents, run)
            try rescore(
                windows, run, try runTerms(run, cursors), weights, exactWeights, averageLength, parameters, into: &top)
        }
        return top.sorted()
    }

    /// Some messages of a session, at places of a ``ConversationWindow`` that has several such pieces.
    private struct Piece {
        var entry: DirectoryEntry
        var documents: Range<UInt32>
        /// Those that are scored; the others are their neighbors.
        var centers: Range<UInt32>
        var place: Int

        func sequence(_ document: UInt32) -> UInt64 { entry.firstSequence + UInt64(document - entry.start) }
    }

    /// Places between two pieces: nobody is a neighbor across.
    private static let gap = 3

    private func windows(around documents: [UInt32], _ run: Int) throws(MemoryError) -> [Piece] {
        let reach: UInt32 = ranking.contains(.neighbors) ? 3 : 0
        let columns = try columns(run)
        var pieces: [Piece] = []
        var place = 0
        var index = 0
        while index < documents.count {
            // Candidates that are near each other share a piece.
            let first = documents[index]
            let entry = try columns.entry(ofDocument: first)
            var last = first
            while index < documents.count, documents[index] < entry.end, documents[index] <= last + 4 * reach {
                last = documents[index]
                index += 1
            }
            if index < documents.count, documents[index] == first { index += 1 }
            let centers = max(entry.start, first >= reach ? first - reach : 0)..<min(entry.end, last + reach + 1)
            let lower = max(entry.start, centers.lowerBound >= reach ? centers.lowerBound - reach : 0)
            let range = lower..<min(entry.end, centers.upperBound + reach)
            pieces.append(Piece(entry: entry, documents: range, centers: centers, place: place))
            place += range.count + Self.gap
        }
        return pieces
    }

    private func runTerms(_ run: Int, _ cursors: [[PostingsCursor?]]) throws(MemoryError) -> RunTerms {
        var terms = RunTerms(own: cursors.map { $0[run] }, forms: [], authors: [])
        for term in plan.terms {
            var forms: [PostingsCursor] = []
            if !term.isFunctionWord {
                for key in term.forms { if let cursor = try cursor(of: key, run) { forms.append(cursor) } }
            }
            terms.forms.append(forms)
            if ranking.contains(.authors), !term.isFunctionWord, let key = term.authorKey,
                let cursor = try cursor(of: key, run)
            {
                terms.authors.append(cursor)
            }
        }
        if plan.asksForTime {
            for key in FeatureWords.times { if let cursor = try cursor(of: key, run) { terms.times.append(cursor) } }
        }
        return terms
    }

    private func cursor(of key: [UInt8], _ run: Int) throws(MemoryError) -> PostingsCursor? {
        guard let entry = try find(key, run) else { return nil }
        return try PostingsCursor(runs[run], entry, accesses[run])
    }

    private func rescore(
        _ pieces: [Piece], _ run: Int, _ terms: RunTerms, _ weights: [Double], _ exactWeights: [Double],
        _ averageLength: Double, _ parameters: RankingParameters, into top: inout TopDocuments
    ) throws(MemoryError) {
        guard let last = pieces.last else { return }
        var conversation = ConversationWindow(count: last.place + last.documents.count)
        conversation.isPartOfMore = true
        let lengths = try columns(run).lengths
        for piece in pieces {
            let first = piece.sequence(piece.documents.lowerBound)
            for live in isLive(piece.entry.session, first..<(first + UInt64(piece.documents.count))) {
                for sequence in live { conversation.isPresent[piece.place + Int(sequence - first)] = true }
            }
            for (offset, document) in piece.documents.enumerated() {
                conversation.lengths[piece.place + offset] = lengths[Int(document)]
                if !plan.dates.isEmpty { conversation.times_s[piece.place + offset] = try time(document, run) }
            }
        }
        for (index, term) in plan.terms.enumerated() {
            let own =
                try terms.own[index].map { (cursor) throws(MemoryError) in
                    try Self.postings(cursor, in: pieces)
                } ?? []
            conversation.restrict(term, own)
            if term.isFilter || term.isExcluded { continue }
            if !term.isPrefix { conversation.addExact(exactWeights[index], own) }
            if term.isFunctionWord { continue }
            var all = own
            for cursor in terms.forms[index] { all += try Self.postings(cursor, in: pieces) }
            conversation.add(weights[index], all)
        }
        for cursor in terms.authors { conversation.addAuthor(try Self.postings(cursor, in: pieces)) }
        for cursor in terms.times { conversation.add(.time, try Self.postings(cursor, in: pieces)) }
        if conversation.namesAuthor {
            for key in FeatureWords.firstPerson {
                guard let cursor = try cursor(of: key, run) else { continue }
                conversation.add(.firstPerson, try Self.postings(cursor, in: pieces))
            }
        }
        let (scores, exact) = conversation.scores(
            parameters: parameters, averageLength: Float(averageLength), dates: plan.dates, withSittings: false)
        for piece in pieces {
            for document in piece.centers {
                let place = piece.place + Int(document - piece.documents.lowerBound)
                guard conversation.isResult(place), scores[place] > 0 else { continue }
                let isExact = (exact?[place] ?? 0) > 0
                let points = Self.points(isExact ? exact?[place] ?? 0 : scores[place], isExact: isExact)
                guard top.admits(points) else { continue }
                let time = try time(document, run)
                if let times_s, !times_s.contains(time) { continue }
                top.offer(
                    RankedDocument(
                        score: points, time_s: time, session: piece.entry.session, sequence: piece.sequence(document),
                        run: Int32(run), document: document))
            }
        }
    }

    private static func postings(
        _ cursor: PostingsCursor, in pieces: [Piece]
    ) throws(MemoryError) -> ConversationWindow.Postings {
        var postings: ConversationWindow.Postings = []
        for piece in pieces {
            try cursor.forEach(in: piece.documents) {
                postings.append((piece.place + Int($0 - piece.documents.lowerBound), $1))
            }
        }
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
            for entry in try columns(run).entries(ofSession: session) {
                stretches.append((entry, run))
            }
        }
        stretches.sort { $0.entry.firstSequence < $1.entry.firstSequence }
        guard limit > 0, let (base, span) = keepLive(&stretches, of: session) else { return [] }
        if ranking.isEmpty, times_s == nil {
            return try bestByWords(limit, in: session, stretches, base..<(base + span))
        }
        var conversation = ConversationWindow(count: Int(span))
        let needsTimes = !ranking.isEmpty || times_s != nil
        for (entry, run) in stretches {
            let place = Int(entry.firstSequence - base)
            try copyLengths(entry, run, to: &conversation.lengths, at: place)
            if needsTimes { try copyTimes(entry, run, to: &conversation.times_s, at: place) }
            // Only what the index has: the rest can't be found.
            for live in isLive(session, entry.sequences) {
                for sequence in live { conversation.isPresent[Int(sequence - base)] = true }
            }
        }
        let table = DocumentLength.table
        var live = 0
        var lengthTotal: UInt64 = 0
        for place in 0..<Int(span) where conversation.isPresent[place] {
            live += 1
            lengthTotal += UInt64(table[Int(conversation.lengths[place])])
        }
        let lengthSum = Double(lengthTotal)
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

    /// By the words of each message alone: nothing is looked at but their postings.
    private func bestByWords(
        _ limit: Int, in session: UInt64, _ stretches: [(entry: DirectoryEntry, run: Int)], _ span: Range<UInt64>
    ) throws(MemoryError) -> [RankedDocument] {
        var live = 0
        var lengthSum: UInt64 = 0
        // Stretches that are live as a whole, which most are, have their sums in the directory.
        var liveRanges: [[Range<UInt64>]?] = []
        for (entry, run) in stretches {
            let ranges = isLive(session, entry.sequences)
            if ranges.count == 1, ranges[0] == entry.sequences, entry.lengthSum != Self.unknownSum {
                liveRanges.append(nil)
                live += Int(entry.count)
                lengthSum += entry.lengthSum
                continue
            }
            liveRanges.append(ranges)
            let lengths = try columns(run).lengths
            for range in ranges {
                live += range.count
                for sequence in range {
                    let document = entry.start + UInt32(sequence - entry.firstSequence)
                    lengthSum += UInt64(DocumentLength.words(lengths[Int(document)]))
                }
            }
        }
        guard live > 0 else { return [] }
        let parameters = RankingParameters.wordsOnly
        let scoring = Scoring(
            k1: Double(parameters.k1), b: Double(parameters.b), averageLength: Double(lengthSum) / Double(live))
        let isRestricted = plan.terms.contains { $0.isRequired || $0.isExcluded }
        var required: UInt64 = 0
        var sums: [UInt64] = []
        for (number, term) in plan.terms.enumerated() {
            // Postings with the place of the message in its session and the length.
            var found: [(place: UInt32, count: UInt8, length: UInt8)] = []
            var cursors: [PostingsCursor?] = Array(repeating: nil, count: runs.count)
            var isLookedUp = Array(repeating: false, count: runs.count)
            for (index, (entry, run)) in stretches.enumerated() {
                if !isLookedUp[run] {
                    cursors[run] = try cursor(term, run)
                    isLookedUp[run] = true
                }
                guard let cursor = cursors[run] else { continue }
                let lengths = try columns(run).lengths
                let offset = UInt32(entry.firstSequence - span.lowerBound)
                let from = found.count
                try cursor.forEach(in: entry.start..<entry.end) { found.append(($0 - entry.start + offset, $1, 0)) }
                for place in from..<found.count {
                    found[place].length = lengths[Int(found[place].place - offset + entry.start)]
                }
                if let ranges = liveRanges[index] {
                    let kept = found[from...].filter { posting in
                        ranges.contains { $0.contains(span.lowerBound + UInt64(posting.place)) }
                    }
                    found.replaceSubrange(from..., with: kept)
                }
            }
            if term.isRequired {
                if found.isEmpty { return [] }
                required |= 1 << UInt64(number & 63)
            }
            let weight =
                term.isFilter || term.isExcluded ? 0 : Scoring.inverseFrequency(found.count, of: live)
            for posting in found {
                let points =
                    weight > 0
                    ? scoring.contribution(weight, frequency: Double(posting.count), length: posting.length) : 0
                // One number that sorts by place: 32 bits of place, then what is added up.
                sums.append(UInt64(posting.place) << 32 | UInt64(points))
            }
            if isRestricted { markRestricted(number, term, found.map(\.place)) }
        }
        defer { restricted = [:] }
        if plan.terms.count > 1 { sums.sort() }
        var top = TopDocuments(limit: limit)
        var index = 0
        while index < sums.count {
            let place = UInt32(sums[index] >> 32)
            var score: UInt32 = 0
            while index < sums.count, UInt32(sums[index] >> 32) == place {
                score &+= UInt32(truncatingIfNeeded: sums[index])
                index += 1
            }
            guard score > 0, top.admits(score) else { continue }
            if isRestricted {
                let mask = restricted[place] ?? 0
                if mask & Self.excludedBit != 0 || mask & required != required { continue }
            }
            let time = try sessionTime(place, span.lowerBound, stretches)
            top.offer(
                RankedDocument(
                    score: score, time_s: time, session: session, sequence: span.lowerBound + UInt64(place), run: -1,
                    document: 0))
        }
        return top.sorted()
    }

    /// Which required terms a place has; the highest bit for an excluded one. While one session is searched.
    private var restricted: [UInt32: UInt64] = [:]
    private static let excludedBit: UInt64 = 1 << 63

    private func markRestricted(_ number: Int, _ term: SearchPlan.Term, _ places: [UInt32]) {
        guard term.isRequired || term.isExcluded else { return }
        let bit = term.isExcluded ? Self.excludedBit : 1 << UInt64(number & 63)
        for place in places { restricted[place, default: 0] |= bit }
    }

    private func sessionTime(
        _ place: UInt32, _ base: UInt64, _ stretches: [(entry: DirectoryEntry, run: Int)]
    ) throws(MemoryError) -> Int64 {
        let sequence = base + UInt64(place)
        guard let (entry, run) = stretches.first(where: { $0.entry.sequences.contains(sequence) }) else { return 0 }
        return try time(entry.start + UInt32(sequence - entry.firstSequence), run)
    }

    private func copyLengths(
        _ entry: DirectoryEntry, _ run: Int, to lengths: inout [UInt8], at place: Int
    ) throws(MemoryError) {
        let reader = runs[run]
        try lengths.withUnsafeMutableBufferPointer { (buffer) throws(MemoryError) in
            guard let base = buffer.baseAddress else { return }
            try accesses[run].copy(
                from: reader.summary.lengths + UInt64(entry.start), count: Int(entry.count), to: base + place,
                of: reader.bytes)
        }
    }

    private func copyTimes(
        _ entry: DirectoryEntry, _ run: Int, to times: inout [Int64], at place: Int
    ) throws(MemoryError) {
        let reader = runs[run]
        var raw = [UInt32](repeating: 0, count: Int(entry.count))
        try raw.withUnsafeMutableBufferPointer { (buffer) throws(MemoryError) in
            guard let base = buffer.baseAddress else { return }
            try accesses[run].copy(
                from: reader.summary.times + 4 * UInt64(entry.start), count: 4 * Int(entry.count), to: base,
                of: reader.bytes)
        }
        let base = reader.summary.timeBase_s
        for (offset, time) in raw.enumerated() { times[place + offset] = base + Int64(UInt32(littleEndian: time)) }
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
            if kept.count < Int(entry.count) { entry.lengthSum = Self.unknownSum }
            entry.start += UInt32(kept.lowerBound - entry.firstSequence)
            entry.firstSequence = kept.lowerBound
            entry.count = UInt32(kept.count)
            return (entry, run)
        }
        return (range.lowerBound, range.upperBound - range.lowerBound)
    }

    /// Of a part of a stretch.
    private static let unknownSum = UInt64.max

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
                ranges = try columns(run).entries(ofSession: session).map { $0.start..<$0.end }
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
                    let time = try time(document, run)
                    if !top.admits(0, time_s: time) { continue }
                    if let times_s, !times_s.contains(time) { continue }
                    let found = try locate(document, score: 0, time_s: time, run)
                    if isLive(found.session, found.sequence..<(found.sequence + 1)).isEmpty { continue }
                    top.offer(found)
                }
            }
        }
        return top.sorted()
    }
}
