import Testing

@testable import Amberlog

/// Times in the index are whole seconds. A damaged file may say any time.
@Suite struct MessageSecondsTests {
    @Test(arguments: [
        (0, 0), (1, 0), (999_999, 0), (1_000_000, 1), (-1, -1), (-1_000_000, -1), (-1_000_001, -2),
        (Int64.max, Int64.max / 1_000_000), (Int64.min, Int64.min / 1_000_000 - 1),
    ])
    func `rounded down`(_ time_µs: Int64, _ seconds: Int64) {
        #expect(MessageIndexer.seconds(time_µs) == seconds)
    }
}
