/// A generator that gives the same numbers for the same seed, on every machine (SplitMix64).
///
/// ```swift
/// var generator = SeededGenerator(seed: TestSeed.next(named: "journal tails"))
/// let length = Int.random(in: 1...4096, using: &generator)
/// ```
///
/// Not for keys: the state is the output's preimage.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator that gives the same numbers for the same seed, on every machine.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`. Slightly uneven, which no suite notices, and a good deal faster than
    /// `Int.random(in:using:)`.
    public mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// `true` in `percent` of 100 calls.
    public mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }

    /// Random bytes.
    ///
    /// Complexity: O(`count`).
    public mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            fill(UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }

    /// Fills a buffer with random bytes.
    public mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        // By words, as a loop over bytes is slow where the optimizer is off.
        var offset = 0
        while offset + 8 <= buffer.count {
            buffer.storeBytes(of: next().littleEndian, toByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        if offset < buffer.count {
            withUnsafeBytes(of: next().littleEndian) {
                UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[..<(buffer.count - offset)]))
            }
        }
    }
}
