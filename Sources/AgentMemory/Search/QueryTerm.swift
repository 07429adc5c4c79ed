/// Words that a message has next to each other, or doesn't: one part of a ``Query`` that is held against texts as they
/// are.
package struct QueryTerm: Sendable {
    package var words: [String]
    /// The last word may go on.
    package var isPrefix = false

    /// All words of a clause, one after another; `nil` when it has none.
    package init?(_ clause: QueryClause) {
        var words: [String] = []
        FoldedWords.scan(clause.text) { word in
            words.append(word.text)
            return true
        }
        if words.isEmpty { return nil }
        self.init(words: words, isPrefix: clause.kind == .prefix)
    }

    package init(words: [String], isPrefix: Bool = false) {
        self.words = words
        self.isPrefix = isPrefix
    }

    /// The parts of a word that need not be there: `user-id` is two words, and of a run of Han, kana or Hangul each pair
    /// of neighbors counts.
    package static func alternatives(of word: String) -> [QueryTerm] {
        var runs: [[String]] = []
        var end = -1
        FoldedWords.scan(word) { found in
            let isSpaceless = found.text.unicodeScalars.first.map { FoldingTable.isCJK($0.value) } ?? false
            if isSpaceless, end == found.range.lowerBound {
                runs[runs.count - 1].append(found.text)
            } else {
                runs.append([found.text])
            }
            end = isSpaceless ? found.range.upperBound : -1
            return true
        }
        return runs.flatMap { run in
            run.count == 1
                ? [QueryTerm(words: run)] : zip(run, run.dropFirst()).map { QueryTerm(words: [$0, $1]) }
        }
    }

    /// Whether the words of a text that begin at a place are these.
    package func matches(_ text: [FoldedWords.Word], at place: Int) -> Bool {
        guard text.count - place >= words.count else { return false }
        for (offset, word) in words.enumerated() {
            let found = text[place + offset].text.utf8
            let mayGoOn = isPrefix && offset == words.count - 1
            guard mayGoOn ? found.starts(with: word.utf8) : found.elementsEqual(word.utf8) else { return false }
        }
        return true
    }

    /// How often a text has them.
    func count(in text: [FoldedWords.Word]) -> UInt16 {
        var count: UInt16 = 0
        for place in text.indices where count < .max && matches(text, at: place) { count += 1 }
        return count
    }
}
