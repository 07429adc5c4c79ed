import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The store does what every backend must, synchronized or not, with an index and without.
@Suite struct ConformanceTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var durability: StoreOptions.Durability
        var searchEnabled: Bool

        var testDescription: String { "\(durability), \(searchEnabled ? "indexed" : "scanned")" }

        var capabilities: BackendCapabilities {
            searchEnabled ? .all : BackendCapabilities.all.subtracting(.queryLanguage)
        }

        func conformance() throws -> BackendConformance {
            let directory = try TemporaryDirectory()
            let clock = ManualClock()
            return BackendConformance(
                capabilities: capabilities, passTime: { clock.advance(by: $0) },
                make: { setup in
                    var options = StoreOptions()
                    options.durability = durability
                    options.searchEnabled = searchEnabled
                    options.timeToLive = setup.timeToLive
                    options.maximumMessages = setup.maximumMessages
                    options.clock = clock
                    return try await AmberlogStore.open(directory.path + "/" + setup.place, options: options)
                })
        }
    }

    static let kinds = [true, false].flatMap { isIndexed in
        [.synced, .buffered].map { Kind(durability: $0, searchEnabled: isIndexed) }
    }

    @Test(arguments: kinds, ConformanceCheck.all)
    func conforms(_ kind: Kind, _ check: ConformanceCheck) async throws {
        let conformance = try kind.conformance()
        guard conformance.checks.contains(where: { $0.name == check.name }) else { return }
        try await conformance.run(check)
    }
}
