import AgentMemory
import Amberlog
import Testing

/// Roles, times and metadata in a query.
@Suite struct QueryFilterTests {
    /// 2026-03-10 15:30 UTC.
    private let now = Timestamp("2026-03-10T15:30:00Z")!

    private func time(_ text: String) -> Timestamp { Timestamp(text)! }

    @Test func `roles are alternatives`() {
        let query = Query(parsing: "role:user -role:tool ROLE:assistant +role:User role:user ｒｏｌｅ：ops")
        #expect(query.clauses.isEmpty)
        #expect(query.filters == QueryFilters(roles: [.user, .assistant, "User", "ops"], excludedRoles: [.tool]))
        #expect(Query(parsing: #"role:"a role""#).filters.roles == ["a role"])
    }

    @Test(
        arguments: [
            ("2026-01-01", "2026-01-01"), ("2026-02-01T10:00", "2026-02-01T10:00"), ("2026", "2026-01-01"),
            ("2026-02", "2026-02-01"), ("2026-01-01T10:00+02:00", "2026-01-01T08:00"),
            ("\"2026-01-01 10:00\"", "2026-01-01T10:00"), ("“2026-01-01 10:00”", "2026-01-01T10:00"),
            ("1769857200", "2026-01-31T11:00:00"), ("2026-01-01,", "2026-01-01"), ("2026-01-01?", "2026-01-01"),
            ("２０２６－０１－０１", "2026-01-01"), ("today", "2026-03-10"), ("Yesterday", "2026-03-09"),
            ("today?", "2026-03-10"), ("90s", "2026-03-10T15:28:30"), ("15m", "2026-03-10T15:15"),
            ("12h", "2026-03-10T03:30"), ("7d", "2026-03-03T15:30"), ("2W", "2026-02-24T15:30"),
            ("999999999w", "0001-01-01"), ("0d", "2026-03-10T15:30"),
        ])
    func `times`(_ text: String, _ expected: String) {
        #expect(Query(parsing: "after:" + text, now: now) == Query(filters: QueryFilters(after: time(expected))))
        #expect(Query(parsing: "before:" + text, now: now) == Query(filters: QueryFilters(before: time(expected))))
    }

    @Test(
        arguments: [
            "garbage", "lunch", "2026-13-01", "2026-1-1", "12", "12345", "-1", "-7d", "7", "d", "7x", "7 d",
            "99999999999d",
            "1.5d", "tomorrow", "2026-01-01x", "2026.5", "20260101", "1e300", "//2026", "todayx", "é", "१d", "?",
            "10000",
        ])
    func `a time that is none is words`(_ text: String) {
        for field in ["after:", "before:", "-after:"] {
            let query = Query(parsing: field + text, now: now)
            #expect(query.filters.isEmpty)
            #expect(query.clauses.first?.text.hasPrefix(field.drop { $0 == "-" }) == true)
            #expect(Query(parsing: query.description, now: now) == query)
        }
    }

    @Test func `a span of time is half open and narrows`() {
        let query = Query(parsing: "after:2026-01-01 before:2026-02-01 after:2026-01-10 before:2026-03-01")
        #expect(query.filters == QueryFilters(after: time("2026-01-10"), before: time("2026-02-01")))
        #expect(!query.filters.isTimeEmpty)
        let turned = Query(parsing: "-before:2026-01-10 -after:2026-02-01")
        #expect(turned == query)
        func passes(_ text: String) -> Bool {
            query.filters.passes(Message(role: .user, content: "", timestamp: time(text)))
        }
        #expect(passes("2026-01-10"))
        #expect(passes("2026-01-31T23:59:59.999999Z"))
        #expect(!passes("2026-02-01"))
        #expect(!passes("2026-01-09T23:59:59.999999Z"))
    }

    @Test func `midnight before 1970`() {
        let now = time("1969-12-31T12:00:00Z")
        #expect(Query(parsing: "after:today", now: now).filters.after == time("1969-12-31"))
        #expect(Query(parsing: "after:yesterday", now: .minimum).filters.after == .minimum)
        #expect(Query(parsing: "after:today", now: Timestamp(microseconds: .min)).filters.after == .minimum)
        #expect(Query(parsing: "after:today", now: Timestamp(microseconds: .max)).filters.after == .maximum)
    }

