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
        // A search may go through the run twice.
        for term in terms { term.cursor.rewind() }
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
        var threshold = top.threshold
        for block in 0..<cursor.blockEnd {
            if threshold > 0, cursor.entry.isLong, term.table.bound(try cursor.skip(block).frontier) < threshold {
                continue
            }
            try cursor.load(block)
            for index in 0..<cursor.count {
                let document = cursor.documents[index]
                let score = term.table.contribution(count: cursor.counts[index], length: lengths[Int(document)])
                if score >= threshold {
                    try offer(document, score, &top)
                    threshold = top.threshold
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
            guard top.admits(score) else { continue }
            for term in excluded where try term.cursor.advance(to: document) == document { continue scanning }
            try offer(document, score, &top)
        }
    }

    /// A term that is looked up for every candidate: counting references each time would cost more than looking.
    private struct LookedUp {
        unowned(unsafe) let cursor: PostingsCursor
        unowned(unsafe) let table: ContributionTable
        let isRequired: Bool
        let isExcluded: Bool
        let bound: UInt32

        init(_ term: Term) {
            cursor = term.cursor
            table = term.table
            isRequired = term.isRequired
            isExcluded = term.isExcluded
            bound = term.bound
        }
    }

    // MARK: All terms required

    /// Goes through the messages of the rarest required term and looks the others up.
    private func evaluateAll(_ terms: [Term], into top: inout TopDocuments) throws(MemoryError) {
        // Required ones first, the rarest of them leading; what only adds or forbids comes last.
        let order = terms.sorted { left, right in
            if left.isRequired != right.isRequired { return left.isRequired }
            return left.cursor.entry.count < right.cursor.entry.count
        }
        guard let lead = order.first else { return }
        let others = ContiguousArray(order.dropFirst().map(LookedUp.init))
        // What is looked up holds no references of its own.
        defer { withExtendedLifetime(terms) {} }
        // What the terms from one on can add at most.
        var bounds = [UInt64](repeating: 0, count: others.count + 1)
        for index in others.indices.reversed() { bounds[index] = bounds[index + 1] + UInt64(others[index].bound) }
        let cursor = lead.cursor
        var threshold = UInt64(top.threshold)
        for block in 0..<cursor.blockEnd {
            if threshold > 0, cursor.entry.isLong,
                UInt64(lead.table.bound(try cursor.skip(block).frontier)) + bounds[0] < threshold
            {
                continue
            }
            try cursor.load(block)
            searching: for index in 0..<cursor.count {
                let document = cursor.documents[index]
                let length = lengths[Int(document)]
                var score = lead.table.contribution(count: cursor.counts[index], length: length)
                var place = 0
                while place < others.count {
                    if UInt64(score) &+ bounds[place] < threshold { continue searching }
                    let other = others[place]
                    let found = try other.cursor.advance(to: document)
                    if found == document {
                        if other.isExcluded { continue searching }
                        score &+= other.table.contribution(
                            count: other.cursor.counts[other.cursor.index], length: length)
                    } else if other.isRequired {
                        if found == nil { return }
                        continue searching
                    }
                    place &+= 1
                }
                if UInt64(score) >= threshold {
                    try offer(document, score, &top)
                    threshold = UInt64(top.threshold)
                }
            }
        }
    }

    // MARK: Several terms

    private func evaluateWindows(_ terms: [Term], _ count: Int, into top: inout TopDocuments) throws(MemoryError) {
        let documents = run.summary.documents
        var size = Self.windowMin
        while size < Self.windowMax, Int(size) * count / Int(documents) < 1024 { size *= 2 }
        let window = Window(capacity: Int(size))
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
            let threshold = top.threshold
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
        _ window: Window, _ terms: [Term], _ order: inout [Int], _ start: UInt32, _ end: UInt32,
        into top: inout TopDocuments
    ) throws(MemoryError) {
        let lengths = self.lengths + Int(start)
        var threshold = top.threshold
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
                threshold = top.threshold
            }
        }
    }
}

/// The scores of the messages of one window.
private final class Window {
    private let sums: UnsafeMutablePointer<UInt32>
    private let seen: UnsafeMutablePointer<UInt64>
    private let words: Int
    /// The messages that may still be results, in order, and what they have so far.
    let documents: UnsafeMutablePointer<UInt32>
    let scores: UnsafeMutablePointer<UInt32>
    @exclusivity(unchecked) private(set) var candidates = 0

    init(capacity: Int) {
        sums = .allocate(capacity: 3 * capacity)
        sums.initialize(repeating: 0, count: 3 * capacity)
        documents = sums + capacity
        scores = sums + 2 * capacity
        words = capacity / 64
        seen = .allocate(capacity: words)
        seen.initialize(repeating: 0, count: words)
    }

    deinit {
        sums.deallocate()
        seen.deallocate()
    }

    /// Adds up what a term contributes.
    func add(
        _ term: RunEvaluator.Term, _ start: UInt32, _ end: UInt32, _ lengths: UnsafePointer<UInt8>
    ) throws(MemoryError) {
        let cursor = term.cursor
        var block = term.block
        while block < cursor.blockEnd {
            try cursor.load(block)
            var index = 0
            let count = cursor.count
            index = cursor.firstIndex(at: start)
            while index < count {
                let document = cursor.documents[index]
                if document >= end { return }
                let place = Int(document &- start)
                sums[place] &+= term.table.contribution(count: cursor.counts[index], length: lengths[place])
                seen[place &>> 6] |= 1 &<< UInt64(place & 63)
                index &+= 1
            }
            block += 1
        }
    }

    /// Takes the messages that have enough, and makes the sums ready for the next window.
    func collect(_ start: UInt32, minimum: UInt32) {
        candidates = 0
        for word in 0..<words where seen[word] != 0 {
            var bits = seen[word]
            seen[word] = 0
            while bits != 0 {
                let place = word &* 64 &+ bits.trailingZeroBitCount
                bits &= bits &- 1
                let sum = sums[place]
                sums[place] = 0
                if sum >= minimum {
                    documents[candidates] = start &+ UInt32(truncatingIfNeeded: place)
                    scores[candidates] = sum
                    candidates &+= 1
                }
            }
        }
    }

    /// Adds a term to the candidates that have it, and keeps those that it leaves with enough.
    func look(
        up term: RunEvaluator.Term, _ start: UInt32, _ lengths: UnsafePointer<UInt8>, minimum: UInt32
    ) throws(MemoryError) {
        let cursor = term.cursor
        var kept = 0
        var block = term.block
        var at = 0
        var isOver = false
        var isLoaded = false
        for index in 0..<candidates {
            let document = documents[index]
            var score = scores[index]
            var has = false
            if !isOver {
                if !isLoaded || cursor.documents[cursor.count - 1] < document {
                    block = try cursor.findBlock(with: document, from: block)
                    if block >= cursor.blockEnd {
                        isOver = true
                    } else {
                        try cursor.load(block)
                        at = 0
                        isLoaded = true
                    }
                }
                if !isOver {
                    while cursor.documents[at] < document { at &+= 1 }
                    if cursor.documents[at] == document {
                        has = true
                        score &+= term.table.contribution(
                            count: cursor.counts[at], length: lengths[Int(document &- start)])
                    }
                }
            }
            if term.isRequired ? !has : term.isExcluded && has { continue }
            if score < minimum { continue }
            documents[kept] = document
            scores[kept] = score
            kept &+= 1
        }
        candidates = kept
    }
}
