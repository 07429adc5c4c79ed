#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// Okapi BM25 with k1 = 1.2 and b = 0.75.
struct BM25 {
    private let weights: [Double]
    private let averageLength: Double

    /// - Parameters:
    ///   - documents: How many there are.
    ///   - totalLength: How many words they have together.
    ///   - frequencies: For each term, how many documents have it.
    init(documents: Int, totalLength: Int, frequencies: [Int]) {
        averageLength = max(1, Double(totalLength) / Double(max(1, documents)))
        weights = frequencies.map { count in
            log(1 + (Double(documents - count) + 0.5) / (Double(count) + 0.5))
        }
    }

    /// The score of a document of so many words, from how often it has each term.
    func score(length: Int, _ counts: some Collection<UInt16>) -> Double {
        let norm = 1.2 * (0.25 + 0.75 * Double(length) / averageLength)
        var score = 0.0
        for (weight, count) in zip(weights, counts) where count > 0 {
            score += weight * Double(count) * 2.2 / (Double(count) + norm)
        }
        return score
    }
}