    @Test(
        arguments: [
            ("meta.lang:en", "lang", "en"), (#"meta.city:"New York""#, "city", "New York"), ("META.k:V", "k", "V"),
            ("meta.city:「New York」", "city", "New York"), ("meta.a.b:c", "a.b", "c"), ("meta.k：v", "k", "v"),
            (#"meta."a key":v"#, "a key", "v"), (#"meta."a:b":"c d""#, "a:b", "c d"), (#"meta.k:"""#, "k", ""),
            (#"meta.k:" x ""#, "k", " x "), ("meta.k:a:b", "k", "a:b"), ("meta.k::b", "k", ":b"),
            ("meta.k:-1", "k", "-1"),
            (#"meta.k:"//x""#, "k", "//x"), (#"meta.k:"v*""#, "k", "v*"), ("meta.k:v*", "k", "v"),
            ("meta.k:!", "k", "!"),
            (#"meta.size:27""#, "size", #"27""#), ("meta.k:C:/x", "k", "C:/x"), ("*meta.k:v*", "k", "v"),
        ])
    func `metadata`(_ text: String, _ key: String, _ value: String) {
        let query = Query(parsing: text)
        #expect(query == Query(filters: QueryFilters(metadata: [MetadataCondition(key: key, values: [value])])))
        #expect(Query(parsing: query.description) == query)
        let excluded = Query(parsing: "-" + text)
        if !text.hasPrefix("*") {
            #expect(excluded.filters.metadata == [MetadataCondition(key: key, values: [value], isExcluded: true)])
        }
    }

    @Test func `several values of a key are alternatives`() {
        let query = Query(parsing: "meta.a:1 meta.b:2 meta.a:3 -meta.a:4 meta.a:1")
        #expect(
            query.filters.metadata == [
                MetadataCondition(key: "a", values: ["1", "3"]), MetadataCondition(key: "b", values: ["2"]),
                MetadataCondition(key: "a", values: ["4"], isExcluded: true),
            ])
        #expect(query.description == "meta.a:1 meta.a:3 meta.b:2 -meta.a:4")
    }

    @Test(
        arguments: [
            ("meta.s:text", true), ("meta.s:Text", false), ("meta.n:5", true), ("meta.n:5.0", false),
            ("meta.d:0.50", true),
            ("meta.t:true", true), ("meta.t:false", false), ("meta.z:null", true), ("meta.tags:b", true),
            ("meta.tags:c", false), ("meta.o.in:x", true), ("meta.o.in:y", false), ("meta.o:x", false),
            ("meta.p.q:literal", true), ("meta.none:x", false), ("-meta.none:x", true), ("-meta.s:text", false),
            ("-meta.tags:c", true), ("meta.tags:nested", false), ("meta.s:other meta.s:text", true),
            ("meta.s:text meta.n:6", false), ("-meta.s:a -meta.s:text", false),
        ])
    func `which metadata pass`(_ text: String, _ expected: Bool) {
        let message = Message(
            role: .user, content: "x",
            metadata: [
                "s": "text", "n": .integer(5), "d": .double(0.5), "t": .bool(true), "z": .null,
                "tags": .array(["a", "b", .array(["nested"])]), "o": .object(["in": "x"]), "p.q": "literal",
                "p": .object(["q": "inner"]),
            ])
        #expect(Query(parsing: text).filters.passes(message) == expected)
    }

    @Test func `which roles pass`() {
        let tool = Message(role: .tool, content: "x")
        let user = Message(role: .user, content: "x")
        #expect(Query(parsing: "role:tool").filters.passes(tool))
        #expect(!Query(parsing: "role:tool").filters.passes(user))
        #expect(!Query(parsing: "-role:tool").filters.passes(tool))
        #expect(Query(parsing: "-role:tool").filters.passes(user))
        #expect(!Query(parsing: "role:tool -role:tool").filters.passes(tool))
        #expect(QueryFilters().isEmpty && QueryFilters().passes(tool))
    }

    @Test func `filters stand among words in any order`() {
        let query = Query(parsing: #"after:2026-01-01 garden -role:tool "two words" meta.k:v tools"#)
        #expect(
            query.description
                == #"garden "two words" tools -role:tool meta.k:v after:2026-01-01T00:00:00.000000Z"#)
    }
}
