internal import AgentMemory

/// A stretch of conversation as a query sees it: arrays with a place for each sequence.
struct ConversationWindow {
    /// Words that matter whatever the query is about.
    enum Feature {
        /// Names of times: yesterday, June.
        case time
        /// The author speaks of themselves.
        case firstPerson
    }

    typealias Postings = [(place: Int, count: UInt8)]

    let count: Int
    var lengths: [UInt8]
    var isPresent: [Bool]
    var times_s: [Int64]
    private var terms: [ConversationScorer.Term] = []
    /// Words as they were typed, for the messages that have all of them.
    private var exactTerms: [ConversationScorer.Term] = []
    /// Some word as it was typed is nowhere here.
    private var lacksAnExactTerm = false
    /// Places that have all required terms so far and none of the excluded.
    private var isAllowed: [Bool]?
    private var isByNamed: [Bool]?
    /// There are messages elsewhere, by others.
    var isPartOfMore = false
    private var timeWords: [UInt8]?
    private var isFirstPerson: [Bool]?

    init(count: Int) {
        self.count = count
        lengths = [UInt8](repeating: 0, count: count)
        isPresent = [Bool](repeating: false, count: count)
        times_s = [Int64](repeating: 0, count: count)
    }

    /// The query names the author of some of the messages, and not of all.
    var namesAuthor: Bool {
        guard let isByNamed else { return false }
        if isPartOfMore { return true }
        return (0..<count).contains { isPresent[$0] && !isByNamed[$0] }
    }

    mutating func setPresent(_ places: Range<Int>) {
        isPresent.withUnsafeMutableBufferPointer { $0[places].update(repeating: true) }
    }

    func isResult(_ place: Int) -> Bool { isPresent[place] && isAllowed?[place] ?? true }

    /// How many of the messages are there: what isn't any more says nothing about its neighbors either.
    func presentCount(_ postings: Postings) -> Int {
        postings.reduce(0) { $0 + (isPresent[$1.place] ? 1 : 0) }
    }

    /// Takes in what a term demands of every result.
    mutating func restrict(_ term: SearchPlan.Term, _ postings: Postings) {
        guard term.isRequired || term.isExcluded else { return }
        var allowed = isAllowed ?? [Bool](repeating: true, count: count)
        if term.isExcluded {
            for posting in postings { allowed[posting.place] = false }
        } else {
            // What had all terms before this one and has it as well.
            let both = postings.filter { allowed[$0.place] }
            allowed = [Bool](repeating: false, count: count)
            for posting in both { allowed[posting.place] = true }
        }
        isAllowed = allowed
    }

    /// Takes in a term of the query with its other forms.
    mutating func add(_ weight: Double, _ postings: Postings) {
        if let term = term(weight, postings) { terms.append(term) }
    }

    /// Takes in a term as it was typed.
    mutating func addExact(_ weight: Double, _ postings: Postings) {
        if let term = term(weight, postings) { exactTerms.append(term) } else { lacksAnExactTerm = true }
    }

    /// A word that no more than one of so many messages has is looked at where it is.
    private static let fewShare = 16

    private func term(_ weight: Double, _ postings: Postings) -> ConversationScorer.Term? {
        var frequencies = [UInt8](repeating: 0, count: count)
        var places: [Int] = []
        for posting in postings where isPresent[posting.place] {
            if frequencies[posting.place] == 0 { places.append(posting.place) }
            frequencies[posting.place] = UInt8(min(255, Int(frequencies[posting.place]) + Int(posting.count)))
        }
        if places.isEmpty { return nil }
        let areFew = places.count * Self.fewShare <= count
        // Those of several forms of a word come one form after another.
        if areFew { places.sort() }
        return ConversationScorer.Term(
            weight: Float(weight), frequencies: frequencies, places: areFew ? places : nil)
    }

    /// Takes in the messages of an author whom the query names.
    mutating func addAuthor(_ postings: Postings) {
        if postings.isEmpty { return }
        var by = isByNamed ?? [Bool](repeating: false, count: count)
        for posting in postings { by[posting.place] = true }
        isByNamed = by
    }

    mutating func add(_ feature: Feature, _ postings: Postings) {
        if postings.isEmpty { return }
        switch feature {
        case .time:
            var words = timeWords ?? [UInt8](repeating: 0, count: count)
            for posting in postings {
                words[posting.place] = UInt8(min(255, Int(words[posting.place]) + Int(posting.count)))
            }
            timeWords = words
        case .firstPerson:
            var first = isFirstPerson ?? [Bool](repeating: false, count: count)
            for posting in postings { first[posting.place] = true }
            isFirstPerson = first
        }
    }

    /// The scores of all places, and which of them have every word of the query: those come first, by their exact
    /// scores.
    func scores(
        parameters: RankingParameters, averageLength: Float, dates: [DateRange], withSittings: Bool
    ) -> (scores: [Float], exact: [Float]?) {
        let scorer = ConversationScorer(parameters: parameters, averageLength: max(1, averageLength), lengths: lengths)
        var scores = scorer.scores(terms)
        for place in 0..<count where !isPresent[place] { scores[place] = 0 }
        if let isByNamed, namesAuthor {
            for place in 0..<count where isByNamed[place] {
                scores[place] *= 1 + parameters.author
                if let isFirstPerson, isFirstPerson[place] { scores[place] *= 1 + parameters.firstPerson }
            }
        }
        if let timeWords {
            for place in 0..<count where timeWords[place] > 0 {
                scores[place] *= 1 + parameters.time * Float(min(2, timeWords[place]))
            }
        }
        if !dates.isEmpty {
            for place in 0..<count where scores[place] > 0 {
                let nearness = dates.reduce(Float(0)) { max($0, $1.nearness(times_s[place])) }
                scores[place] *= 1 + parameters.date * nearness
            }
        }
        if withSittings { scorer.addSittings(&scores, times_s: times_s, isPresent: isPresent) }
        return (scores, exactScores(averageLength))
    }

    private func exactScores(_ averageLength: Float) -> [Float]? {
        guard !lacksAnExactTerm, let first = exactTerms.first else { return nil }
        let places = (exactTerms.lazy.compactMap(\.places).min { $0.count < $1.count } ?? Array(0..<count)).filter {
            place in
            first.frequencies[place] > 0 && exactTerms.dropFirst().allSatisfy { $0.frequencies[place] > 0 }
        }
        if places.isEmpty { return nil }
        let scorer = ConversationScorer(
            parameters: .wordsOnly, averageLength: max(1, averageLength), lengths: lengths)
        let all = scorer.scores(exactTerms)
        var scores = [Float](repeating: 0, count: count)
        for place in places { scores[place] = all[place] }
        return scores
    }
}

/// The words of ``ConversationWindow/Feature``, as keys.
enum FeatureWords {
    static let times: [[UInt8]] = keys([
        "yesterday", "today", "tomorrow", "tonight", "last", "next", "ago", "week", "weekend", "month", "year",
        "recently", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
        "march", "april", "june", "july", "august", "september", "october", "november", "december",
    ])

    static let firstPerson: [[UInt8]] = keys([
        "i", "im", "ive", "ill", "me", "my", "mine", "myself", "we", "weve", "our",
    ])

    private static func keys(_ words: [String]) -> [[UInt8]] {
        let tokenizer = Tokenizer()
        var keys: [[UInt8]] = []
        for word in words {
            for group in QueryTokens(word, tokenizer: tokenizer).groups {
                for term in group.terms {
                    let key = SearchPlan.key(.content, term)
                    if !keys.contains(key) { keys.append(key) }
                }
            }
        }
        return keys
    }
}
