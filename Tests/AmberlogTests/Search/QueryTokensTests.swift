import Amberlog
import Testing

/// The query's side: what to look for, together with what.
@Suite struct QueryTokensTests {
    private func groups(_ text: String) -> [QueryTokens.Group] {
        let tokenizer = Tokenizer()
        return QueryTokens(text, tokenizer: tokenizer).groups
    }

    private func described(_ text: String) -> [String] {
        groups(text).map { group in
            let terms = group.terms.map { "\(String(decoding: $0.bytes, as: UTF8.self))@\($0.position)" }
            let whole = group.whole.map { String(decoding: $0.bytes, as: UTF8.self) + " or " } ?? ""
            return "\(whole)\(terms.joined(separator: "+")), \(group.length) from \(group.position)"
        }
    }

    @Test(
        arguments: [
            ("", []), ("the cat", ["the@0, 1 from 0", "cat@1, 1 from 1"]),
            ("my userId now", ["my@0, 1 from 0", "userid or user@1+id@2, 2 from 1", "now@3, 1 from 3"]),
            ("userId user_id", ["userid or user@0+id@1, 2 from 0", "user_id or user@2+id@3, 2 from 2"]),
            ("東京都", ["東京@0+京都@1, 3 from 0"]), ("東", ["東@0, 1 from 0"]),
            ("東京 都", ["東京@0, 2 from 0", "都@2, 1 from 2"]), ("東、京", ["東@0, 1 from 0", "京@1, 1 from 1"]),
            ("東京Tower👍", ["東京@0, 2 from 0", "tower@2, 1 from 2", "👍@3, 1 from 3"]),
            ("cat cat", ["cat@0, 1 from 0", "cat@1, 1 from 1"]),
        ] as [(String, [String])])
    func groupsInOrder(_ text: String, _ expected: [String]) { #expect(described(text) == expected) }

    @Test func `groups know where they stand`() {
        #expect(groups("(userId) 東京都 x").map(\.range) == [1..<7, 9..<18, 19..<20])
    }

    /// As an index would check it.
    private func contains(_ text: String, phrase: String) -> Bool {
        let places = Set(tokens(text).map { "\($0.hash) \($0.position)" })
        return (0..<100).contains { shift in
            groups(phrase).allSatisfy { group in
                ([group.whole.map { [$0] }, group.terms].compactMap { $0 }).contains { terms in
                    terms.allSatisfy { places.contains("\($0.hash) \($0.position + shift)") }
                }
            }
        }
    }

    @Test(arguments: [
        ("the user_id is", "user id", true), ("the userId is", "the user id is", true), ("a user id", "userId", true),
        ("a user id", "user_id", true), ("id user", "user_id", false), ("see getUserName here", "user name here", true),
        ("私は東京都に", "東京都", true), ("京東", "東京", false), ("東京と京都", "東京都", false), ("we don’t know", "dont know", true),
        ("O'Brien came", "obrien", true), ("O'Brien came", "o'brien came", true), ("Alice's cat", "alice cat", true),
        ("use utf8 here", "utf-8 here", true), ("python3.11", "python", true),
    ])
    func phrases(_ text: String, _ phrase: String, _ expected: Bool) {
        #expect(contains(text, phrase: phrase) == expected)
    }
}
