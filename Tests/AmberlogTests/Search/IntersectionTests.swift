import AmberlogTestKit
import CSearch
import Testing

/// Which numbers two rising lists share, however they are cut into pieces.
@Suite struct IntersectionTests {
    @Test(arguments: [1, 2, 3, 10, 50, 1000])
    func `lists against sets`(_ spread: Int) {
        let seed = TestSeed.next(named: "intersections, \(spread)")
        var generator = SeededGenerator(seed: seed)
        func list(_ count: Int, _ spread: Int) -> [UInt32] {
            var last = UInt32(generator.below(10))
            return (0..<count).map { _ in
                last += 1 + UInt32(generator.below(spread))
                return last
            }
        }
        for _ in 0..<300 {
            let left = list(generator.below(140), spread)
            let right = list(generator.below(140), 1 + generator.below(20))
            var (i, j): (UInt32, UInt32) = (0, 0)
            var leftPlaces = [UInt32](repeating: 0, count: left.count + 1)
            var rightPlaces = leftPlaces
            let found = Int(
                amber_intersect(
                    left, &i, UInt32(left.count), right, &j, UInt32(right.count), &leftPlaces, &rightPlaces))
            let expected = left.filter(Set(right).contains)
            #expect(leftPlaces.prefix(found).map { left[Int($0)] } == expected, "seed \(seed)")
            #expect(rightPlaces.prefix(found).map { right[Int($0)] } == expected, "seed \(seed)")
            // One of them has ended; what is left of the other one comes after the ended one.
            #expect(Int(i) == left.count || Int(j) == right.count, "seed \(seed)")
            if Int(i) < left.count, let last = right.last { #expect(left[Int(i)] > last, "seed \(seed)") }
            if Int(j) > 0, Int(j) < right.count, let last = left.last { #expect(right[Int(j) - 1] <= last) }
        }
    }
}
