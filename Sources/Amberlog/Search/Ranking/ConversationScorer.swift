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
        /// The places that have it, in order, if they are few.
        var places: [Int]?
    }

    let parameters: RankingParameters
    let averageLength: Float
    /// The length byte of each place.
    let lengths: [UInt8]

    private static let margin = 3

    /// So many places.
    private var count: Int { lengths.count }

    private func inverseNorm(_ place: Int) -> Float {
        let words = Float(DocumentLength.table[Int(lengths[place])])
        return 1 / (1 - parameters.b + parameters.b * words / averageLength)
    }

    /// The sum over the words, for each place.
    func scores(_ terms: [Term]) -> [Float] {
        var scores = [Float](repeating: 0, count: count)
        // With places on both sides, so that neighbors need no bounds.
        var presence = [Float](repeating: 0, count: count + 2 * Self.margin)
        var inverseNorms: [Float] = []
        for term in terms where term.weight > 0 {
            if let places = term.places {
                add(term, at: places, &presence, to: &scores)
            } else {
                if inverseNorms.isEmpty { inverseNorms = (0..<count).map { inverseNorm($0) } }
                add(term, inverseNorms, &presence, to: &scores)
            }
        }
        return scores
    }

    /// A word that few messages have: only they and their neighbors are looked at.
    private func add(_ term: Term, at places: [Int], _ presence: inout [Float], to scores: inout [Float]) {
        let margin = Self.margin
        let factor = term.weight * (parameters.k1 + 1)
        let reach = parameters.spread == (0, 0, 0) ? 0 : margin
        for place in places { presence[place + margin] = inverseNorm(place) }
        presence.withUnsafeBufferPointer { presence in
            scores.withUnsafeMutableBufferPointer { scores in
                var next = 0
                for place in places {
                    // What two of them reach is counted once.
                    var index = max(next, place - reach)
                    next = min(count, place + reach + 1)
                    while index < next {
                        // A message without the word has a presence of 0.
                        let own = Float(term.frequencies[index]) * presence[index + margin]
                        scores[index] += points(own, presence, index &+ margin, factor)
                        index += 1
                    }
                }
            }
        }
        for place in places { presence[place + margin] = 0 }
    }

    private func add(_ term: Term, _ inverseNorms: [Float], _ presence: inout [Float], to scores: inout [Float]) {
        let margin = Self.margin
        let factor = term.weight * (parameters.k1 + 1)
        inverseNorms.withUnsafeBufferPointer { inverseNorms in
            term.frequencies.withUnsafeBufferPointer { frequencies in
                presence.withUnsafeMutableBufferPointer { presence in
                    for index in 0..<count {
                        presence[index &+ margin] = frequencies[index] > 0 ? inverseNorms[index] : 0
                    }
                    scores.withUnsafeMutableBufferPointer { scores in
                        let presence = UnsafeBufferPointer(presence)
                        for index in 0..<count {
                            let own = Float(frequencies[index]) * inverseNorms[index]
                            scores[index] += points(own, presence, index &+ margin, factor)
                        }
                    }
                }
            }
        }
        presence.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    @inline(__always)
    private func points(_ own: Float, _ presence: UnsafeBufferPointer<Float>, _ center: Int, _ factor: Float) -> Float {
        let (one, two, three) = parameters.spread
        let frequency =
            own
            + one * (presence[center &- 1] + presence[center &+ 1])
            + two * (presence[center &- 2] + presence[center &+ 2])
            + three * (presence[center &- 3] + presence[center &+ 3])
        return factor * frequency / (frequency + parameters.k1)
    }

    /// Adds to each result a part of the mean of the three best of its sitting.
    func addSittings(_ scores: inout [Float], times_s: [Int64], isPresent: [Bool]) {
        scores.withUnsafeMutableBufferPointer { scores in
            times_s.withUnsafeBufferPointer { times_s in
                isPresent.withUnsafeBufferPointer { isPresent in
                    var start = 0
                    var last: Int64?
                    var sitting = Sitting()
                    for index in 0..<count where isPresent[index] {
                        if let last, times_s[index] - last > parameters.sittingBreak_s {
                            end(sitting, start..<index, scores)
                            sitting = Sitting()
                            start = index
                        }
                        last = times_s[index]
                        sitting.add(scores[index])
                    }
                    end(sitting, start..<count, scores)
                }
            }
        }
    }

    private func end(_ sitting: Sitting, _ range: Range<Int>, _ scores: UnsafeMutableBufferPointer<Float>) {
        let mean = sitting.mean
        if mean == 0 { return }
        for index in range where scores[index] > 0 { scores[index] += parameters.sitting * mean }
    }
}

/// The three best of the messages between two breaks.
private struct Sitting {
    private var best: (Float, Float, Float) = (0, 0, 0)
    private var messages = 0

    @inline(__always)
    mutating func add(_ score: Float) {
        messages &+= 1
        if score <= best.2 { return }
        if score > best.0 {
            best = (score, best.0, best.1)
        } else if score > best.1 {
            best = (best.0, score, best.1)
        } else {
            best.2 = score
        }
    }

    var mean: Float { (best.0 + best.1 + best.2) / Float(max(1, min(3, messages))) }
}
