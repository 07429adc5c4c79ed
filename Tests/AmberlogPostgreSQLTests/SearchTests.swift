#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import Testing

    /// Searching with `tsvector`.
    @Suite struct SearchTests {
        private func sequences(_ query: String, _ memory: PostgreSQLBackend) async throws -> [UInt64] {
            try await memory.searchHits(query, in: nil, options: SearchOptions(limit: 100)).map(\.sequence).sorted()
        }

        @Test func `what a query means`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let contents = [
                "the user_id of user-42", "an id for a user", "東京都に住む", "京都の東", "Gärten und Garten", "gardens",
                "don't panic", "rock and roll", "not this, OR that",
            ]
            try await memory.save(
                contents.enumerated().map { index, content in
                    Message(
                        role: index < 5 ? .user : "critic", content: content, timestamp: Timestamp(microseconds: 0),
                        metadata: ["lang": index == 4 ? "de" : "en", "n": .integer(Int64(index))])
                }, to: "s")
            let expected: [(String, [UInt64])] = [
                ("user_id", [1, 2]), ("+user_id", [1]), ("\"user id\"", [1]), ("+user -42", [2]), ("東京", [3]),
                ("京都", [3, 4]), ("+京都 -東京", [4]), ("東", [3, 4]), ("garten", [5]), ("gar*", [5, 6]),
                ("+gar* -gart*", [6]), ("don't", [7]), ("AND", [8]), ("OR NOT", [9]), ("role:critic", [6, 7, 8, 9]),
                ("-role:user roll", [8]), ("meta.lang:de", [5]), ("user meta.n:1", [2]), ("-meta.lang:en", [5]),
                ("role:user -user", [3, 4, 5]), ("👍", []), ("+👍 roll", [8]), ("-👍", []), ("\"rock roll\"", []),
                ("\"and roll\"", [8]), ("user*", [1, 2]), ("+\"user id\" role:critic", []),
            ]
            for (query, found) in expected { #expect(try await sequences(query, memory) == found, "\(query)") }
            try await memory.close()
        }

        @Test func `what must be there comes with what may be there first`() async throws {
            let memory = try await Fixture().open()
            var contents = (1...30).map { "filler \($0) in the middle" }
            contents[3] = "a garden in the middle"
            contents[20] = "a garden with tools in"
            try await memory.save(texts(contents), to: "s")
            let hits = try await memory.searchHits("+garden tools", in: "s", options: SearchOptions())
            #expect(hits.map(\.sequence) == [21, 4])
            try await memory.close()
        }

        @Test func `metadata are looked at as far as it takes`() async throws {
            let memory = try await Fixture().open()
            let messages = (0..<1600).map { number in
                Message(
                    role: .user, content: "apple \(number)", timestamp: Timestamp(microseconds: Int64(number)),
                    metadata: ["n": .integer(Int64(number % 400))])
            }
            try await memory.save(messages, to: "s")
            let options = SearchOptions(limit: 3, context: 1)
            let hits = try await memory.searchHits("apple meta.n:7", in: nil, options: options)
            #expect(hits.map(\.sequence) == [1208, 808, 408])
            #expect(
                hits.map { $0.before.map(\.sequence) + $0.after.map(\.sequence) } == [
                    [1207, 1209], [807, 809], [407, 409],
                ])
            #expect(try await memory.searchHits("apple meta.n:777", in: nil, options: options) == [])
            // The connections are free for changes again.
            try await memory.save(texts("apple"), to: "s")
            try await memory.close()
        }

        @Test func `full text in some sessions`() async throws {
            let memory = try await Fixture().open()
            for session in ["a", "b", "c", "d\0"] { try await memory.save(texts("apple pie", "pear"), to: session) }
            func found(_ sessions: [String]?, _ limit: Int = 10) async throws -> [String] {
                try await memory.searchFullText("apple", sessions: sessions, limit: limit).map(\.session).sorted()
            }
            #expect(try await found(nil) == ["a", "b", "c", "d\0"])
            #expect(try await found(["a", "d\0", "unknown"]) == ["a", "d\0"])
            #expect(try await found([]) == [])
            #expect(try await found(nil, 2).count == 2)
            #expect(
                try await memory.searchFullText("+pie role:user", sessions: ["b"]).first?.snippet.highlights == [6..<9])
            #expect(await code { _ = try await memory.searchFullText("x", sessions: [""]) } == .invalidSessionID)
            #expect(await code { _ = try await memory.searchFullText("x", limit: -1) } == .invalidArgument)
            try await memory.close()
        }

        @Test func `without an index, and with one again`() async throws {
            let fixture = try await Fixture()
            let plain = try await fixture.open(searchEnabled: false)
            try await plain.save(texts((0..<300).map { "apple \($0)" }), to: "s")
            try await plain.save(texts((300..<1000).map { "apple \($0)" }), to: "s")
            #expect(try await plain.search("299") == texts("apple 299"))
            #expect(try await plain.search("999") == texts("apple 999"))
            #expect(await code { _ = try await plain.searchFullText("apple") } == .unsupported)
            try await plain.close()
            let indexed = try await fixture.open()
            for number in [0, 299, 300, 999] {
                #expect(try await indexed.searchFullText("\(number)").map(\.message) == texts("apple \(number)"))
            }
            #expect(try await indexed.searchFullText("apple", limit: 2000).count == 1000)
            try await indexed.close()
        }

        @Test func `long messages and long words`() async throws {
            let memory = try await Fixture().open()
            let word = String(repeating: "é", count: 100_000)
            let all = (0..<200_000).map { "w\($0)" }.joined(separator: " ")
            let same = String(repeating: "again ", count: 50_000) + "end"
            try await memory.save(texts(word, all, same, "short " + word), to: "s")
            #expect(try await memory.load("s", from: 2, limit: 1) == texts(all))
            #expect(try await sequences("w15 w99999999", memory) == [2])
            #expect(try await sequences("\"w15 w16\"", memory) == [2])
            #expect(try await sequences("\"w15 w17\"", memory) == [])
            #expect(try await sequences("end", memory) == [3])
            #expect(try await sequences("\"again again\"", memory) == [3])
            #expect(try await sequences("e" + String(repeating: "é", count: 200) + "*", memory) == [1, 4])
            try await memory.close()
        }
    }
#endif
