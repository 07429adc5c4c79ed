internal import AgentMemory

/// Queries that only filter: there is nothing to rank by but time.
extension Ranker {
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
