import AgentMemory

@testable import Amberlog

/// Queries. Every text is one; printed and read again it is the same.
extension FuzzTarget {
    static let query = FuzzTarget("query", rounds: 1000, seeds: seedQueries) { input in
        try checkQuery(String(decoding: input, as: UTF8.self))
    }

    /// - Throws: ``Contradiction``
    package static func checkQuery(_ text: String) throws {
        let query = QueryParser.parse(text, now: Timestamp(microseconds: 1_773_156_600_000_000)).query
        let printed = query.description
        let again = QueryParser.parse(printed, now: Timestamp(microseconds: 915_148_800_000_000))
        // Strings are equal when canonically equivalent; the printed bytes are compared as they are.
        try require(
            again.query == query && Array(again.query.description.utf8) == Array(printed.utf8) && !again.isTruncated,
            "\(text.debugDescription) reads as \(printed.debugDescription), which reads as \(again)")
        let words = query.clauses.count { $0.kind != .phrase }
        let isBounded =
            words <= QueryLimits.words && query.clauses.count - words <= QueryLimits.phrases
            && query.clauses.allSatisfy { clause in
                let bytes = clause.text.utf8
                let isShort = clause.kind != .phrase || bytes.count { $0 == 0x20 } < QueryLimits.phraseWords
                return isShort && !bytes.isEmpty && bytes.count <= QueryLimits.clauseBytes
            }
        try require(isBounded, "\(text.debugDescription) is over the limits")
        _ = query.selection
    }

    @Sendable private static func seedQueries() -> [String: [UInt8]] {
        let texts = [
            "question": "where do I work?", "operators": "\"a phrase\" +must -not prefix* 7",
            "filters": "role:user after:7d before:2026-02-01 meta.key:value",
            "quotes": "“curly” «angled» 「corner」 \"open",
            "wide": "＋a －b ＂c＂ d＊ role：tool", "dates": "after:2026-01-01T10:00 before:yesterday after:today",
            "metadata": "meta.\"a key\":\"a value\" -meta.k:1.5 meta.:", "phrases": "+\"a b\" -\"c d\" \"e f*\"",
            "scripts": "東京 に 住む ไทย क्षि 👍🏽", "addresses": "http://x/y a@b.c C++ don't", "nothing": " \u{3000}\n",
        ]
        return texts.mapValues { Array($0.utf8) }
    }
}
