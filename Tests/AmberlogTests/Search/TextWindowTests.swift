import AmberlogTestKit
import CSearch
import Testing

@testable import Amberlog

/// Text is looked at in windows: where they end must not show.
@Suite struct TextWindowTests {
    @Test func `bytes are classified alike with and without vector instructions`() {
        let seed = TestSeed.next(named: "classes of bytes")
        var generator = SeededGenerator(seed: seed)
        var windows = (0..<4).map { quarter in (0..<64).map { UInt8(quarter * 64 + $0) } }
        for _ in 0..<500 { windows.append((0..<64).map { _ in UInt8(generator.below(256)) }) }
        for window in windows {
            var (fast, portable) = (amber_text_classes(), amber_text_classes())
            amber_classify_text(window, &fast)
            amber_classify_text_portable(window, &portable)
            #expect(fast.words == portable.words && fast.digits == portable.digits, "seed \(seed)")
            #expect(fast.uppercase == portable.uppercase && fast.others == portable.others, "seed \(seed)")
            #expect(fast.joiners == portable.joiners && fast.repeaters == portable.repeaters, "seed \(seed)")
        }
    }

    @Test func `each byte has its class`() {
        for byte in UInt8.min...UInt8.max {
            var classes = amber_text_classes()
            amber_classify_text([UInt8](repeating: byte, count: 64), &classes)
            func all(_ bits: UInt64) -> Bool {
                #expect(bits == 0 || bits == ~0)
                return bits != 0
            }
            let scalar = Unicode.Scalar(byte)
            let isASCII = byte < 0x80
            let isLetter = isASCII && scalar.properties.isAlphabetic
            let isDigit = isASCII && scalar.properties.numericType == .decimal
            #expect(all(classes.words) == (isLetter || isDigit))
            #expect(all(classes.digits) == isDigit)
            #expect(all(classes.uppercase) == (isASCII && scalar.properties.isUppercase))
            #expect(all(classes.others) == !isASCII)
            #expect(all(classes.joiners) == "'-./:@_".utf8.contains(byte))
            #expect(all(classes.repeaters) == "/:_".utf8.contains(byte))
        }
    }

    /// Words of every length, among them those that are cut to 64 bytes, at every place of a window.
    @Test func `words across the ends of windows`() {
        let seed = TestSeed.next(named: "words across windows")
        var generator = SeededGenerator(seed: seed)
        let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        for _ in 0..<2000 {
            var text: [UInt8] = []
            var expected: [[UInt8]] = []
            for _ in 0..<generator.below(12) {
                text += [UInt8](repeating: 0x20, count: generator.below(8))
                var word = (0..<(1 + generator.below(generator.chance(10) ? 90 : 14))).map { _ in
                    letters[generator.below(letters.count)]
                }
                if generator.chance(20) { word = word.map { 0x30 + $0 % 10 } }
                expected.append(Array(word.prefix(64)))
                if generator.chance(30) { word[0] &= 0xDF | (word[0] < 0x40 ? 0x20 : 0) }
                text += word
                text += [0x20, 0x2C, 0x0A, 0x2E][generator.below(4)] == 0x2E ? [0x2E, 0x20] : [0x20]
            }
            let found = tokens(text)
            #expect(found.map(\.bytes) == expected, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
            #expect(found.map(\.position) == Array(expected.indices), "seed \(seed)")
        }
    }
}
