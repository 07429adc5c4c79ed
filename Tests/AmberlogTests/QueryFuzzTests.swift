import AgentMemory
import Amberlog
import AmberlogTestKit
import FuzzTargets
import Testing

/// Random texts: nothing traps, printing and reading again gives the same value, and time is linear.
@Suite struct QueryFuzzTests {
    private let now = Timestamp("2026-03-10T15:30:00Z")!

    @Test func `operator soup`() throws {
        let pieces = [
            "\"", "\"", "“", "”", "「", "」", "«", "＂", "+", "-", "＋", "－", "−", "*", "＊", ":", "：", " ", " ", " ", "\n",
            "\u{3000}",
            "a", "b", "word", "é", "e\u{301}", "\u{301}", "京", "東京", "👍🏽", "1", "2026", "role", "role:", "Role：", "tool",
            "meta.", "meta.k", "meta.k:", "meta.\"a key\":", "after:", "before:", "-after:", "2026-01-01", "7d",
            "today",
            "yesterday", "T10:00", "/", "//", "http://x", "(", ")", ".", ",", "_", "'", "\u{0}", "\u{200B}", "\u{FEFF}",
            "\u{200D}",
            "\r\n", "\"a b\"", "+\"a b\"", "-x*", "--", "**",
        ]
        var generator = SeededGenerator(seed: TestSeed.next(named: "operator soup"))
        for _ in 0..<20_000 {
            let count = 1 + generator.below(generator.chance(5) ? 200 : 12)
            try FuzzTarget.checkQuery((0..<count).map { _ in pieces[generator.below(pieces.count)] }.joined())
        }
    }

    @Test func `random scalars`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "random scalars"))
        for _ in 0..<5000 {
            var text = ""
            for _ in 0..<generator.below(60) {
                let bound = [0x80, 0x300, 0x3100, 0x11_0000][generator.below(4)]
                if let scalar = Unicode.Scalar(UInt32(generator.below(bound))) { text.unicodeScalars.append(scalar) }
            }
            try FuzzTarget.checkQuery(text)
        }
    }

    @Test func `random bytes, repaired`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "random bytes"))
        for _ in 0..<3000 {
            try FuzzTarget.checkQuery(String(decoding: generator.bytes(generator.below(80)), as: UTF8.self))
        }
    }

    @Test func `long pieces`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "long pieces"))
        let pieces = [
            "x", "京", "*", "＊", "-", "+", "\"", "a\"", "👍", ":", "meta.", "role:", "after:2026", " ", "é", "(",
        ]
        for _ in 0..<1000 {
            let text = (0..<1 + generator.below(6)).map { _ in
                String(repeating: pieces[generator.below(pieces.count)], count: generator.below(1200))
            }
            try FuzzTarget.checkQuery(text.joined(separator: generator.chance(50) ? "" : " "))
        }
    }

    /// Anything quadratic would take hours. The bound leaves room for a debug build on a machine that does other things.
    @Test(.serialized, arguments: ["\"", "-", ":"])
    func `4 MB of an operator`(_ piece: String) {
        check(piece, bytes: 4_000_000)
    }

    @Test(
        .serialized,
        arguments: [
            "*", "\" ", "- ", "-\"", "a\"", "(\"", "\"a ", "+a ", "a:", "meta.\"", "meta.k:\"", "meta.\"a\":\"b",
            "role:\"x",
            "role:x ", "after:x ", "after:7d ", "word ", "京", "「", "「京", "\u{301}", "x",
        ])
    func `1 MB of a piece`(_ piece: String) {
        check(piece, bytes: 1_000_000)
    }

    private func check(_ piece: String, bytes: Int) {
        let text = String(repeating: piece, count: bytes / piece.utf8.count)
        let time = ContinuousClock().measure { _ = QueryParser.parse(text, now: now) }
        // Quadratic would be hours; this only has to tell the two apart, on a busy machine too.
        #expect(time < .seconds(120))
    }
}
