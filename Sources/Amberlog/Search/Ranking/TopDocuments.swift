internal import AgentMemory

/// A message that a search ranks.
struct RankedDocument: Hashable {
    var score: UInt32
    /// Seconds since 1970: of equal scores, the newer message comes first.
    var time_s: Int64
    var session: UInt64
    var sequence: UInt64
    /// Where it was found.
    var run: Int32
    var document: UInt32

    @inline(__always)
    func isBetter(than other: RankedDocument) -> Bool {
        if score != other.score { return score > other.score }
        if time_s != other.time_s { return time_s > other.time_s }
        if session != other.session { return session > other.session }
        return sequence > other.sequence
    }
}

/// The best so many: a binary heap with the worst on top.
struct TopDocuments {
    private(set) var items: [RankedDocument] = []
    let limit: Int

    init(limit: Int) {
        self.limit = limit
        items.reserveCapacity(min(limit, 1024))
    }

    /// A message with a lower score can't get in.
    @inline(__always)
    /// What only passes the filters has no points, and is no result.
    var threshold: UInt32 { items.count < limit ? 1 : max(1, items[0].score) }
    var isFull: Bool { items.count >= limit }

    /// Whether a message with such a score can get in, as far as the score tells.
    @inline(__always)
    func admits(_ score: UInt32) -> Bool { score >= threshold }

    /// Whether a message of such a score and time can get in, as far as they tell.
    @inline(__always)
    func admits(_ score: UInt32, time_s: Int64) -> Bool {
        guard items.count >= limit, let worst = items.first else { return true }
        return score > worst.score || (score == worst.score && time_s >= worst.time_s)
    }

    mutating func offer(_ item: RankedDocument) {
        if items.count < limit {
            items.append(item)
            var child = items.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                if !items[parent].isBetter(than: items[child]) { return }
                items.swapAt(parent, child)
                child = parent
            }
        } else if limit > 0, item.isBetter(than: items[0]) {
            items[0] = item
            siftDown()
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var worst = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < items.count {
                if items[worst].isBetter(than: items[child]) { worst = child }
            }
            if worst == parent { return }
            items.swapAt(parent, worst)
            parent = worst
        }
    }

    /// Best first.
    func sorted() -> [RankedDocument] { items.sorted { $0.isBetter(than: $1) } }
}
