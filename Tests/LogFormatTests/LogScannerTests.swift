import LogFormat
import Testing

/// Walking the frames of a log, and telling its end from a hole in it.
@Suite struct LogScannerTests {
    private static let seed: UInt32 = 0xFEED

    /// A log of frames with these numbers, each on a block of its own or right behind the one before.
    private func log(
        _ numbers: [UInt64], blocks: Bool, seed: UInt32 = seed, body: (UInt64) -> [UInt8] = { _ in [1, 2, 3] }
    ) -> [UInt8] {
        var writer = ByteWriter()
        for number in numbers {
            if blocks { writer.pad(to: Int(UInt64(writer.count).roundedUpToBlock)) }
            let start = writer.beginFrame(.batch, sequence: number)
            body(number).withUnsafeBytes { writer.append($0) }
            writer.endFrame(start, seed: seed)
        }
        return writer.array() + [UInt8](repeating: 0, count: 8192)
    }

    private func walk(_ bytes: [UInt8], from number: UInt64 = 1) -> (numbers: [UInt64], later: UInt64?) {
        bytes.withUnsafeBytes { buffer in
            var scanner = LogScanner(buffer, seed: Self.seed, kind: .batch, from: 0, number: number)
            var numbers: [UInt64] = []
            while let (frame, _) = scanner.next() { numbers.append(frame.sequence) }
            return (numbers, scanner.laterFrame()?.frame.sequence)
        }
    }

    @Test(arguments: [true, false])
    func `whole, torn and damaged`(_ blocks: Bool) {
        let whole = log([1, 2, 3, 4], blocks: blocks)
        #expect(walk(whole) == ([1, 2, 3, 4], nil))
        #expect(walk(whole, from: 2) == ([], 2))
        #expect(walk([]) == ([], nil))
        #expect(walk([UInt8](repeating: 0, count: 4096)) == ([], nil))
        let size = blocks ? 4096 : 32
        for byte in 0..<27 {
            // In the last frame: torn. In one before: a later frame shows that it is not the end.
            var torn = whole
            torn[3 * size + byte] ^= 0x40
            #expect(walk(torn) == ([1, 2, 3], nil), "byte \(byte)")
            var damaged = whole
            damaged[size + byte] ^= 0x40
            #expect(walk(damaged) == ([1], 3), "byte \(byte)")
            // Cut off.
            #expect(walk(Array(whole[..<(3 * size + byte)])) == ([1, 2, 3], nil), "byte \(byte)")
        }
        // A frame whose length reaches behind the end.
        #expect(walk(Array(whole[..<(3 * size + 31)])) == ([1, 2, 3], nil))
    }

    @Test func `the largest numbers come to no overflow`() {
        for number in [UInt64.max, Limits.numberMax + 1] {
            for kind in [UInt32(FrameKind.batch.rawValue), 0x8042] {
                var writer = ByteWriter()
                let start = writer.beginFrame(.batch, sequence: number)
                writer.store(kind, at: start + 8)
                writer.endFrame(start, seed: Self.seed)
                #expect(walk(writer.array(), from: number) == ([], nil))
            }
        }
    }

    @Test func `gaps, repetitions and strangers`() {
        #expect(walk(log([1, 2, 4], blocks: true)) == ([1, 2], 4))
        #expect(walk(log([1, 2, 2, 3], blocks: true)) == ([1, 2], 3))
        #expect(walk(log([1, 2, 1], blocks: true)) == ([1, 2], nil))
        // Of another file: its identity seeds the checksum.
        let other = log([3, 4], blocks: true, seed: 0xBEEF)
        #expect(walk(Array(log([1, 2], blocks: true).prefix(8192)) + other) == ([1, 2], nil))
    }

    @Test func `content that imitates frames is not taken for one`() {
        // The whole of another log as the body of a message: right kind, right numbers, checksums of another seed.
        let fake = log([2, 3, 4, 5], blocks: false, seed: 0)
        let bytes = log([1, 2], blocks: true) { number in number == 1 ? [UInt8](repeating: 7, count: 8) + fake : [1] }
        #expect(walk(bytes) == ([1, 2], nil))
        // Also when the frame around it is damaged.
        var damaged = bytes
        damaged[24] ^= 1
        #expect(walk(damaged) == ([], 2))
        var both = damaged
        let second = Int(UInt64(24 + 8 + fake.count).roundedUpToBlock)
        both[second + 20] ^= 1
        #expect(walk(both) == ([], nil))
        // Lengths and counts of any size don't trap and allocate nothing.
        var generator = Numbers(seed: 9)
        for _ in 0..<3000 {
            var noise = generator.bytes(256)
            noise[8] = 2
            noise[9] = 0
            let result = walk(noise)
            #expect(result.numbers.isEmpty)
        }
    }

    @Test func `headers that claim megabytes don't make the search long, nor hide what follows`() {
        // 40,000 of them, each of which would have 512 KiB summed: 20 GB.
        let fake: [UInt8] = [0, 0, 0, 0, 0, 0, 8, 0, 2, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        let filler = (0..<40_000).flatMap { _ in fake }
        let bytes = log([1, 2, 3], blocks: false) { $0 == 2 ? filler : [5] }
        #expect(walk(bytes) == ([1, 2, 3], nil))
        var damaged = bytes
        damaged[32 + 16] ^= 0x40
        let start = ContinuousClock().now
        #expect(walk(damaged) == ([1], 3))
        damaged[damaged.count - 8192 - 8] ^= 1
        #expect(walk(damaged) == ([1], nil))
        #expect(ContinuousClock().now - start < .seconds(5))
    }
}
