internal import AgentMemory

/// The second phase of a search of the whole store: what was said around the best messages counts too.
extension Ranker {
    /// What the second phase looks up in a run, each once.
    private struct RunTerms {
        var own: [PostingsCursor?]
        /// Other forms of the terms, by term.
        var forms: [[PostingsCursor]]
        var authors: [PostingsCursor]
        var times: [PostingsCursor] = []
    }

    /// The second phase: the best by their own words, and the messages around them, are scored with their neighbors.
    func rescore(
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

    func cursor(of key: [UInt8], _ run: Int) throws(MemoryError) -> PostingsCursor? {
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
    func features(_ namesAuthor: Bool) -> [(ConversationWindow.Feature, [[UInt8]])] {
        var features: [(ConversationWindow.Feature, [[UInt8]])] = []
        if plan.asksForTime { features.append((.time, FeatureWords.times)) }
        if namesAuthor { features.append((.firstPerson, FeatureWords.firstPerson)) }
        return features
    }
}
