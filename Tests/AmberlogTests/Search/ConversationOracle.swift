import AgentMemory

@testable import Amberlog

/// The default ranking of one session, message by message as the formula reads: slow and plain.
struct ConversationOracle {
    /// In the order of their sequences.
    let documents: [SearchOracle.Document]
    let clauses: [SearchOracle.Clause]
    let isQuestion: Bool

    private static let k1 = 1.0
    private static let b = 0.5

    /// Messages that have every word come first: their scores begin here.
    static let exactBase = 8192.0

    func scores() -> [Double] {
        let count = documents.count
        let average = max(1, documents.reduce(0) { $0 + $1.length } / Double(max(1, count)))
        let all = SearchOracle.terms(clauses)
        let meaningful = meaningfulTerms(all)
        var scores = [Double](repeating: 0, count: count)
        for term in meaningful {
            let frequencies = documents.map { Double(SearchOracle.frequency(term, $0)) }
            let present = frequencies.count { $0 > 0 }
            if present == 0 { continue }
            let weight = PlatformMath.pow(SearchOracle.rarity(present, count), 1.3)
            for index in 0..<count {
                var frequency = frequencies[index] / norm(index, average)
                for (other, document) in documents.enumerated() where other != index && frequencies[other] > 0 {
                    frequency += spread(document.sequence, documents[index].sequence) / norm(other, average)
                }
                scores[index] += weight * (Self.k1 + 1) * frequency / (frequency + Self.k1)
            }
        }
        addAuthors(meaningful, &scores)
        addSittings(&scores)
        return withExact(all, scores)
    }

    private func norm(_ index: Int, _ average: Double) -> Double {
        1 - Self.b + Self.b * documents[index].length / average
    }

    private func spread(_ from: UInt64, _ to: UInt64) -> Double {
        let parts = isQuestion ? [0.4, 0.3, 0.15] : [0.2, 0.15, 0.075]
        let distance = from > to ? from - to : to - from
        return distance <= 3 ? parts[Int(distance) - 1] : 0
    }

    private func meaningfulTerms(_ terms: [SearchOracle.Term]) -> [SearchOracle.Term] {
        guard isQuestion else { return terms }
        let kept = terms.filter { term in
            if case .word(let key) = term { return !key.withUnsafeBytes { QuestionWords.contains($0) } }
            return true
        }
        return kept.isEmpty ? terms : kept
    }

    private func addAuthors(_ terms: [SearchOracle.Term], _ scores: inout [Double]) {
        let named = documents.map { document in
            terms.contains { term in
                if case .word(let key) = term { return document.authors.contains(key) }
                return false
            }
        }
        guard named.contains(true), named.contains(false) else { return }
        for index in documents.indices where named[index] {
            scores[index] *= 1.5
            let speaksOfThemselves = FeatureWords.firstPerson.contains {
                documents[index].counts[Array($0[1...])] != nil
            }
            if speaksOfThemselves { scores[index] *= 1.3 }
        }
    }

    private func addSittings(_ scores: inout [Double]) {
        var start = 0
        for index in 1...documents.count {
            if index < documents.count, documents[index].time_s - documents[index - 1].time_s <= 3 * 3600 { continue }
            let best = scores[start..<index].sorted(by: >).prefix(3)
            let mean = best.reduce(0, +) / Double(best.count)
            for place in start..<index where scores[place] > 0 { scores[place] += 0.4 * mean }
            start = index
        }
    }

    private func withExact(_ terms: [SearchOracle.Term], _ scores: [Double]) -> [Double] {
        let words = terms.filter { if case .word = $0 { true } else { false } }
        if words.isEmpty { return scores }
        let okapi = SearchOracle.okapi(words, documents)
        return documents.indices.map { index in
            let hasAll = words.allSatisfy { SearchOracle.frequency($0, documents[index]) > 0 }
            return hasAll ? Self.exactBase + okapi[index] : scores[index]
        }
    }
}
