import AgentMemory
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

@testable import Amberlog

/// Whatever is done to a store, a search finds what looking at every message finds, with the scores that the formulas
/// say.
@Suite struct SearchModelTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        var name: String
        var maximumMessages: Int?
        var timeToLive: Duration?
        var cachedReads = SimulatedFileSystem.CachedReads.always

        var testDescription: String { name }

        static let all = [
            Variant(name: "plain"),
            Variant(name: "at most 30 messages", maximumMessages: 30, cachedReads: .never),
            Variant(name: "time to live", timeToLive: .seconds(900)),
        ]
    }

    @Test(arguments: Variant.all)
    func `a search equals brute force after every step`(_ variant: Variant) async throws {
        var work = SearchWorkload(seed: TestSeed.next(named: "search model, \(variant.name)"))
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        fixture.options.maximumMessages = variant.maximumMessages
        fixture.options.timeToLive = variant.timeToLive
        fixture.cachedReads = variant.cachedReads
        var model = ModelStore()
        model.maximumMessages = variant.maximumMessages
        if let timeToLive = variant.timeToLive { model.timeToLive_µs = timeToLive.components.seconds * 1_000_000 }
        var store = try await fixture.open()
        var history: [String] = []
        var checker = SearchChecker()
        let steps = 300
        for number in 1...steps {
            if work.generator.chance(20) {
                fixture.clock.advance(by: .milliseconds(Int64(work.generator.below(200_000))))
            }
            let now = fixture.clock.now_µs()
            switch work.generator.below(40) {
            case 0:
                try await store.close()
                store = try await fixture.open()
                history.append("close and open")
            case 1:
                fixture = fixture.afterCrash()
                store = try await fixture.open()
                history.append("kill and open")
            case 2 where work.generator.chance(40):
                try await store.reindex()
                history.append("reindex")
            default:
                let step = work.step(now_µs: now)
                history.append("\(step)")
                let expected = model.perform(step, now_µs: now)
                #expect(try await store.perform(step) == expected)
            }
            if work.generator.chance(50) { continue }
            checker.oracle.show(model.snapshot(at: now).sessions.mapValues(\.messages))
            for _ in 0..<2 {
                try await checker.checkGlobally(work.query(), store, &work.generator)
                try await checker.check(work.query(), in: work.session(), store, &work.generator)
            }
            try await checker.check(work.question(), in: work.session(), store, &work.generator)
            if let problem = checker.problem {
                Issue.record("step \(number): \(problem)\nafter\n\(history.suffix(25).joined(separator: "\n"))")
                return
            }
        }
        try await store.close()
        print("search model, \(variant.name): \(steps) steps, \(checker.queries) queries, \(checker.hits) hits")
        #expect(checker.exactGlobal > 30 && checker.hits > 1000)
    }

    /// Lists of several blocks, messages in several windows, some runs in files and one in memory.
    @Test func `a large store`() async throws {
        var work = SearchWorkload(seed: TestSeed.next(named: "search model, large"))
        work.wordsMax = 4
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        fixture.options.initialJournalBytes = 1 << 20
        fixture.options.maximumJournalBytes = 1 << 20
        fixture.options.cacheBytes = 32 << 20
        let store = try await fixture.open()
        var model = ModelStore()
        for round in 0..<14 {
            let step = Step.save((0..<320).map { _ in work.message() }, to: work.session())
            _ = model.perform(step, now_µs: fixture.clock.now_µs())
            _ = try await store.perform(step)
            if round % 5 == 3 { try await store.checkpoint() }
        }
        var checker = SearchChecker()
        let sessions = model.snapshot(at: fixture.clock.now_µs()).sessions.mapValues(\.messages)
        checker.oracle.show(sessions)
        for isMerged in [false, true] {
            if isMerged { _ = try await store.compact() }
            for _ in 0..<3 { try await checker.checkGlobally(work.query(), store, &work.generator) }
            if let problem = checker.problem { Issue.record("merged: \(isMerged), \(problem)") }
        }
        #expect(checker.exactGlobal >= 3)
        try await store.close()
    }
}

/// Compares searches with the oracle.
struct SearchChecker {
    var oracle = SearchOracle()
    private(set) var problem: String?
    private(set) var queries = 0
    private(set) var hits = 0
    /// So many searches of the whole store were compared by their exact scores.
    private(set) var exactGlobal = 0

    private static let all = 100_000

    private func key(_ session: String, _ sequence: UInt64) -> String { "\(session)/\(sequence)" }

    private mutating func fail(_ text: String, _ what: String) {
        if problem == nil { problem = "<\(text)>: \(what)" }
    }

