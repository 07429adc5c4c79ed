internal import AgentMemory

/// Searching one session, by the statistics of its own live messages.
extension Ranker {
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
                conversation.setPresent(Int(live.lowerBound - base)..<Int(live.upperBound - base))
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
        // How many of the required terms a place has, if it has all up to there; or that it has an excluded one.
        var restricted = isRestricted ? [UInt16](repeating: 0, count: span.count) : []
        var required: UInt16 = 0
        var sums: [UInt64] = []
        for term in plan.terms {
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
            if term.isRequired, found.isEmpty { return [] }
            let weight =
                term.isFilter || term.isExcluded ? 0 : Scoring.inverseFrequency(found.count, of: live)
            for posting in found {
                let points =
                    weight > 0
                    ? scoring.contribution(weight, frequency: Double(posting.count), length: posting.length) : 0
                // One number that sorts by place: 32 bits of place, then what is added up.
                sums.append(UInt64(posting.place) << 32 | UInt64(points))
            }
            if term.isExcluded {
                for posting in found { restricted[Int(posting.place)] = Self.excluded }
            } else if term.isRequired {
                for posting in found where restricted[Int(posting.place)] == required {
                    restricted[Int(posting.place)] = required + 1
                }
                required += 1
            }
        }
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
            if isRestricted, restricted[Int(place)] != required { continue }
            let time = try sessionTime(place, span.lowerBound, stretches)
            top.offer(
                RankedDocument(
                    score: score, time_s: time, session: session, sequence: span.lowerBound + UInt64(place), run: -1,
                    document: 0))
        }
        return top.sorted()
    }

    /// More terms than a query has.
    private static let excluded: UInt16 = .max

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
}
