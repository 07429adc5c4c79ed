import CChecksum
import LogFormat
import Testing

/// CRC-32C and SipHash-2-4-128 against what others publish.
@Suite struct ChecksumTests {
    private func crc(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { Checksum.crc32c($0, seed: seed) }
    }

    @Test func `known vectors of CRC-32C`() {
        // RFC 3720, section B.4.
        #expect(crc([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(crc([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(crc((0..<32).map { UInt8($0) }) == 0x46DD_794E)
        #expect(crc((0..<32).reversed().map { UInt8($0) }) == 0x113F_DB5C)
        #expect(crc(Array("123456789".utf8)) == 0xE306_9283)
        #expect(crc([]) == 0)
    }

    @Test func `hardware, table, and any split give the same`() {
        var generator = Numbers(seed: 1)
        let bytes = (0..<40_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        for count in Array(0...300) + [1000, 1023, 1024, 1025, 4096, 8191, 12_288, 24_575, 39_000] {
            for offset in [0, 1, 3, 7, 8] {
                let part = Array(bytes[offset..<offset + count])
                let seed = UInt32(truncatingIfNeeded: generator.next())
                let whole = crc(part, seed: seed)
                #expect(whole == part.withUnsafeBytes { amber_crc32c_portable(seed, $0.baseAddress, count) })
                let cut = count == 0 ? 0 : Int(generator.next() % UInt64(count))
                #expect(whole == crc(Array(part[cut...]), seed: crc(Array(part[..<cut]), seed: seed)))
            }
        }
    }

    @Test func `a part's sum from the sums of prefixes`() {
        var generator = Numbers(seed: 10)
        for count in [0, 1, 7, 8, 9, 24, 1000, 70_001] {
            let bytes = generator.bytes(count)
            var prefixes = [UInt32](repeating: 0, count: count / 8 + 1)
            amber_crc32c_prefixes(bytes, count, &prefixes)
            for _ in 0..<200 {
                let from = generator.below(count + 1)
                let to = from + generator.below(count - from + 1)
                let seed = UInt32(truncatingIfNeeded: generator.next())
                #expect(amber_crc32c_range(bytes, prefixes, from, to, seed) == crc(Array(bytes[from..<to]), seed: seed))
            }
        }
    }

    @Test func `reference vectors of SipHash-2-4-128`() {
        // vectors.h of the reference implementation: key 00 … 0f, message 00 … n-1.
        let wanted: [[UInt8]] = [
            [0xA3, 0x81, 0x7F, 0x04, 0xBA, 0x25, 0xA8, 0xE6, 0x6D, 0xF6, 0x72, 0x14, 0xC7, 0x55, 0x02, 0x93],
            [0xDA, 0x87, 0xC1, 0xD8, 0x6B, 0x99, 0xAF, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9B, 0x22, 0xFC, 0x45],
            [0x81, 0x77, 0x22, 0x8D, 0xA4, 0xA4, 0x5D, 0xC7, 0xFC, 0xA3, 0x8B, 0xDE, 0xF6, 0x0A, 0xFF, 0xE4],
            [0x9C, 0x70, 0xB6, 0x0C, 0x52, 0x67, 0xA9, 0x4E, 0x5F, 0x33, 0xB6, 0xB0, 0x29, 0x85, 0xED, 0x51],
        ]
        let key = (0..<16).map { UInt8($0) }
        for (count, bytes) in wanted.enumerated() {
            let message = (0..<count).map { UInt8($0) }
            var result: [UInt64] = [0, 0]
            message.withUnsafeBytes { amber_siphash128(key, $0.baseAddress, count, &result) }
            let seen = result.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            #expect(seen == bytes, "\(count) bytes")
        }
    }

    @Test func `ASCII and zeros`() {
        for count in 0..<70 {
            var bytes = [UInt8](repeating: 0x7F, count: count)
            #expect(bytes.withUnsafeBytes { Checksum.isASCII($0) })
            for index in 0..<count {
                bytes[index] = 0x80
                #expect(!bytes.withUnsafeBytes { Checksum.isASCII($0) }, "\(index) of \(count)")
                bytes[index] = 0x7F
            }
            var zeros = [UInt8](repeating: 0, count: count)
            #expect(zeros.withUnsafeBytes { Checksum.isZero($0) })
            for index in 0..<count {
                zeros[index] = 1
                #expect(!zeros.withUnsafeBytes { Checksum.isZero($0) }, "\(index) of \(count)")
                zeros[index] = 0
            }
        }
    }
}

/// SplitMix64.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Small, large and extreme numbers.
    mutating func number() -> UInt64 {
        switch below(4) {
        case 0: next() % 200
        case 1: next() >> UInt64(16 + below(48))
        case 2: [0, 1, 127, 128, Limits.numberMax][below(5)]
        default: next() >> 16
        }
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

    mutating func identity() -> Identity { Identity(high: next(), low: next()) }
}
