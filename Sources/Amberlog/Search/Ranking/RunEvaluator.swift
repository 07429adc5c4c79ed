internal import AgentMemory

/// Finds the best messages of one run for a set of terms: the whole run, by collection statistics.
///
/// The messages are taken in windows. In each, the blocks' frontiers bound what every term can add; a window whose
/// bounds don't reach the threshold is passed over unread. Of the others, only the terms that can lift a message over
/// the threshold are added up, and the rest is looked up for the messages that are left (Turtle and Flood's MaxScore,
/// "Query evaluation: strategies and optimizations", 1995, by blocks as in Ding and Suel, "Faster top-k document
/// retrieval using block-max indexes", SIGIR 2011).
struct RunEvaluator {
    /// A term on its way through the run.
    final class Term {
        let cursor: PostingsCursor
        let table: ContributionTable
        /// Every result has it.
        let isRequired: Bool
        /// No result has it.
        let isExcluded: Bool
        /// The most that it adds to any message.
        let bound: UInt32
        /// The first block that may reach into the current window.
        @exclusivity(unchecked) var block = 0
        /// The most that it adds in the current window.
        @exclusivity(unchecked) var windowBound: UInt32 = 0

        init(
            _ cursor: PostingsCursor, _ table: ContributionTable, isRequired: Bool, isExcluded: Bool
        ) throws(MemoryError) {
            // It may have been through the run before.
            cursor.rewind()
            self.cursor = cursor
            self.table = table
            self.isRequired = isRequired
            self.isExcluded = isExcluded
            bound = isExcluded ? 0 : cursor.entry.isLong ? table.bound(cursor.entry.frontier) : .max
        }
    }

    /// Offers a message to the best, unless it isn't to be found.
    typealias Offer = (
        _ document: UInt32, _ score: UInt32, _ top: inout TopDocuments
    ) throws(MemoryError) -> Void

    /// Windows are as large as they need be to be worth their while.
    private static let windowMin: UInt32 = 4096
    private static let windowMax = UInt32(1 << 16)
    /// Lists that together are not longer than this are simply merged.
    private static let smallMax = 2048
    /// Required terms of which the rarest is in more than one of so many messages are taken in windows.
    private static let denseShare = 64

    private let run: RunReader
    /// Of all messages; cursors check that what they decode is one of them.
    private let lengths: UnsafePointer<UInt8>
    private let offer: Offer

    init(_ run: RunReader, _ columns: RunColumns, offer: @escaping Offer) {
        self.run = run
        lengths = UnsafePointer(columns.lengths)
        self.offer = offer
    }

    /// Offers the best messages that have any of the terms, and all of the required ones.
    func evaluate(_ terms: [Term], into top: inout TopDocuments) throws(MemoryError) {
        let scored = terms.filter { !$0.isExcluded }
        guard !scored.isEmpty else { return }
        let count = scored.reduce(0) { $0 + $1.cursor.entry.count }
        if terms.count == 1 {
            try evaluateOne(scored[0], into: &top)
        } else if let rarest = scored.filter(\.isRequired).map(\.cursor.entry.count).min(),
            rarest < Int(run.summary.documents) / Self.denseShare || count <= Self.smallMax
        {
            try evaluateAll(terms, into: &top)
        } else if count <= Self.smallMax {
            try evaluateFew(terms, into: &top)
        } else {
            try evaluateWindows(terms, count, into: &top)
        }
    }

    // MARK: One term

    private func evaluateOne(_ term: Term, into top: inout TopDocuments) throws(MemoryError) {
        let cursor = term.cursor
        var threshold = max(1, top.threshold)
        for block in 0..<cursor.blockEnd {
            if cursor.entry.isLong, term.table.bound(try cursor.skip(block).frontier) < threshold {
                continue
            }
            try cursor.load(block)
            for index in 0..<cursor.count {
                let document = cursor.documents[index]
                let score = term.table.contribution(count: cursor.counts[index], length: lengths[Int(document)])
                if score >= threshold {
                    try offer(document, score, &top)
                    threshold = max(1, top.threshold)
                }
            }
        }
    }

    // MARK: Few postings

