import AgentMemory
import Testing

@Suite struct SnippetTests {
    private func highlighted(_ snippet: Snippet) -> [String] {
        snippet.highlights.map { String(decoding: Array(snippet.text.utf8)[$0], as: UTF8.self) }
    }

    @Test func aShortTextIsItsSnippet() throws {
        let snippet = try RankedScan("alice TECHCORP").snippet(of: "Alice works\nat TechCorp.")
        #expect(snippet.text == "Alice works\nat TechCorp.")
        #expect(highlighted(snippet) == ["Alice", "TechCorp"])
    }

    @Test func aLongTextIsCutAtWords() throws {
        let filler = String(repeating: "lorem ipsum dolor ", count: 100)
        let snippet = try RankedScan("alice").snippet(of: filler + "here is Alice now " + filler)
        #expect(highlighted(snippet) == ["Alice"])
        #expect(snippet.text.hasPrefix("…") && snippet.text.hasSuffix("…"))
        #expect(snippet.text.utf8.count <= 260)
        let words = Set(snippet.text.dropFirst().dropLast().split(separator: " ").map(String.init))
        #expect(words.isSubset(of: ["lorem", "ipsum", "dolor", "here", "is", "Alice", "now"]))
    }

    @Test func showsThePartWithMostOfTheQuery() throws {
        let filler = String(repeating: "lorem ipsum ", count: 60)
        let snippet = try RankedScan("alice bob").snippet(of: "alice alice " + filler + "bob met alice " + filler)
        #expect(highlighted(snippet) == ["bob", "alice"])
    }

    @Test func pairsOfCharactersAreOneHighlight() throws {
        let snippet = try RankedScan("東京都").snippet(of: "私は東京都に住んでいます")
        #expect(highlighted(snippet) == ["東京都"])
    }

    @Test func withoutAMatchItIsTheBeginning() throws {
        #expect(try RankedScan("x").snippet(of: "") == Snippet(text: "", highlights: []))
        let snippet = try RankedScan("x").snippet(of: String(repeating: "lorem ", count: 100))
        #expect(snippet.text.hasPrefix("lorem lorem"))
        #expect(snippet.highlights.isEmpty)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func highlightsAreOnCharacterBoundaries(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "needle", "é", "e\u{301}", "👩‍👩‍👧‍👦", "🇩🇪", " ", "東京", "\r\n", "x", "\u{200D}", "\u{301}", "क्षि", "needle\u{301}",
        ]
        for _ in 0..<300 {
            let content = (0..<Int.random(in: 0..<200, using: &random)).map { _ in pieces.randomElement(using: &random)!
            }
            .joined()
            let snippet = try RankedScan("needle 東京 ex").snippet(of: content)
            var end = 0
            for range in snippet.highlights {
                #expect(range.lowerBound >= end && !range.isEmpty && range.upperBound <= snippet.text.utf8.count)
                end = range.upperBound
                for offset in [range.lowerBound, range.upperBound] {
                    let index = snippet.text.utf8.index(snippet.text.startIndex, offsetBy: offset)
                    #expect(String.Index(index, within: snippet.text) != nil, "seed \(seed): \(content)")
                }
            }
        }
    }

    @Test func aPileOfMarksIsNoTrap() throws {
        let content = "needle" + String(repeating: "\u{301}", count: 5000) + " needle"
        #expect(!(try RankedScan("needle").snippet(of: content).highlights.isEmpty))
    }
}
