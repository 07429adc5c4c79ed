import Glibc

enum Statistics {
    static func median(_ values: [Double]) -> Double {
        percentile(values, 0.5)
    }

    /// The value at that part of the sorted values, by the nearest rank.
    static func percentile(_ values: [Double], _ part: Double) -> Double {
        if values.isEmpty { return .nan }
        let sorted = values.sorted()
        if part == 0.5 && sorted.count % 2 == 0 {
            return (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
        }
        return sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
    }
}

/// Nanoseconds of the monotonic clock.
@inline(__always)
func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Seconds that `body` took.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = nanoseconds()
    try await body()
    return Double(nanoseconds() - start) / 1e9
}
