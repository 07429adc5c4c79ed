internal import AgentMemory

/// The constants of the ranking for conversations. Chosen on public conversations with questions, each left out in turn;
/// no neighbor of any of them measures better by more than a hundredth.
struct RankingParameters: Sendable {
    var k1: Float = 1
    var b: Float = 0.5
    /// What a message has of the words of messages one, two and three away, on both sides.
    var spread: (Float, Float, Float) = (0.4, 0.3, 0.15)
    /// Rare words count more than in proportion.
    var rarityPower: Double = 1.3
    /// What a message gains when the query names its author,
    var author: Float = 0.5
    /// and when the author speaks of themselves in it.
    var firstPerson: Float = 0.3
    /// What each of up to two times in a message gains when the query asks for a time.
    var time: Float = 0.2
    /// What a date in the query gives to messages of that date.
    var date: Float = 2
    /// The part of the mean of a sitting's three best that each of its results gets.
    var sitting: Float = 0.4
    /// A break of more seconds begins another sitting.
    var sittingBreak_s: Int64 = 3 * 3600

    /// Okapi BM25 as it is usually set up.
    static let wordsOnly = RankingParameters(k1: 1.2, b: 0.75, spread: (0, 0, 0), rarityPower: 1)

    static func of(_ ranking: SearchRanking, isQuestion: Bool) -> RankingParameters {
        if ranking.isEmpty { return wordsOnly }
        var parameters = RankingParameters()
        if !ranking.contains(.neighbors) {
            parameters.spread = (0, 0, 0)
        } else if !isQuestion {
            // Someone who types keywords means the message that has them, more than one who asks.
            parameters.spread = (0.2, 0.15, 0.075)
        }
        return parameters
    }
}

/// Scores the messages of a stretch of conversation, all of them at once, in arrays with a place for each sequence.
///
/// A word counts in a message with its frequency there and, less, with its presence in the messages around it (the
/// spread), each divided by the length of the message that the word stands in, inside BM25's saturation.
struct ConversationScorer {
    /// One word of the query.
    struct Term {
        /// The weight of the word: its rarity.
        var weight: Float
        /// How often each message has it.
        var frequencies: [UInt8]
    }

    let parameters: RankingParameters
    let averageLength: Float
    /// So many places.
    let count: Int

    private static let margin = 3

    /// The sum over the words, for each place.
    func scores(_ terms: [Term], lengths: [UInt8]) -> [Float] {
        let margin = Self.margin
        let table = DocumentLength.table
        var inverseNorms = [Float](repeating: 0, count: count)
        for index in 0..<count {
            inverseNorms[index] =
                1 / (1 - parameters.b + parameters.b * Float(table[Int(lengths[index])]) / averageLength)
        }
        var scores = [Float](repeating: 0, count: count)
        // With places on both sides, so that neighbors need no bounds.
        var presence = [Float](repeating: 0, count: count + 2 * margin)
        let (one, two, three) = parameters.spread
        let k1 = parameters.k1
        for term in terms where term.weight > 0 {
            let factor = term.weight * (k1 + 1)
            for index in 0..<count {
                presence[index + margin] = term.frequencies[index] > 0 ? inverseNorms[index] : 0
            }
            presence.withUnsafeBufferPointer { presence in
                inverseNorms.withUnsafeBufferPointer { inverseNorms in
                    term.frequencies.withUnsafeBufferPointer { frequencies in
                        scores.withUnsafeMutableBufferPointer { scores in
                            for index in 0..<count {
                                let center = index &+ margin
                                let frequency =
                                    Float(frequencies[index]) * inverseNorms[index]
                                    + one * (presence[center &- 1] + presence[center &+ 1])
                                    + two * (presence[center &- 2] + presence[center &+ 2])
                                    + three * (presence[center &- 3] + presence[center &+ 3])
                                scores[index] += factor * frequency / (frequency + k1)
                            }
                        }
                    }
                }
            }
        }
        return scores
    }

    /// Adds to each result a part of the mean of the three best of its sitting.
    func addSittings(_ scores: inout [Float], times_s: [Int64], isPresent: [Bool]) {
        var start = 0
        var last: Int64?
        for index in 0..<count where isPresent[index] {
            if let last, times_s[index] - last > parameters.sittingBreak_s {
                endSitting(start..<index, &scores, isPresent)
                start = index
            }
            last = times_s[index]
        }
        endSitting(start..<count, &scores, isPresent)
    }

    private func endSitting(_ range: Range<Int>, _ scores: inout [Float], _ isPresent: [Bool]) {
        var best: (Float, Float, Float) = (0, 0, 0)
        var messages = 0
        for index in range where isPresent[index] {
            messages += 1
            let score = scores[index]
            if score > best.0 {
                best = (score, best.0, best.1)
            } else if score > best.1 {
                best = (best.0, score, best.1)
            } else if score > best.2 {
                best.2 = score
            }
        }
        let mean = (best.0 + best.1 + best.2) / Float(max(1, min(3, messages)))
        if mean == 0 { return }
        for index in range where scores[index] > 0 { scores[index] += parameters.sitting * mean }
    }
}
