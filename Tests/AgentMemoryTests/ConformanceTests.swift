import AgentMemory
import AmberlogTestKit
import Testing

/// The backend in memory, and what a backend of four methods gets by default, do what every backend must.
@Suite struct ConformanceTests {
    private static func inMemory() -> BackendConformance {
        let clock = AmberlogTestKit.ManualClock()
        return BackendConformance(
            capabilities: BackendCapabilities.all.subtracting([.queryLanguage, .persistence]),
            passTime: { clock.advance(by: $0) },
            make: { setup in
                InMemoryBackend(
                    maxMessagesPerSession: setup.maximumMessages ?? 10_000, timeToLive: setup.timeToLive
                ) { Timestamp(microseconds: clock.now_µs()) }
            })
    }

    private static func fourMethods() -> BackendConformance {
        let clock = AmberlogTestKit.ManualClock()
        return BackendConformance(
            capabilities: [], passTime: { clock.advance(by: $0) },
            make: { setup in
                guard setup.timeToLive == nil, setup.maximumMessages == nil else {
                    throw MemoryError(.unsupported, "No time to live, and no limit of messages")
                }
                return FourMethodBackend { Timestamp(microseconds: clock.now_µs()) }
            })
    }

    @Test(arguments: inMemory().checks)
    func `in memory`(_ check: ConformanceCheck) async throws {
        try await Self.inMemory().run(check)
    }

    @Test(arguments: fourMethods().checks)
    func `four methods`(_ check: ConformanceCheck) async throws {
        try await Self.fourMethods().run(check)
    }
}
