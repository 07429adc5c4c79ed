internal import AgentMemory
internal import CSearch

/// The messages of a block that have all of the terms so far.
final class RequiredMatches {
    private(set) var count = 0
    let documents: UnsafeMutablePointer<UInt32>
    let scores: UnsafeMutablePointer<UInt32>
    /// How often they have the term that leads, less one.
    private let leadCounts: UnsafeMutablePointer<UInt32>
    /// And the one that was looked at last.
    private let counts: UnsafeMutablePointer<UInt32>
    private let places: UnsafeMutablePointer<UInt32>
    private let otherPlaces: UnsafeMutablePointer<UInt32>

    init(capacity: Int) {
        let capacity = capacity + 1
        documents = .allocate(capacity: 6 * capacity)
        scores = documents + capacity
        leadCounts = scores + capacity
        counts = leadCounts + capacity
        places = counts + capacity
        otherPlaces = places + capacity
    }

    deinit { documents.deallocate() }

    /// Takes all messages of the block that the cursor has loaded.
    func begin(_ cursor: PostingsCursor) {
        count = cursor.count
        documents.update(from: cursor.documents, count: count)
        leadCounts.update(from: cursor.counts, count: count)
        scores.initialize(repeating: 0, count: count)
    }

    /// Keeps the messages that another term has, too.
    ///
    /// - Returns: Whether there are no more of those after these.
    func narrow(to cursor: PostingsCursor) throws(MemoryError) -> Bool {
        var kept = 0
        var at: UInt32 = 0
        while Int(at) < count {
            guard try cursor.advance(to: documents[Int(at)]) != nil else {
                count = kept
                return true
            }
            var otherAt = UInt32(truncatingIfNeeded: cursor.index)
            let found = amber_intersect(
                documents, &at, UInt32(truncatingIfNeeded: count), cursor.documents, &otherAt,
                UInt32(truncatingIfNeeded: cursor.count), places, otherPlaces)
            // Kept to the front: what is read stands further back.
            for index in 0..<Int(found) {
                let place = Int(places[index])
                documents[kept] = documents[place]
                leadCounts[kept] = leadCounts[place]
                scores[kept] = scores[place]
                counts[kept] = cursor.counts[Int(otherPlaces[index])]
                kept &+= 1
            }
            cursor.index = min(Int(otherAt), cursor.count - 1)
        }
        count = kept
        return false
    }

    func addPoints(of term: RunEvaluator.Term, _ lengths: UnsafePointer<UInt8>) {
        add(term.table, counts, lengths)
    }

    func addPoints(ofLead term: RunEvaluator.Term, _ lengths: UnsafePointer<UInt8>) {
        add(term.table, leadCounts, lengths)
    }

    @inline(__always)
    private func add(
        _ table: ContributionTable, _ counts: UnsafeMutablePointer<UInt32>, _ lengths: UnsafePointer<UInt8>
    ) {
        for index in 0..<count {
            scores[index] &+= table.contribution(count: counts[index], length: lengths[Int(documents[index])])
        }
    }
}