    /// Puts all postings in order and adds them up.
    private func evaluateFew(_ terms: [Term], into top: inout TopDocuments) throws(MemoryError) {
        var postings: [UInt64] = []
        for term in terms where !term.isExcluded {
            let cursor = term.cursor
            for block in 0..<cursor.blockEnd {
                try cursor.load(block)
                for index in 0..<cursor.count {
                    let document = cursor.documents[index]
                    let points = term.table.contribution(count: cursor.counts[index], length: lengths[Int(document)])
                    postings.append(UInt64(document) << 32 | UInt64(points))
                }
            }
        }
        postings.sort()
        let excluded = terms.filter(\.isExcluded)
        var index = 0
        scanning: while index < postings.count {
            let document = UInt32(postings[index] >> 32)
            var score: UInt32 = 0
            while index < postings.count, UInt32(postings[index] >> 32) == document {
                score &+= UInt32(truncatingIfNeeded: postings[index])
                index += 1
            }
            guard score > 0, top.admits(score) else { continue }
            for term in excluded where try term.cursor.advance(to: document) == document { continue scanning }
            try offer(document, score, &top)
        }
    }

    // MARK: All terms required

    /// Goes through the blocks of the rarest required term. What is in all the others is found list against list; what
    /// only adds or forbids is looked up for the messages that are left.
    private func evaluateAll(_ terms: [Term], into top: inout TopDocuments) throws(MemoryError) {
        let required = terms.filter(\.isRequired).sorted { $0.cursor.entry.count < $1.cursor.entry.count }
        let rest = terms.filter { !$0.isRequired }
        guard let lead = required.first else { return }
        let bounds = terms.reduce(UInt64(0)) { $0 + UInt64($1.bound) } - UInt64(lead.bound)
        let cursor = lead.cursor
        let matches = RequiredMatches(capacity: max(RunLayout.blockValues, cursor.entry.isLong ? 0 : cursor.count))
        var threshold = UInt64(max(1, top.threshold))
        for block in 0..<cursor.blockEnd {
            if cursor.entry.isLong, UInt64(lead.table.bound(try cursor.skip(block).frontier)) + bounds < threshold {
                continue
            }
            try cursor.load(block)
            matches.begin(cursor)
            var isOver = false
            for term in required.dropFirst() where matches.count > 0 {
                isOver = try matches.narrow(to: term.cursor) || isOver
                matches.addPoints(of: term, lengths)
            }
            matches.addPoints(ofLead: lead, lengths)
            for index in 0..<matches.count {
                var score = matches.scores[index]
                guard try add(rest, to: &score, matches.documents[index]) else { continue }
                if UInt64(score) >= threshold {
                    try offer(matches.documents[index], score, &top)
                    threshold = UInt64(max(1, top.threshold))
                }
            }
            if isOver { return }
        }
    }

    /// - Returns: `false` when the message has what is excluded.
    private func add(_ terms: [Term], to score: inout UInt32, _ document: UInt32) throws(MemoryError) -> Bool {
        for term in terms where try term.cursor.advance(to: document) == document {
            if term.isExcluded { return false }
            score &+= term.table.contribution(
                count: term.cursor.counts[term.cursor.index], length: lengths[Int(document)])
        }
        return true
    }

    // MARK: Several terms

    private func evaluateWindows(_ terms: [Term], _ count: Int, into top: inout TopDocuments) throws(MemoryError) {
        let documents = run.summary.documents
        var size = Self.windowMin
        while size < Self.windowMax, Int(size) * count / Int(documents) < 1024 { size *= 2 }
        let window = EvaluationWindow(capacity: Int(size))
        var order = terms.indices.map { $0 }
        var start: UInt32 = 0
        while start < documents {
            // The window begins where some term goes on: of required ones, where all do.
            guard let first = try firstDocument(of: terms, from: start) else { return }
            guard first < documents else {
                throw run.bytes.damaged("A list goes on beyond the last message", at: run.summary.lengths)
            }
            start = first & ~(size - 1)
            let end = min(start + size, documents)
            // What only passes the filters has no points, and is no result.
            let threshold = max(1, top.threshold)
            var sum: UInt64 = 0
            var misses = false
            for term in terms {
                try enter(term, start, end)
                if term.isRequired, term.windowBound == 0 { misses = true }
                sum += UInt64(term.windowBound)
            }
            if !misses, sum >= UInt64(threshold) {
                try evaluate(window, terms, &order, start, end, into: &top)
            }
            start = end
        }
    }

