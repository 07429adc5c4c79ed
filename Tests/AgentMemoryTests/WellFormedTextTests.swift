import AgentMemory
import Testing

/// Bytes are a text if they are well-formed UTF-8, and nothing is replaced.
@Suite struct WellFormedTextTests {
    private func text(_ bytes: [UInt8]) -> String? { bytes.withUnsafeBytes { String(wellFormed: $0) } }

    @Test(arguments: ["", "a", "é", "a longer text that has storage of its own", "東京 🙂 \u{FFFD} \0 end"])
    func `what is well-formed`(_ string: String) {
        #expect(text(Array(string.utf8)) == string)
    }

    @Test(arguments: [
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x99], [0x61, 0xE2, 0x82], [0x80, 0x61],
    ])
    func `what isn't`(_ bytes: [UInt8]) {
        #expect(text(bytes) == nil)
        #expect(text(Array(repeating: 0x61, count: 40) + bytes) == nil)
    }
}
