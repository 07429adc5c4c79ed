internal import AgentMemory

/// The scores of the messages of one window.
final class EvaluationWindow {
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
