/// Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) in whole numbers: sums come out
/// the same in whatever order they are added up, so pruning and merging change no score.
struct Scoring {
    /// One point of a score.
    static let unit = Double(1 << 18)

    /// How soon repetition stops to count.
    var k1 = 1.2
    /// How much the length of a message counts.
    var b = 0.75

    /// For each length byte: k1 (1 - b + b length / average).
    private(set) var norms: [Double]

    init(k1: Double, b: Double, averageLength: Double) {
        self.k1 = k1
        self.b = b
        let average = max(1, averageLength)
        norms = (0...255).map { k1 * (1 - b + b * Double(DocumentLength.table[$0]) / average) }
    }

    /// ln(1 + (n - d + 0.5) / (d + 0.5)): what a term weighs that *d* of *n* messages have.
    static func inverseFrequency(_ count: Int, of documents: Int) -> Double {
        let rest = Double(max(0, documents - count))
        return PlatformMath.log(1 + (rest + 0.5) / (Double(count) + 0.5))
    }

    /// What a term contributes to a message.
    ///
    /// - Parameters:
    ///   - weight: Of the term.
    ///   - frequency: How often the message has it; with its neighbours' part, a fraction.
    @inline(__always)
    func contribution(_ weight: Double, frequency: Double, length: UInt8) -> UInt32 {
        let value = weight * (k1 + 1) * frequency / (frequency + norms[Int(length)])
        // A word that nearly all messages have is there all the same; a filter has no weight.
        return UInt32(min(max(value * Self.unit, weight > 0 ? 1 : 0), 1e9))
    }
}

/// What a term contributes, looked up: the frequencies that nearly all postings have, for all lengths.
final class ContributionTable {
    private static let frequencies = 4
    private let values: UnsafeMutablePointer<UInt32>?
    /// Counts below this are in the table. A term with few postings has none, and computes each.
    private let tabled: UInt32
    private let scoring: Scoring
    private let weight: Double

    /// - Parameter count: So many postings may be asked about.
    init(_ scoring: Scoring, weight: Double, count: Int) {
        self.scoring = scoring
        self.weight = weight
        guard count > 1024 else {
            values = nil
            tabled = 0
            return
        }
        let table = UnsafeMutablePointer<UInt32>.allocate(capacity: Self.frequencies * 256)
        for frequency in 0..<Self.frequencies {
            for length in 0..<256 {
                table[frequency * 256 + length] = scoring.contribution(
                    weight, frequency: Double(frequency + 1), length: UInt8(length))
            }
        }
        values = table
        tabled = UInt32(Self.frequencies)
    }

    deinit {
        values?.deallocate()
    }

    /// - Parameter count: How often the message has the term, less one.
    @inline(__always)
    func contribution(count: UInt32, length: UInt8) -> UInt32 {
        if count < tabled { return values.unsafelyUnwrapped[Int(count) &* 256 &+ Int(length)] }
        return scoring.contribution(weight, frequency: Double(count) + 1, length: length)
    }

    /// The most that a message behind a frontier can get.
    @inline(__always)
    func bound(_ frontier: Frontier) -> UInt32 {
        max(bound(frontier.pairs.0), max(bound(frontier.pairs.1), bound(frontier.pairs.2)))
    }

    @inline(__always)
    private func bound(_ pair: UInt16) -> UInt32 {
        let frequency = UInt32(pair >> 8)
        if frequency == 0 { return 0 }
        // The highest frequency stands for all above it too.
        if frequency >= UInt32(RunLayout.frequencyMax) {
            return scoring.contribution(weight, frequency: 1e9, length: UInt8(truncatingIfNeeded: pair))
        }
        return contribution(count: frequency &- 1, length: UInt8(truncatingIfNeeded: pair))
    }
}
