/// A message that a search found, and where it ranks.
struct RankedMessage: Sendable, Hashable {
    var session: UInt32
    /// From 1.
    var sequence: UInt32
    /// Higher is better.
    var score: Double
}

/// Whose document frequencies and mean length weigh the words of a search inside one session.
enum SessionStatistics: Sendable {
    case store
    case session
}

/// How long one engine may search before it is another's turn.
struct SearchLimit: Sendable {
    /// So many queries are run in any case.
    var enough: Int
    var nanoseconds: UInt64
}

/// A store that is searched, under test: the best ten by BM25.
///
/// The loop over the queries is inside of the engine, as in ``Engine``. Engines that block conform to
/// ``BlockingSearchingEngine``, which has it.
protocol SearchingEngine: AnyObject, Sendable {
    var sessionStatistics: SessionStatistics { get }

    /// All queries of the run, before anything is timed. They are asked for by their numbers in this array.
    func prepare(_ queries: [SearchQuery]) async throws

    func hits(of query: Int) async throws -> [RankedMessage]

    /// The nanoseconds of each query, one after another; those at the end are left out when the limit is reached.
    func time(_ queries: [Int], _ limit: SearchLimit) async throws -> [UInt64]

    func close() async throws
}

/// An engine with calls that block.
protocol BlockingSearchingEngine: SearchingEngine {
    var queries: [SearchQuery] { get set }

    /// The best ten, best first.
    func search(_ query: SearchQuery) throws -> [RankedMessage]

    func closeNow() throws
}

extension BlockingSearchingEngine {
    var sessionStatistics: SessionStatistics { .store }

    func prepare(_ queries: [SearchQuery]) async throws { self.queries = queries }

    func hits(of query: Int) async throws -> [RankedMessage] { try search(queries[query]) }

    func time(_ numbers: [Int], _ limit: SearchLimit) async throws -> [UInt64] {
        var times: [UInt64] = []
        let begin = nanoseconds()
        for number in numbers {
            let query = queries[number]
            let start = nanoseconds()
            _ = try search(query)
            let end = nanoseconds()
            times.append(end - start)
            if times.count >= limit.enough && end - begin > limit.nanoseconds { break }
        }
        return times
    }

    func close() async throws { try closeNow() }
}

/// What making a store and its index took.
struct SearchBuild: Sendable {
    var seconds: Double
    /// Of all threads, merges in the background included.
    var processorSeconds: Double
    /// Of the index alone, without the messages; `nil` if that can't be told.
    var indexBytes: Int?
}

/// A searching engine, or one way to set it up, by the name it has in the tables.
struct SearchingEngineKind: Sendable {
    typealias Build = @Sendable (_ path: String, _ source: SearchSource) async throws -> SearchBuild
    typealias Open = @Sendable (_ path: String) async throws -> any SearchingEngine

    let name: String
    /// Kinds of one name here differ in how they search; one store serves them all.
    var storeName: String
    let family: EngineKind.Family
    let build: Build
    /// `nil`: only its import is measured.
    var open: Open?

    init(
        name: String, storeName: String? = nil, family: EngineKind.Family, build: @escaping Build, open: Open? = nil
    ) {
        self.name = name
        self.storeName = storeName ?? name
        self.family = family
        self.build = build
        self.open = open
    }

    static let all = peers + amberlog

    static let peers: [SearchingEngineKind] = [
        tantivy, tantivySegments, tantivyArrival, tantivyThreads, tantivyWithoutPositions, fts5, fts5Messages,
    ]
}

/// Where engines get the messages from when they make their stores.
final class SearchSource: Sendable {
    let corpus: SearchCorpus
    /// The messages in a file, session after session, as ``SearchCorpus/write(_:to:)`` leaves them: for engines in
    /// other processes.
    let file: String
    /// The same in ``SearchCorpus/orderOfArrival(seed:)``.
    let arrivalFile: String

    init(corpus: SearchCorpus, file: String, arrivalFile: String) {
        self.corpus = corpus
        self.file = file
        self.arrivalFile = arrivalFile
    }
}
