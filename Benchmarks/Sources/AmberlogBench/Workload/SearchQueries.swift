/// A search for one, two or three words.
struct SearchQuery: Sendable {
    enum Operation: String, Sendable {
        /// Messages with one of the words, or more.
        case any = "OR"
        /// Messages with all of them.
        case all = "AND"
    }

    let words: [String]
    /// The words' numbers in ``SearchCorpus/words``.
    let numbers: [UInt32]
    let operation: Operation
    /// The session that is searched; `nil`: the whole store.
    let session: UInt32?
}

/// What kind of queries are measured together.
struct SearchClass: Sendable, Hashable {
    enum Scope: String, Sendable {
        case store = "G"
        case session = "S"
    }

    /// In how many messages of the store the words are.
    enum Level: String, CaseIterable, Sendable {
        case high
        case mid
        case low

        func contains(_ documentFrequency: UInt32, of messages: Int) -> Bool {
            let part = Double(documentFrequency) / Double(messages)
            return switch self {
            case .high: part >= 0.05 && part <= 0.3
            case .mid: part >= 0.001 && part <= 0.01
            case .low: documentFrequency >= 10 && documentFrequency <= 200
            }
        }
    }

    let scope: Scope
    let words: Int
    let operation: SearchQuery.Operation
    let level: Level

    /// `G2 OR`, as it stands in the table.
    var row: String { "\(scope.rawValue)\(words)" + (words > 1 ? " \(operation.rawValue)" : "") }

    /// Stands in the JSON lines: `E.G2or.high`.
    var metric: String {
        "E.\(scope.rawValue)\(words)" + (words > 1 ? operation.rawValue.lowercased() : "") + ".\(level.rawValue)"
    }

    static let all: [SearchClass] = [Scope.store, .session].flatMap { scope in
        [(1, SearchQuery.Operation.any), (2, .any), (3, .any), (2, .all), (3, .all)].flatMap { words, operation in
            Level.allCases.map { SearchClass(scope: scope, words: words, operation: operation, level: $0) }
        }
    }
}

/// The queries of all classes, one class after another, drawn from what the messages say.
///
/// A word comes from a message picked at random, so that frequent words of a level are asked for more often than rare
/// ones. The words of an AND query are from one message, those of an OR query from different ones: of one session, if
/// that session is what is searched.
struct SearchQueries: Sendable {
    private(set) var all: [SearchQuery] = []
    private(set) var ranges: [SearchClass: Range<Int>] = [:]

    init(_ corpus: SearchCorpus, perClass count: Int, seed: UInt64) {
        var random = Random(seed: seed)
        for one in SearchClass.all {
            let start = all.count
            // A small store may not have so many messages with three rare words.
            var attempts = 0
            while all.count - start < count && attempts < 2_000_000 {
                attempts += 1
                if let query = Self.draw(one, corpus, &random) { all.append(query) }
            }
            ranges[one] = start..<all.count
        }
    }

    /// Those of the words of all queries, for the scorer that keeps their postings in memory.
    var numbers: Set<UInt32> { Set(all.flatMap(\.numbers)) }

    private static func draw(_ one: SearchClass, _ corpus: SearchCorpus, _ random: inout Random) -> SearchQuery? {
        let first = random.below(corpus.count)
        let session = corpus.session(of: first)
        var numbers: [UInt32] = []
        switch one.operation {
        case .all:
            var words = candidates(of: first, one.level, corpus)
            if words.count < one.words { return nil }
            words.shuffle(using: &random)
            numbers = Array(words.prefix(one.words))
        case .any:
            var message = first
            var used: Set<Int> = []
            var attempts = 0
            while numbers.count < one.words {
                let words = candidates(of: message, one.level, corpus).filter { !numbers.contains($0) }
                if !words.isEmpty, used.insert(message).inserted { numbers.append(words[random.below(words.count)]) }
                message =
                    one.scope == .session
                    ? session * corpus.messages + random.below(corpus.messages) : random.below(corpus.count)
                attempts += 1
                if attempts > 1000 { return nil }
            }
        }
        return SearchQuery(
            words: numbers.map { corpus.words.word(Int($0)) }, numbers: numbers, operation: one.operation,
            session: one.scope == .session ? UInt32(session) : nil)
    }

    private static func candidates(of message: Int, _ level: SearchClass.Level, _ corpus: SearchCorpus) -> [UInt32] {
        corpus.words(of: message).filter {
            level.contains(corpus.documentFrequencies[Int($0)], of: corpus.count)
        }
    }
}