    /// One session: by words alone and by the default ranking, by exact scores.
    mutating func check(
        _ text: String, in session: String, _ store: AmberlogStore, _ generator: inout SeededGenerator
    ) async throws {
        let query = Query(parsing: text)
        let clauses = SearchOracle.clauses(query)
        let documents = oracle.documents.filter { $0.session == session }
        let isQuestion = QuestionWords.isQuestion(query.clauses.filter { $0.kind == .word }.map(\.text))
        for ranking in [SearchRanking.wordsOnly, .conversation] {
            let options = SearchOptions(limit: Self.all, ranking: ranking)
            let results = try await store.searchResults(text, in: session, options: options)
            var scores: [Double]
            if query.selection != .ranked {
                scores = documents.map { SearchOracle.matches($0, query, clauses) ? 1 : 0 }
            } else if documents.isEmpty {
                scores = []
            } else if ranking == .wordsOnly {
                scores = SearchOracle.okapi(SearchOracle.terms(clauses), documents)
                for index in documents.indices where !SearchOracle.matches(documents[index], query, clauses) {
                    scores[index] = 0
                }
            } else {
                scores = ConversationOracle(documents: documents, clauses: clauses, isQuestion: isQuestion).scores()
                // With a phrase, the message itself has to have something of the query.
                let hasPhrase = clauses.contains {
                    if case .phrase = $0.kind { $0.occurrence != .mustNot } else { false }
                }
                for (index, document) in documents.enumerated() {
                    let isResult =
                        hasPhrase
                        ? SearchOracle.matches(document, query, clauses)
                        : SearchOracle.isAllowed(document, query, clauses)
                    if !isResult { scores[index] = 0 }
                }
            }
            compare(
                "\(text)> in <\(session)> by <\(ranking.rawValue)", results, documents, scores,
                comparesScores: query.selection == .ranked)
            try await checkLimits(text, in: session, options, results, store, &generator)
        }
    }

    /// The whole store.
    mutating func checkGlobally(
        _ text: String, _ store: AmberlogStore, _ generator: inout SeededGenerator
    ) async throws {
        let query = Query(parsing: text)
        let clauses = SearchOracle.clauses(query)
        let documents = oracle.documents
        let options = SearchOptions(limit: Self.all, ranking: .wordsOnly)
        let results = try await store.searchResults(text, options: options)
        // Its statistics are those of what the runs hold: of exactly the live messages, or of some that are gone, too.
        let isExact = results.indexedMessages == UInt64(documents.count)
        var scores = SearchOracle.okapi(SearchOracle.terms(clauses), documents)
        for (index, document) in documents.enumerated() {
            let matches = SearchOracle.matches(document, query, clauses)
            scores[index] = matches ? (query.selection == .ranked ? scores[index] : 1) : 0
        }
        if isExact { exactGlobal += 1 }
        compare(
            "\(text)> everywhere <", results, documents, scores,
            comparesScores: isExact && query.selection == .ranked)
        try await checkLimits(text, in: nil, options, results, store, &generator)

        let found = try await store.searchResults(text, options: SearchOptions(limit: Self.all)).hits
        let foundKeys = Set(found.map { key($0.session, $0.sequence) })
        if foundKeys.count != found.count { fail(text, "a message is found twice") }
        for document in documents {
            let isFound = foundKeys.contains(key(document.session, document.sequence))
            if SearchOracle.matches(document, query, clauses), !isFound {
                fail(text, "\(document.session)/\(document.sequence) is not found by the default ranking")
            }
            if isFound, !SearchOracle.isAllowed(document, query, clauses) {
                fail(text, "\(document.session)/\(document.sequence) is found though it may not be")
            }
        }
        let live = Set(documents.map { key($0.session, $0.sequence) })
        if !foundKeys.isSubset(of: live) { fail(text, "\(foundKeys.subtracting(live)) are found and not there") }
    }

    private mutating func compare(
        _ text: String, _ results: SearchResults, _ documents: [SearchOracle.Document], _ scores: [Double],
        comparesScores: Bool
    ) {
        queries += 1
        hits += results.hits.count
        if !results.isComplete { fail(text, "not complete") }
        var expected: [String: Int] = [:]
        for index in documents.indices where scores[index] > 0 {
            expected[key(documents[index].session, documents[index].sequence)] = index
        }
        var last: SearchHit?
        for hit in results.hits {
            let name = key(hit.session, hit.sequence)
            guard let index = expected.removeValue(forKey: name) else {
                fail(text, "\(name), <\(hit.message.content)>, is found and should not be, with \(hit.score)")
                return
            }
            if hit.message != documents[index].message { fail(text, "\(name) has another message") }
            let difference = abs(hit.score - scores[index])
            // Exact scores begin at 8192: what counts is the part above.
            let size = scores[index] >= ConversationOracle.exactBase ? scores[index] - 8192 : scores[index]
            if comparesScores, difference > 1e-3 * size + 2e-5 {
                fail(text, "\(name) scores \(hit.score), not \(scores[index])")
            }
            if let last, !isInOrder(last, hit) { fail(text, "\(key(last.session, last.sequence)) is before \(name)") }
            last = hit
        }
        if let missing = expected.first {
            fail(
                text,
                "\(missing.key), <\(documents[missing.value].message.content)>, is not found: "
                    + "\(results.hits.count) of \(results.hits.count + expected.count) are")
        }
    }

    private func isInOrder(_ first: SearchHit, _ second: SearchHit) -> Bool {
        if first.score != second.score { return first.score > second.score }
        if first.session == second.session, first.message.timestamp == second.message.timestamp {
            return first.sequence > second.sequence
        }
        return true
    }

    /// The best few are the first of all.
    private mutating func checkLimits(
        _ text: String, in session: String?, _ options: SearchOptions, _ all: SearchResults, _ store: AmberlogStore,
        _ generator: inout SeededGenerator
    ) async throws {
        var few = options
        few.limit = generator.below(12)
        let hits = try await store.searchResults(text, in: session, options: few).hits
        let first = all.hits.prefix(few.limit)
        if !hits.elementsEqual(first, by: { $0 == $1 }) {
            fail(
                text,
                "the best \(few.limit) are \(hits.map { "\($0.session)/\($0.sequence) \($0.score)" }), not "
                    + "\(first.map { "\($0.session)/\($0.sequence) \($0.score)" })")
        }
    }
}
