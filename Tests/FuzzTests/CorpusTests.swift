import AmberlogTestKit
import FuzzTargets
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every kept input, and some mutations of each: what `make fuzz` does for longer, and guided by coverage.
@Suite(.serialized) struct CorpusTests {
    private static let allocationMax = 300 << 20

    @Test(arguments: FuzzTarget.all)
    func `kept inputs and mutations of them`(_ target: FuzzTarget) throws {
        let inputs = try Corpus(of: target).inputs
        try #require(inputs.count >= 5)
        let seed = TestSeed.next(named: "fuzzing \(target.name)")
        var mutator = Mutator(seed: seed, inputs: inputs.map(\.bytes))
        let before = peakMemory()
        for (name, bytes) in inputs { try run(target, bytes, name) }
        for round in 0..<target.rounds { try run(target, mutator.next(), "round \(round), seed \(seed)") }
        let grown = peakMemory() - before
        #expect(grown < Self.allocationMax, "\(grown >> 20) MB were allocated; seed \(seed)")
    }

    private func run(_ target: FuzzTarget, _ bytes: [UInt8], _ what: String) throws {
        do {
            try target.run(bytes)
        } catch {
            Issue.record("\(what), \(bytes): \(error)")
        }
    }

    private func peakMemory() -> Int {
        var usage = rusage()
        // RUSAGE_SELF is 0 everywhere, and imported under different types.
        getrusage(0, &usage)
        #if canImport(Darwin)
            return usage.ru_maxrss
        #else
            return usage.ru_maxrss * 1024
        #endif
    }
}

extension FuzzTarget: CustomTestStringConvertible {
    public var testDescription: String { name }
}

/// Changes inputs as a fuzzer does that knows nothing of coverage.
private struct Mutator {
    private var generator: SeededGenerator
    private let inputs: [[UInt8]]
    private static let numbers: [UInt64] = [
        0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 33, .max >> 1, 1 << 63, .max,
    ]

    init(seed: UInt64, inputs: [[UInt8]]) {
        generator = SeededGenerator(seed: seed)
        self.inputs = inputs
    }

    mutating func next() -> [UInt8] {
        var bytes = inputs[generator.below(inputs.count)]
        for _ in 0...generator.below(4) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = generator.below(bytes.count + 1)
        let end = min(bytes.count, place + 1 + generator.below(8))
        switch generator.below(6) {
        case 0: bytes.replaceSubrange(place..<end, with: [])
        case 1: bytes.insert(contentsOf: generator.bytes(1 + generator.below(8)), at: place)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: generator.below(bytes.count + 1))
        case 3:
            let other = inputs[generator.below(inputs.count)]
            bytes = Array(bytes[..<place] + other[generator.below(other.count + 1)...])
        case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.below(8))
        default:
            let number = Self.numbers[generator.below(Self.numbers.count)]
            for (index, at) in (place..<end).enumerated() {
                bytes[at] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
            }
        }
    }
}
