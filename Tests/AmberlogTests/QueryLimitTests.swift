import AgentMemory
import Amberlog
import Testing

/// What is too much is ignored, and the outcome says so.
@Suite struct QueryLimitTests {
    private func texts(_ count: Int, _ make: (Int) -> String) -> String {
        (0..<count).map(make).joined(separator: " ")
    }

    @Test func `64 words`() {
        let most = QueryParser.parse(texts(64) { $0 % 2 == 0 ? "w\($0)" : "-w\($0)*" })
        #expect(most.query.clauses.count == 64 && !most.isTruncated)
        let more = QueryParser.parse(texts(65) { "w\($0)" } + " \"a phrase\" role:user")
        #expect(more.isTruncated)
        #expect(more.query.clauses.count == 65)
        #expect(more.query.clauses.last == QueryClause(.phrase, "a phrase"))
        #expect(more.query.filters.roles == [.user])
    }

    @Test func `16 phrases of 16 words`() {
        let phrase = "\"" + texts(16) { "w\($0)" } + "\""
        let most = QueryParser.parse(texts(16) { _ in phrase })
        #expect(most.query.clauses.count == 16 && !most.isTruncated)
        #expect(
            QueryParser.parse(texts(17) { _ in phrase }) == QueryParser.Outcome(query: most.query, isTruncated: true))
        let longer = QueryParser.parse("\"" + texts(17) { "w\($0)" } + "\"")
        #expect(longer == QueryParser.Outcome(query: Query(parsing: phrase), isTruncated: true))
        // Punctuation among the words doesn't count.
        #expect(QueryParser.parse("\"" + texts(16) { "w\($0) -" } + "\"").query == Query(parsing: phrase))
    }

    @Test func `1024 bytes of a clause, cut between scalars`() {
        let most = QueryParser.parse(String(repeating: "x", count: 1024))
        #expect(most.query.clauses.first?.text.utf8.count == 1024 && !most.isTruncated)
        for text in [String(repeating: "京", count: 2000), "\"" + String(repeating: "京", count: 2000) + "\""] {
            let long = QueryParser.parse(text)
            #expect(long.query.clauses.first?.text == String(repeating: "京", count: 341))
            #expect(long.isTruncated)
            #expect(
                QueryParser.parse(long.query.description) == QueryParser.Outcome(query: long.query, isTruncated: false))
        }
        let many = QueryParser.parse("\"one \(String(repeating: "x", count: 1021)) two\"")
        #expect(many == QueryParser.Outcome(query: Query(parsing: "\"one\""), isTruncated: true))
    }

    @Test func `32 filters`() {
        let most = QueryParser.parse(texts(32) { "meta.k:\($0)" })
        #expect(most.query.filters.metadata.first?.values.count == 32 && !most.isTruncated)
        let more = QueryParser.parse(texts(32) { "meta.k:\($0)" } + " role:user word")
        #expect(more.isTruncated && more.query.filters == most.query.filters)
        #expect(more.query.clauses == [QueryClause(.word, "word")])
    }

    @Test func `a filter of more than 512 bytes is words`() {
        let most = "meta.k:" + String(repeating: "v", count: 505)
        #expect(Query(parsing: most).clauses.isEmpty)
        for text in [most + "v", "meta.k:" + String(repeating: "v", count: 5000)] {
            let query = Query(parsing: text)
            #expect(query.filters.isEmpty && query.clauses.count == 1)
            #expect(Query(parsing: query.description) == query)
        }
        let quoted = Query(parsing: "meta.k:\"\(String(repeating: "v ", count: 300))\"")
        #expect(quoted.clauses.map(\.kind) == [.word, .phrase])
    }

    @Test func `a long run of stars hides no filter`() {
        for text in [
            "role:tool" + String(repeating: "*", count: 2000), "role:tool" + String(repeating: "*", count: 2000) + "x",
        ] {
            let query = Query(parsing: text)
            #expect(query == Query(parsing: "role:tool"))
            #expect(Query(parsing: query.description) == query)
        }
    }
}
