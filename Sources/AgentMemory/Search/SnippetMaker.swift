/// Picks the part of a text that shows why it was found.
package struct SnippetMaker {
    /// A word that was looked for, in UTF-8 offsets.
    package struct Match {
        package var term: Int
        package var start: Int
        package var end: Int

        package init(term: Int, start: Int, end: Int) {
            self.term = term
            self.start = start
            self.end = end
        }
    }

    /// Enough to choose from, however long a text is.
    package static let matchesMax = 1000

    /// How much room the matches may take, and the snippet as a whole, in bytes.
    private static let matchWidth = 160
    private static let width = 240

    let content: String

    package init(content: String) {
        self.content = content
    }

    func snippet(_ term: (WordScanner.Unit) -> Int?) -> Snippet {
        var found: [Match] = []
        WordScanner.scan(content) { unit in
            if let term = term(unit) { found.append(Match(term: term, start: unit.start, end: unit.end)) }
            return found.count < Self.matchesMax
        }
        return snippet(found)
    }

    /// The snippet that shows the matches best, which come in order.
    package func snippet(_ found: [Match]) -> Snippet {
        let window = bestWindow(found)
        let range = padded(window)
        let lower = boundary(range.lowerBound, down: true)
        let upper = max(lower, boundary(range.upperBound, down: false))
        let prefix = lower > 0 ? "…" : ""
        let suffix = upper < content.utf8.count ? "…" : ""
        return Snippet(
            text: prefix + content[index(lower)..<index(upper)] + suffix,
            highlights: highlights(found, in: lower..<upper, offset: prefix.utf8.count - lower))
    }

    /// The first stretch of at most ``matchWidth`` bytes that has the most different terms, then the most matches.
    private func bestWindow(_ found: [Match]) -> Range<Int> {
        var best = 0..<0
        var bestTerms = 0
        var bestCount = 0
        var counts: [Int: Int] = [:]
        var first = 0
        for (last, match) in found.enumerated() {
            counts[match.term, default: 0] += 1
            while first < last, match.end - found[first].start > SnippetMaker.matchWidth {
                let left = counts[found[first].term, default: 0] - 1
                counts[found[first].term] = left > 0 ? left : nil
                first += 1
            }
            let count = last - first + 1
            if counts.count > bestTerms || (counts.count == bestTerms && count > bestCount) {
                (bestTerms, bestCount) = (counts.count, count)
                best = found[first].start..<match.end
            }
        }
        return best
    }

    /// The window with something of what stands around it, cut at white space where there is some near.
    private func padded(_ window: Range<Int>) -> Range<Int> {
        let total = content.utf8.count
        let room = max(0, SnippetMaker.width - window.count)
        var lower = max(0, window.lowerBound - room / 3)
        let upper = min(total, lower + max(SnippetMaker.width, window.upperBound - lower))
        if upper == total { lower = max(0, min(lower, total - SnippetMaker.width)) }
        return afterSpace(lower, before: window.lowerBound)..<beforeSpace(upper, after: window.upperBound)
    }

    private func afterSpace(_ offset: Int, before limit: Int) -> Int {
        guard offset > 0 else { return 0 }
        for at in offset..<max(offset, min(limit, offset + 32)) where isSpace(at) { return at + 1 }
        return offset
    }

    private func beforeSpace(_ offset: Int, after limit: Int) -> Int {
        guard offset < content.utf8.count else { return offset }
        for at in stride(from: offset, to: max(limit, offset - 32), by: -1) where isSpace(at) { return at }
        return offset
    }

    private func isSpace(_ offset: Int) -> Bool {
        let byte = content.utf8[index(offset)]
        return byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
    }

    private func highlights(_ found: [Match], in range: Range<Int>, offset: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for match in found where match.start >= range.lowerBound && match.end <= range.upperBound {
            let start = max(range.lowerBound, boundary(match.start, down: true)) + offset
            let end = min(range.upperBound, boundary(match.end, down: false)) + offset
            if let last = ranges.last, start <= last.upperBound {
                // Pairs of CJK characters overlap.
                ranges[ranges.count - 1] = min(last.lowerBound, start)..<max(last.upperBound, end)
            } else {
                ranges.append(start..<end)
            }
        }
        return ranges
    }

    // MARK: Characters

    private func index(_ offset: Int) -> String.Index {
        content.utf8.index(content.startIndex, offsetBy: offset)
    }

    /// The nearest boundary between characters at or before the offset, or at or after it. Inside of a "character" of
    /// more than 256 bytes (a pile of combining marks) a boundary between scalars has to do.
    private func boundary(_ offset: Int, down: Bool) -> Int {
        var at = offset
        var scalarBoundary: Int?
        for _ in 0..<256 where at > 0 && at < content.utf8.count {
            let place = index(at)
            if String.Index(place, within: content) != nil { return at }
            if scalarBoundary == nil, String.Index(place, within: content.unicodeScalars) != nil { scalarBoundary = at }
            at += down ? -1 : 1
        }
        if at <= 0 || at >= content.utf8.count { return min(max(at, 0), content.utf8.count) }
        return scalarBoundary ?? (down ? 0 : content.utf8.count)
    }
}
