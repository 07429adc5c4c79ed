import Foundation
import Testing

@testable import AgentMemory

/// Base64 is what Foundation's is, both ways, and nothing else is taken for it.
@Suite struct Base64Tests {
    @Test func `bytes of any number come back`() throws {
        var generator = SeededGenerator(seed: 7)
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(Base64.decode(text[...]) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AAAAA", "=", "====", "A===", "AA=A", "AAA=AAAA", "AA==AAAA", "AAA\n", "AA-_", "AÀA", " AAA",
    ])
    func `what is none`(_ text: String) {
        #expect(Base64.decode(text[...]) == nil)
    }
}
