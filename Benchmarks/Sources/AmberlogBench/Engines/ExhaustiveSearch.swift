import Glibc

/// The reference that rankings are compared with, and what the machine needs without an index to decode: the postings
/// of the queries' words as arrays in memory, every one of them scored.
///
/// BM25 with k1 = 1.2 and b = 0.75, a word's weight `ln(1 + (N - n + 0.5) / (n + 0.5))` as in Lucene.
///
/// `@unchecked Sendable`: one caller at a time.
final class ExhaustiveSearch: BlockingSearchingEngine, @unchecked Sendable {
    static let hits = 10

    let sessionStatistics: SessionStatistics
    var queries: [SearchQuery] = []
    private let corpus: SearchCorpus
    private let postings: [UInt32: Postings]
    private let lengths: [UInt32]
    private let meanLength: Float
    /// One for each message, 0 between searches.
    private let scores: UnsafeMutablePointer<Float>

    private static let k1: Float = 1.2
    private static let b: Float = 0.75

    /// A word of a query in the part of the store that is searched.
    private struct Term {
        let postings: Postings
        let places: Range<Int>
        let weight: Float
    }

    private struct Scope {
        let messages: Range<Int>
        let meanLength: Float
    }

    init(_ corpus: SearchCorpus, _ postings: [UInt32: Postings], sessionStatistics: SessionStatistics) {
        self.corpus = corpus
        self.postings = postings
        self.sessionStatistics = sessionStatistics
        lengths = corpus.lengths
        meanLength = Self.mean(corpus.lengths[...])
        scores = .allocate(capacity: corpus.count)
        scores.initialize(repeating: 0, count: corpus.count)
    }

    deinit {
        scores.deallocate()
    }

    private static func mean(_ lengths: ArraySlice<UInt32>) -> Float {
        Float(lengths.reduce(0) { $0 + Int($1) }) / Float(max(1, lengths.count))
    }

    private func scope(_ query: SearchQuery) -> Scope {
        guard let session = query.session else { return Scope(messages: 0..<corpus.count, meanLength: meanLength) }
        let start = Int(session) * corpus.messages
        let messages = start..<(start + corpus.messages)
        return Scope(
            messages: messages,
            meanLength: sessionStatistics == .session ? Self.mean(lengths[messages]) : meanLength)
    }

    private func terms(_ query: SearchQuery, _ scope: Scope) -> [Term] {
        query.numbers.map { number in
            let postings = self.postings[number] ?? Postings()
            let all = postings.messages.count
            let isWhole = scope.messages.count == corpus.count
            let first = isWhole ? 0 : postings.place(of: scope.messages.lowerBound)
            let end = isWhole ? all : postings.place(of: scope.messages.upperBound, from: first)
            let isOwn = sessionStatistics == .session
            let total = Float(isOwn ? scope.messages.count : corpus.count)
            let having = Float(isOwn ? end - first : all)
            return Term(
                postings: postings, places: first..<end, weight: logf(1 + (total - having + 0.5) / (having + 0.5)))
        }
    }

    @inline(__always)
    private func score(_ term: Term, _ place: Int, _ message: Int, _ meanLength: Float) -> Float {
        let frequency = Float(term.postings.frequencies[place])
        let norm = Self.k1 * (1 - Self.b + Self.b * Float(lengths[message]) / meanLength)
        return term.weight * frequency * (Self.k1 + 1) / (frequency + norm)
    }

    func search(_ query: SearchQuery) -> [RankedMessage] {
        let scope = scope(query)
        var terms = terms(query, scope)
        var best = BestMessages(limit: Self.hits)
        if query.operation == .all {
            terms.sort { $0.places.count < $1.places.count }
            intersect(terms, scope, &best)
        } else if terms.count == 1 {
            for place in terms[0].places {
                let message = Int(terms[0].postings.messages[place])
                best.offer(message, score(terms[0], place, message, scope.meanLength))
            }
        } else {
            for term in terms {
                for place in term.places {
                    let message = Int(term.postings.messages[place])
                    scores[message] += score(term, place, message, scope.meanLength)
                }
            }
            for term in terms {
                for place in term.places {
                    let message = Int(term.postings.messages[place])
                    if scores[message] > 0 {
                        best.offer(message, scores[message])
                        scores[message] = 0
                    }
                }
            }
        }
        return best.items.map {
            RankedMessage(
                session: UInt32(corpus.session(of: $0.message)), sequence: UInt32(corpus.sequence(of: $0.message)),
                score: Double($0.score))
        }
    }

    private func intersect(_ terms: [Term], _ scope: Scope, _ best: inout BestMessages) {
        guard let rarest = terms.first else { return }
        var places = terms.map(\.places.lowerBound)
        next: for place in rarest.places {
            let message = rarest.postings.messages[place]
            var total = score(rarest, place, Int(message), scope.meanLength)
            for index in terms.indices.dropFirst() {
                let term = terms[index]
                var step = 1
                var low = places[index]
                // Doubling steps, then halves: near ones are found at once.
                while low + step < term.places.upperBound, term.postings.messages[low + step] < message {
                    low += step
                    step *= 2
                }
                while low < term.places.upperBound, term.postings.messages[low] < message {
                    while step > 1, low + step >= term.places.upperBound || term.postings.messages[low + step] > message
                    {
                        step /= 2
                    }
                    low += step
                }
                places[index] = low
                if low >= term.places.upperBound { return }
                if term.postings.messages[low] != message { continue next }
                total += score(term, low, Int(message), scope.meanLength)
            }
            best.offer(Int(message), total)
        }
    }

    /// How a message scores in a query; 0 if it doesn't match.
    func score(_ ranked: RankedMessage, _ query: SearchQuery) -> Double {
        let scope = scope(query)
        let message = Int(ranked.session) * corpus.messages + Int(ranked.sequence) - 1
        guard scope.messages.contains(message) else { return 0 }
        var total: Float = 0
        for term in terms(query, scope) {
            let place = term.postings.place(of: message)
            if place < term.postings.messages.count, Int(term.postings.messages[place]) == message {
                total += score(term, place, message, scope.meanLength)
            } else if query.operation == .all {
                return 0
            }
        }
        return Double(total)
    }

    func closeNow() {}
}

/// The best few of what is offered, best first.
struct BestMessages {
    private(set) var items: [(message: Int, score: Float)] = []
    private let limit: Int
    private var least: Float = 0

    init(limit: Int) {
        self.limit = limit
        items.reserveCapacity(limit + 1)
    }

    @inline(__always)
    mutating func offer(_ message: Int, _ score: Float) {
        if score > least { insert(message, score) }
    }

    private mutating func insert(_ message: Int, _ score: Float) {
        let place = items.firstIndex { $0.score < score } ?? items.count
        items.insert((message, score), at: place)
        if items.count > limit { items.removeLast() }
        if items.count == limit { least = items[limit - 1].score }
    }
}
