import Testing

@testable import ForeignStores

/// Elements come out the same wherever the blocks of input end.
@Suite struct CutterTests {
    private func pieces(_ text: String, block: Int, most: Int = 1 << 20) -> [ElementCutter.Piece] {
        var cutter = ElementCutter(elementBytesMax: most)
        var pieces: [ElementCutter.Piece] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: block) {
            bytes[start..<min(bytes.count, start + block)].withUnsafeBytes { pieces += cutter.add($0) }
        }
        return pieces + cutter.finish()
    }

    @Test(arguments: [1, 2, 7, 1000])
    func `an array is cut into its elements`(block: Int) {
        let text = "\u{FEFF} [ {\"a\":\"]},\\\"\"} ,\n\"x,]\", 12,null\n,[[],{}] ]\n"
        let expected: [ElementCutter.Piece] = [
            .element(Array("{\"a\":\"]},\\\"\"}".utf8), number: 1, line: 1),
            .element(Array("\"x,]\"".utf8), number: 2, line: 2), .element(Array("12".utf8), number: 3, line: 2),
            .element(Array("null".utf8), number: 4, line: 2), .element(Array("[[],{}]".utf8), number: 5, line: 3),
        ]
        #expect(pieces(text, block: block) == expected)
    }

    @Test func `an object alone is its own element`() {
        #expect(pieces("{\"a\":[1]}\n", block: 3) == [.element(Array("{\"a\":[1]}".utf8), number: 1, line: 1)])
        #expect(pieces("{} {}", block: 9).last == .failure("Something follows the JSON", line: 1))
    }

    @Test(arguments: [
        "", "  \n", "[", "[1", "[1,", "[{\"a\":\"", "{", "[\"\\\"]", "[1 2]", "[,1]", "[1,,2]", "[1]]", "7", "[1,]",
    ])
    func `what is no array fails once, and nothing follows`(text: String) {
        let found = pieces(text, block: 1)
        guard case .failure? = found.last else {
            Issue.record("\(text): \(found)")
            return
        }
        #expect(found.count { if case .failure = $0 { true } else { false } } == 1)
    }

    @Test func `an element that is too long is passed over, and the next is read`() {
        #expect(
            pieces("[\"123456789\",\n\"ok\"]", block: 4, most: 8) == [
                .tooLong(number: 1, line: 1), .element(Array("\"ok\"".utf8), number: 2, line: 2),
            ])
    }
}
