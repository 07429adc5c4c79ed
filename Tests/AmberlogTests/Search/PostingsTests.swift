import AmberlogTestKit
import CSearch
import LogFormat
import Testing

@testable import Amberlog

/// Packed blocks of 128 numbers.
@Suite struct PostingsTests {
    private static let count = 128

    private func packed(_ values: [UInt32], _ bits: Int) -> [UInt8] {
        // A guard behind the end: what is written beyond it shows.
        var bytes = [UInt8](repeating: 0xA5, count: 16 * bits + 16)
        amber_pack(values, UInt32(bits), &bytes)
        #expect(bytes.suffix(16).allSatisfy { $0 == 0xA5 }, "\(bits) bits take more than \(16 * bits) bytes")
        return Array(bytes.dropLast(16))
    }

    @Test func `every width gives back what was packed`() {
        var generator = SeededGenerator(seed: TestSeed.next(named: "postings, widths"))
        for bits in 0...32 {
            let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(bits)) - 1)
            for round in 0..<20 {
                let values = (0..<Self.count).map { _ -> UInt32 in
                    switch round {
                    case 0: 0
                    case 1: mask
                    default: UInt32(truncatingIfNeeded: generator.next()) & mask
                    }
                }
                var unpacked = [UInt32](repeating: 0, count: Self.count)
                amber_unpack(packed(values, bits), UInt32(bits), &unpacked)
                #expect(unpacked == values, "\(bits) bits")
            }
        }
    }

    @Test func `gaps become ascending numbers`() {
        var generator = SeededGenerator(seed: TestSeed.next(named: "postings, ascending"))
        for bits in 0...PostingsBlock.gapBitsMax {
            for _ in 0..<20 {
                let base = UInt32(generator.below(1 << 24))
                let gaps = (0..<Self.count).map { _ in UInt32(generator.below(1 << bits)) }
                var expected: [UInt32] = []
                var last = base
                for gap in gaps {
                    last = last &+ 1 &+ gap
                    expected.append(last)
                }
                var unpacked = [UInt32](repeating: 0, count: Self.count)
                amber_unpack_ascending(packed(gaps, bits), UInt32(bits), base, &unpacked)
                #expect(unpacked == expected, "\(bits) bits after \(base)")
            }
        }
    }

    @Test func `a first number of 0 has a base before it`() {
        var unpacked = [UInt32](repeating: 7, count: Self.count)
        amber_unpack_ascending([0], 0, UInt32.max, &unpacked)
        #expect(unpacked == (0..<UInt32(Self.count)).map { $0 })
    }

    @Test func `bytes that are no block are refused or rise`() {
        var generator = SeededGenerator(seed: TestSeed.next(named: "postings, garbage"))
        var documents = [UInt32](repeating: 0, count: Self.count)
        var counts = documents
        var decoded = 0
        for _ in 0..<5000 {
            var bytes = generator.bytes(2 + generator.below(600))
            if generator.chance(60) { bytes[0] = UInt8(generator.below(28)) }
            if generator.chance(30) { bytes[0] = 0xFF }
            if generator.chance(80) { bytes[1] = UInt8(generator.below(10)) }
            let next = UInt32(generator.below(1 << 20))
            var last = UInt32(generator.below(1 << 30))
            if bytes[0] <= 24, bytes.count >= 2 + 16 * Int(bytes[0]) {
                // What it ends with, so that most of them get further.
                var ends = [UInt32](repeating: 0, count: Self.count)
                amber_unpack_ascending(Array(bytes[2...]) + [0], UInt32(bytes[0]), next &- 1, &ends)
                last = ends[Self.count - 1]
            }
            let found = bytes.withUnsafeBytes {
                PostingsBlock.decode($0, after: next, last: last, &documents, &counts)
            }
            guard let found else { continue }
            decoded += 1
            let list = documents.prefix(found)
            #expect(list.first ?? next >= next)
            #expect(zip(list, list.dropFirst()).allSatisfy { $0 < $1 })
        }
        #expect(decoded > 100)
        print("postings: \(decoded) of 5000 garbage blocks decoded")
    }

    @Test func `lengths round down by less than a sixteenth`() {
        var last = 0
        for length in 0..<100_000 {
            let words = DocumentLength.words(DocumentLength.byte(length))
            #expect(words <= length && words >= last && (length < 32 ? words == length : 17 * words > 16 * length))
            last = words
        }
        for byte in UInt8.min...UInt8.max { #expect(DocumentLength.byte(DocumentLength.words(byte)) == byte) }
        #expect(DocumentLength.byte(.max) == 255 && DocumentLength.byte(-1) == 0)
    }
}
