#if SQLite
    import AgentMemory
    @testable import AmberlogSQLite
    import AmberlogTestKit
    import GRDB
    import Testing

    /// Searching with FTS5.
    @Suite struct SearchTests {
        private func sequences(_ query: String, _ memory: SQLiteBackend) async throws -> [UInt64] {
            try await memory.searchHits(query, in: nil, options: SearchOptions(limit: 100)).map(\.sequence).sorted()
        }

        @Test func `what a query means`() async throws {
            let fixture = try Fixture()
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
                ("+gar* -gart*", [6]),
                ("don't", [7]), ("AND", [8]), ("OR NOT", [9]), ("role:critic", [6, 7, 8, 9]), ("-role:user roll", [8]),
                ("meta.lang:de", [5]), ("user meta.n:1", [2]), ("-meta.lang:en", [5]), ("role:user -user", [3, 4, 5]),
                ("👍", []), ("+👍 roll", [8]), ("-👍", []), ("\"rock roll\"", []), ("\"and roll\"", [8]),
                ("user*", [1, 2]),
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

        @Test func `highlights are the words that matched`() async throws {
            let memory = try await Fixture().open()
            try await memory.save(texts("Où est le CAFÉ? Près du 東京タワー, cafeteria"), to: "s")
            func highlights(_ query: String) async throws -> [String] {
                let hit = try await memory.searchHits(query, in: nil, options: SearchOptions()).first
                return (hit?.snippet.highlights ?? []).map {
                    String(decoding: Array((hit?.snippet.text ?? "").utf8)[$0], as: UTF8.self)
                }
            }
            #expect(try await highlights("cafe") == ["CAFÉ"])
            #expect(try await highlights("cafe*") == ["CAFÉ", "cafeteria"])
            #expect(try await highlights("\"est le\"") == ["est le"])
            #expect(try await highlights("東京タワー -absent") == ["東京タワー"])
            try await memory.close()
        }

        /// After any changes, a search finds what a scan of the messages finds, and the index is sound.
        @Test func `the index follows the messages`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            var generator = SeededGenerator(seed: TestSeed.next(named: "an FTS5 index"))
            let words = ["apple", "Pear", "café", "東京", "42", "user_id", "don't", "и́ван", "👍", "x\0y"]
            func content() -> String {
                (0..<1 + generator.below(6)).map { _ in words[generator.below(words.count)] }.joined(separator: " ")
            }
            for step in 0..<300 {
                let session = "s\(generator.below(4))"
                switch generator.below(12) {
                case 0: try await memory.clear(session)
                case 1: try await memory.removeLast(generator.below(4), from: session)
                case 2: try await memory.trim(session, toLast: generator.below(8))
                case 3 where step.isMultiple(of: 50): try await memory.clearAll()
                default: try await memory.save(texts((0..<1 + generator.below(3)).map { _ in content() }), to: session)
                }
                guard step.isMultiple(of: 10) else { continue }
                for word in words {
                    func places(_ hits: [SearchHit]) -> Set<String> { Set(hits.map { "\($0.session) \($0.sequence)" }) }
                    let options = SearchOptions(limit: 10_000)
                    let found = try await memory.searchHits(word, in: nil, options: options)
                    let scanned = try await memory.scannedHits(word, in: nil, options: options)
                    #expect(places(found) == places(scanned), "step \(step), \(word)")
                    let inside = try await memory.searchHits(word, in: session, options: options)
                    #expect(places(inside) == places(found.filter { $0.session == session }), "step \(step), \(word)")
                }
            }
            try await memory.close()
            try fixture.execute("INSERT INTO conversations_search (conversations_search) VALUES ('integrity-check')")
        }
    }
#endif