    /// The next message that may be a result, judged by where the blocks end.
    private func firstDocument(of terms: [Term], from start: UInt32) throws(MemoryError) -> UInt32? {
        var required: UInt32?
        var optional: UInt32?
        for term in terms where !term.isExcluded {
            term.block = try term.cursor.findBlock(with: start, from: term.block)
            let isOver = term.block >= term.cursor.blockEnd
            if term.isRequired {
                if isOver { return nil }
                required = max(required ?? 0, try firstPossible(term, start))
            } else if !isOver {
                optional = min(optional ?? .max, try firstPossible(term, start))
            }
        }
        return required ?? optional
    }

    /// No message of the term's current block comes before this one.
    private func firstPossible(_ term: Term, _ start: UInt32) throws(MemoryError) -> UInt32 {
        if !term.cursor.entry.isLong {
            return term.cursor.documents[term.cursor.firstIndex(at: start)]
        }
        return term.block == 0 ? start : max(start, try term.cursor.last(ofBlock: term.block - 1) &+ 1)
    }

    /// Bounds what the term adds in a window.
    private func enter(_ term: Term, _ start: UInt32, _ end: UInt32) throws(MemoryError) {
        term.windowBound = 0
        let cursor = term.cursor
        term.block = try cursor.findBlock(with: start, from: term.block)
        if term.isExcluded { return }
        if !cursor.entry.isLong {
            guard cursor.count > 0 else { return }
            for index in cursor.firstIndex(at: start)..<cursor.count {
                let document = cursor.documents[index]
                if document >= end { break }
                term.windowBound = max(
                    term.windowBound,
                    // A filter adds nothing, but it is there.
                    max(1, term.table.contribution(count: cursor.counts[index], length: lengths[Int(document)])))
            }
            return
        }
        var block = term.block
        while block < cursor.blockEnd {
            if block > term.block, try cursor.last(ofBlock: block - 1) >= end &- 1 { break }
            term.windowBound = max(term.windowBound, max(1, term.table.bound(try cursor.skip(block).frontier)))
            block += 1
        }
    }

    private func evaluate(
        _ window: EvaluationWindow, _ terms: [Term], _ order: inout [Int], _ start: UInt32, _ end: UInt32,
        into top: inout TopDocuments
    ) throws(MemoryError) {
        let lengths = self.lengths + Int(start)
        var threshold = max(1, top.threshold)
        // What leads comes last: the required term with the fewest messages, or the terms with the highest bounds.
        order.sort { left, right in
            let (left, right) = (terms[left], terms[right])
            if left.isExcluded != right.isExcluded { return left.isExcluded }
            if left.isRequired != right.isRequired { return !left.isRequired }
            if left.isRequired, left.cursor.entry.count != right.cursor.entry.count {
                return left.cursor.entry.count > right.cursor.entry.count
            }
            return left.windowBound < right.windowBound
        }
        var rest: UInt64 = 0
        var leaders = order.count - 1
        if !terms[order[leaders]].isRequired {
            // The longest beginning whose bounds together don't reach the threshold needn't lead.
            var lookedUp = 0
            while lookedUp < leaders {
                let term = terms[order[lookedUp]]
                if !term.isExcluded, rest + UInt64(term.windowBound) >= UInt64(threshold) { break }
                rest += UInt64(term.windowBound)
                lookedUp += 1
            }
            leaders = lookedUp
        } else {
            for index in 0..<leaders { rest += UInt64(terms[order[index]].windowBound) }
        }
        for index in leaders..<order.count { try window.add(terms[order[index]], start, end, lengths) }
        window.collect(start, minimum: UInt64(threshold) > rest ? UInt32(UInt64(threshold) - rest) : 0)
        for index in (0..<leaders).reversed() {
            if window.candidates == 0 { return }
            let term = terms[order[index]]
            rest -= UInt64(term.windowBound)
            try window.look(
                up: term, start, lengths,
                minimum: UInt64(threshold) > rest ? UInt32(UInt64(threshold) - rest) : 0)
        }
        for index in 0..<window.candidates {
            let score = window.scores[index]
            if score >= threshold {
                try offer(window.documents[index], score, &top)
                threshold = max(1, top.threshold)
            }
        }
    }
}
