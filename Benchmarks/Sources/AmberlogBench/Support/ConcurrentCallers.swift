/// Many callers at once, and the latency of each call.
enum ConcurrentCallers {
    static func threads(
        _ ranges: [Range<Int>], _ body: @escaping @Sendable (_ index: Int, _ caller: Int) throws -> Void
    ) throws -> [UInt64] {
        /// `@unchecked Sendable`: every thread writes to a slot of its own, read after all have been joined.
        final class Slots: @unchecked Sendable {
            let latencies: UnsafeMutablePointer<[UInt64]>
            let errors: UnsafeMutablePointer<(any Error)?>
            init(_ count: Int) {
                latencies = .allocate(capacity: count)
                latencies.initialize(repeating: [], count: count)
                errors = .allocate(capacity: count)
                errors.initialize(repeating: nil, count: count)
            }
        }
        let slots = Slots(ranges.count)
        defer {
            slots.latencies.deinitialize(count: ranges.count).deallocate()
            slots.errors.deinitialize(count: ranges.count).deallocate()
        }
        let threads = ranges.enumerated().map { caller, range in
            Thread {
                var latencies: [UInt64] = []
                latencies.reserveCapacity(range.count)
                do {
                    for index in range {
                        let start = nanoseconds()
                        try body(index, caller)
                        latencies.append(nanoseconds() - start)
                    }
                } catch {
                    slots.errors[caller] = error
                }
                slots.latencies[caller] = latencies
            }
        }
        for thread in threads { thread.join() }
        for caller in ranges.indices {
            if let error = slots.errors[caller] { throw error }
        }
        return ranges.indices.flatMap { slots.latencies[$0] }
    }

    static func tasks(
        _ ranges: [Range<Int>], _ body: @escaping @Sendable (_ index: Int) async throws -> Void
    ) async throws -> [UInt64] {
        try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for range in ranges {
                group.addTask {
                    var latencies: [UInt64] = []
                    latencies.reserveCapacity(range.count)
                    for index in range {
                        let start = nanoseconds()
                        try await body(index)
                        latencies.append(nanoseconds() - start)
                    }
                    return latencies
                }
            }
            var all: [UInt64] = []
            for try await latencies in group { all += latencies }
            return all
        }
    }
}
