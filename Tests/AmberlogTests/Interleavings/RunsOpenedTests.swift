import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The first search opens the runs in files while a checkpoint adds one.
@Suite(.ownThreads) struct RunsOpenedTests {
    @Test(arguments: [true, false])
    func `each message is found, and once`(_ comesFirst: Bool) async throws {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        var store = try await fixture.open()
        try await store.save(texts("amber old"), to: "s")
        try await store.close()
        fixture.options.scheduling = .threads
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        store = try await fixture.open(files)
        let searching = store
        try await store.save(texts("amber new"), to: "s")
        if comesFirst {
            // The search has looked which runs there are, and is opening them.
            files.inject(
                Fault(nil, at: [.open], in: "index/") { _ in
                    _ = isDone(within: 500) { try await searching.checkpoint() }
                })
            _ = try await store.searchResults("amber", options: SearchOptions(limit: 10))
            try await store.checkpoint()
        } else {
            // The manifest lists the new run, and the checkpoint has not done with it.
            files.inject(
                Fault(nil, at: [.synchronizeDirectory], in: "index") { _ in
                    files.inject(
                        Fault(nil, at: [.synchronize], in: "MANIFEST-", isCarriedOut: true) { _ in
                            _ = isDone(within: 500) { _ = try await searching.searchResults("amber") }
                        })
                })
            try await store.checkpoint()
        }
        let results = try await store.searchResults("amber", options: SearchOptions(limit: 10))
        #expect(results.hits.map(\.sequence).sorted() == [1, 2])
        #expect(results.indexedMessages == 2)
        try await store.close()
    }
}
