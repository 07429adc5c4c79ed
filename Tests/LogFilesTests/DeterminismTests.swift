import AmberlogTestKit
import LogFiles
import Testing

/// Clocks and random numbers do as they are told.
@Suite struct DeterminismTests {
    @Test func `the clock stands still until it is moved`() {
        let clock = ManualClock(at_µs: 1000)
        #expect(clock.now_µs() == 1000 && clock.now_µs() == 1000)
        clock.advance(by: .milliseconds(2))
        #expect(clock.now_µs() == 3000)
        clock.advance(by: .seconds(-1))
        #expect(clock.now_µs() == -997_000)
        clock.jump(to_µs: 5)
        #expect(clock.now_µs() == 5)
    }

    @Test func `the system's clock is in this century`() {
        let clock = SystemClock()
        #expect((946_684_800_000_000..<4_102_444_800_000_000).contains(clock.now_µs()))
    }

    @Test func `a seed gives the published numbers`() {
        // From the reference implementation of SplitMix64, seed 1234567.
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func `numbers stay below their bound and reach all of it`() {
        var generator = SeededGenerator(seed: 1)
        #expect(Set((0..<500).map { _ in generator.below(7) }) == Set(0..<7))
        #expect(generator.bytes(13).count == 13)
    }

    @Test func `names tell seeds apart`() {
        #expect(TestSeed.next(named: "a") == TestSeed.next(named: "a"))
        #expect(TestSeed.next(named: "a") != TestSeed.next(named: "b"))
    }
}
